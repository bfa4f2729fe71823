"""Values that move linearly between targets: the shape of all ramping executors.

A ramp is a piecewise linear function over seconds. Its value is a number of VUs or a rate; the area
under a rate is the number of iteration starts so far, and the inverse of the area says when a start is
due. A stage without length is a jump.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from math import sqrt

__all__ = ["Piece", "Ramp", "integer_steps"]


@dataclass(frozen=True, slots=True)
class Piece:
    """One line of a ramp.

    Attributes:
        start: Seconds from the beginning of the ramp.
        duration: Seconds; 0 for a jump.
        first: The value at its start.
        last: The value at its end.
    """

    start: float
    duration: float
    first: float
    last: float

    @property
    def end(self) -> float:
        """Seconds from the beginning of the ramp."""
        return self.start + self.duration

    @property
    def area(self) -> float:
        """The area under the line."""
        return (self.first + self.last) / 2 * self.duration

    def value(self, elapsed: float) -> float:
        """The value so many seconds after the piece's start."""
        return self.first + (self.last - self.first) * elapsed / self.duration if self.duration else self.last

    def area_until(self, elapsed: float) -> float:
        """The area so many seconds after the piece's start."""
        return (self.first + self.value(elapsed)) / 2 * elapsed

    def when(self, area: float) -> float:
        """Seconds after the piece's start at which the area is reached.

        The root of `first * x + slope / 2 * x**2 = area` in the form that stays exact for small slopes.
        """
        if area <= 0:
            return 0.0
        slope = (self.last - self.first) / self.duration
        root = sqrt(max(self.first * self.first + 2 * slope * area, 0.0))
        divisor = self.first + root
        return min(2 * area / divisor, self.duration) if divisor else self.duration


class Ramp:
    """Pieces one after the other.

    Attributes:
        pieces: The lines, in order.
        duration: The length of all, in seconds.
    """

    def __init__(self, start: float, stages: Iterable[tuple[float, float]]) -> None:
        """Join stages.

        Args:
            start: The value at the beginning.
            stages: Duration in seconds and value at the end, of each stage.
        """
        pieces: list[Piece] = []
        at, value = 0.0, float(start)
        for duration, target in stages:
            pieces.append(Piece(at, duration, value, float(target)))
            at, value = at + duration, float(target)
        self.pieces = tuple(pieces)
        self.duration = at
        self._start_value = float(start)
        self._starts = [piece.start for piece in pieces]
        self._areas = list(accumulate((piece.area for piece in pieces), initial=0.0))

    @property
    def total(self) -> float:
        """The area under the whole ramp."""
        return self._areas[-1]

    @property
    def peak(self) -> float:
        """The largest value."""
        return max(self._start_value, *(piece.last for piece in self.pieces))

    def value(self, moment: float) -> float:
        """The value at a moment; at a jump the value after it."""
        if moment >= self.duration:
            return self.pieces[-1].last
        piece = self.pieces[max(bisect_right(self._starts, moment) - 1, 0)]
        return piece.value(max(moment - piece.start, 0.0))

    def area(self, moment: float) -> float:
        """The area from the beginning to a moment."""
        if moment >= self.duration:
            return self.total
        index = max(bisect_right(self._starts, moment) - 1, 0)
        piece = self.pieces[index]
        return self._areas[index] + piece.area_until(max(moment - piece.start, 0.0))

    def when(self, area: float) -> float | None:
        """The first moment at which the area is reached; None when it never is."""
        if area > self.total:
            return None
        index = max(bisect_left(self._areas, area) - 1, 0)
        piece = self.pieces[index]
        return piece.start + (piece.when(area - self._areas[index]) if piece.duration else 0.0)

    def __repr__(self) -> str:
        return f"<Ramp of {len(self.pieces)} pieces over {self.duration:g} s, peak {self.peak:g}>"


def integer_steps(ramp: Ramp) -> Iterator[tuple[float, int]]:
    """The moments at which a ramp of whole numbers changes, and its new value.

    As k6's ramping-vus: each stage reaches its target at its end, and the changes in between are
    spread evenly over the stage, the first after `duration / difference`.
    """
    for piece in ramp.pieces:
        first, last = round(piece.first), round(piece.last)
        difference = abs(last - first)
        direction = 1 if last > first else -1
        if not piece.duration:
            if difference:
                yield piece.start, last
            continue
        for number in range(1, difference + 1):
            yield piece.start + piece.duration * number / difference, first + direction * number
