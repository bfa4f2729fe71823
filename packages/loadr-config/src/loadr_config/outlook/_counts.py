"""Counts of which only bounds are known."""

from dataclasses import dataclass
from math import floor
from typing import Final

MANY: Final = 10**15
"""Counts stop here: a plan may multiply numbers of hundreds of digits, and nobody reads them."""


def bounded(count: float) -> int:
    """Return a number as a count, at most `MANY`; infinity is a product of what people write, too."""
    return floor(min(count, MANY))


@dataclass(frozen=True, slots=True)
class Count:
    """A count between two bounds, both included.

    Attributes:
        least: The lower bound.
        most: The upper bound; None where there is none.
    """

    least: int
    most: int | None

    @classmethod
    def exactly(cls, count: float) -> "Count":
        """Return a count that is known."""
        return cls(bounded(count), bounded(count))

    @property
    def is_exact(self) -> bool:
        """Whether the two bounds are one."""
        return self.least == self.most

    def __add__(self, other: "Count") -> "Count":
        most = None if self.most is None or other.most is None else bounded(self.most + other.most)
        return Count(bounded(self.least + other.least), most)

    def __mul__(self, other: "Count") -> "Count":
        """Multiply; nothing at all times anything is nothing."""
        most: int | None
        if 0 in {self.most, other.most}:
            most = 0
        else:
            most = None if self.most is None or other.most is None else bounded(self.most * other.most)
        return Count(bounded(self.least * other.least), most)

    def __or__(self, other: "Count") -> "Count":
        """One of the two: the bounds that hold for both."""
        most = None if self.most is None or other.most is None else max(self.most, other.most)
        return Count(min(self.least, other.least), most)
