"""How much a figure changed, how sure that is, and what to think of it. Pure.

    worse         the interval lies above zero, and the change reaches the floor
    better        the same below zero
    same          the figure's own interval lies within the margin: the floor, or half a percentage point of shares
    inconclusive  anything else: more or longer runs may tell

The interval is one of all figures together, so that among many of them none is called worse by chance. To
be the same is no alarm: there each figure has the whole confidence for itself, and its interval is shorter.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import exp, log
from typing import Final

from loadr_report.compare.measures import Scale


class Outcome(StrEnum):
    """What to think of a change."""

    WORSE = "worse"
    BETTER = "better"
    SAME = "same"
    INCONCLUSIVE = "inconclusive"


SMALLEST_SHARE: Final = 0.001
"""A change of a share by less than 0.1 percentage points is none, however small the share."""

_LIKE_SHARES: Final = 0.005
"""Shares within half a percentage point may pass for the same: to be surer takes 100,000 requests."""


@dataclass(frozen=True, slots=True)
class Change:
    """A difference, and how far the truth may be from it.

    Attributes:
        size: new less base.
        reach: half the interval with the confidence of all figures together; `None` when nothing is known.
        own_reach: the same with the confidence of this figure alone.
    """

    size: float
    reach: float | None = None
    own_reach: float | None = None


def floor_on(scale: Scale, floor: float, base: float) -> float:
    """The smallest change that matters, on a scale.

    Args:
        scale: of the figure.
        floor: as a share, such as 0.05.
        base: the figure's value in the base.
    """
    return log(1.0 + floor) if scale is Scale.RELATIVE else max(SMALLEST_SHARE, floor * base)


def margin_on(scale: Scale, floor: float) -> float:
    """How far apart two values may be and pass for the same; `floor` is on the scale, too."""
    return floor if scale is Scale.RELATIVE else max(floor, _LIKE_SHARES)


def judged(change: Change, floor: float, margin: float, *, more_is_better: bool = False) -> Outcome:
    """What to think of a change.

    Args:
        change: on the figure's scale.
        floor: the smallest change that matters, on the same scale.
        margin: how far apart two values may be and pass for the same.
        more_is_better: whether a higher value is better.
    """
    if change.reach is None or change.own_reach is None:
        return Outcome.INCONCLUSIVE
    worse_by = -change.size if more_is_better else change.size
    if worse_by > change.reach and worse_by >= floor:
        return Outcome.WORSE
    if worse_by < -change.reach and worse_by <= -floor:
        return Outcome.BETTER
    if abs(worse_by) + change.own_reach <= margin:
        return Outcome.SAME
    return Outcome.INCONCLUSIVE


def shown(value: float, scale: Scale) -> float:
    """A difference as people have it: 0.1 for ten per cent more, 0.01 for one percentage point."""
    return exp(min(value, 700.0)) - 1.0 if scale is Scale.RELATIVE else value
