"""How large the pool of an open scenario may become.

With `max_vus` or `pre_allocated_vus` the plan says it. With neither the pool sizes itself: a rate of r
iterations that take t keeps r * t VUs busy (Little's law), so ten times that for the 95th percentile of
what was observed is enough for any target that works, and stops a pool that would grow for one that does
not.
"""

from collections import deque
from math import ceil
from typing import Final

from loadr_config.models import ConstantArrivalRate, RampingArrivalRate
from loadr_core.numbering import planned_vus
from loadr_core.segments import Segment

_HEADROOM: Final = 10
_REMEMBERED: Final = 1_000
# Sorting a thousand numbers takes 100 us: only when a twentieth of them is new.
_NEW_PART: Final = 20


class PoolSize:
    """The bounds of one instance's pool.

    Attributes:
        first: VUs made before the start.
        most: VUs that there can be.
        sizes_itself: whether the plan leaves it open.
    """

    def __init__(self, config: ConstantArrivalRate | RampingArrivalRate, segment: Segment) -> None:
        self.sizes_itself = config.max_vus is None and not config.pre_allocated_vus
        self.first = len(segment.stripe(config.pre_allocated_vus or 0))
        self.most = len(segment.stripe(planned_vus(config)))
        self._share = 1 / segment.count
        self._durations: deque[float] = deque(maxlen=_REMEMBERED)
        self._since = 0
        self._p95: float | None = None

    def observe(self, seconds: float) -> None:
        """An iteration took so long; only a pool that sizes itself needs to know."""
        self._durations.append(seconds)
        self._since += 1

    def limit(self, rate: float) -> int:
        """How many VUs there may be now.

        Args:
            rate: iteration starts per second in the whole run.
        """
        if not self.sizes_itself or not self._durations:
            return self.most
        if self._p95 is None or self._since * _NEW_PART >= len(self._durations):
            ordered = sorted(self._durations)
            self._p95 = ordered[min(len(ordered) * 95 // 100, len(ordered) - 1)]
            self._since = 0
        return max(1, min(self.most, ceil(_HEADROOM * rate * self._share * self._p95)))
