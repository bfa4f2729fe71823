"""A long run in as many points as a chart can show, so that no peak and no dip is lost."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Self

from loadr_config.summary import TimelinePoint

MOST_BATCHES: Final = 1500
"""Two points each: about one for every pixel of the widest chart."""

Pick = Callable[[TimelinePoint], float | None]


@dataclass(frozen=True, slots=True)
class Batches:
    """The points of a timeline, `size` at a time."""

    size: int
    parts: tuple[Sequence[TimelinePoint], ...]

    @classmethod
    def of(cls, points: Sequence[TimelinePoint], most: int = MOST_BATCHES) -> Self:
        """As few points a batch as keep within so many pairs of them; a shorter run keeps each."""
        size = 1 if len(points) <= 2 * most else -(-len(points) // most)
        return cls(size, tuple(points[start : start + size] for start in range(0, len(points), size)))

    @property
    def secs(self) -> list[float]:
        """The times that values are drawn at: one for a batch of one point, else its first and last."""
        if self.size == 1:
            return [part[0].elapsed_secs for part in self.parts]
        return [point.elapsed_secs for part in self.parts for point in (part[0], part[-1])]

    def extremes(self, pick: Pick) -> list[float | None]:
        """For each batch its least and highest value, in the order in which they occurred.

        Percentiles are never averaged, and an average of rates hides the second that was bad.
        """
        if self.size == 1:
            return [pick(part[0]) for part in self.parts]
        return [value for part in self.parts for value in _extremes([pick(point) for point in part])]


def _extremes(values: Sequence[float | None]) -> tuple[float | None, float | None]:
    present = [value for value in values if value is not None]
    if not present:
        return None, None
    least, highest = min(present), max(present)
    return (least, highest) if present.index(least) <= present.index(highest) else (highest, least)
