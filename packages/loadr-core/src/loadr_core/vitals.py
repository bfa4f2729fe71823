"""How a generating process is doing: what it measures of itself for each report. Pure."""

from typing import NamedTuple, Protocol


class Vitals(NamedTuple):
    """A process since its last report.

    Attributes:
        cpu: the share of a core that it used, 0 to 1 and above with several threads.
        gc_seconds: how long its garbage collector held it up, in all.
        gc_longest: the longest of these pauses, in seconds.
        descriptors: at least so many file descriptors are in use; 0 where that cannot be known.
        descriptor_limit: how many it may have; `None` where there is no limit.
    """

    cpu: float
    gc_seconds: float = 0.0
    gc_longest: float = 0.0
    descriptors: int = 0
    descriptor_limit: int | None = None


class Signs(Protocol):
    """Measures a process."""

    def begin(self) -> None:
        """Count from now on."""
        ...

    def read(self) -> Vitals:
        """The vitals since the last reading, or since `begin`."""
        ...
