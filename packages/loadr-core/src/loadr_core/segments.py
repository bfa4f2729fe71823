"""Exact shares of a run: what one of several instances does.

Worker processes and remote agents use the same arithmetic. Shares partition their total exactly:
no VU, iteration or row is lost or done twice, and numbering is stable.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Segment:
    """Instance `index` of `count`.

    Raises:
        ValueError: `index` is not within `count`.
    """

    index: int = 0
    count: int = 1

    def __post_init__(self) -> None:
        """Refuse what is no part of a whole."""
        if not 0 <= self.index < self.count:
            raise ValueError(f"segment {self.index} of {self.count}")

    def span(self, total: int) -> range:
        """The numbers, from 0, of this instance's part of `total` things."""
        return range(total * self.index // self.count, total * (self.index + 1) // self.count)

    def share_by(self, total: int, holders: int) -> int:
        """This instance's part of `total` things that belong to `holders` others.

        Iterations belong to VUs: an instance without a VU gets none of them.
        """
        span = self.span(holders)
        return total * span.stop // holders - total * span.start // holders
