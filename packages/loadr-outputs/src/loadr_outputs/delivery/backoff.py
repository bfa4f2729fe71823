"""How long to wait before the next attempt. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Backoff:
    """Waits that double up to a limit.

    Attributes:
        first: seconds after the first failure.
        longest: seconds that no wait exceeds.
    """

    first: float = 0.25
    longest: float = 10.0

    def wait(self, failures: int) -> float:
        """Seconds to wait after so many failures in a row, at least one."""
        doublings = min(failures - 1, 32)  # beyond it a float has long reached any limit
        return min(self.first * 2.0**doublings, self.longest)
