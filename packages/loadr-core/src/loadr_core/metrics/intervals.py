"""Collects what was counted since the last point of the timeline: the intervals of the run store. Pure.

Budget: one dict access per bucket that gained something, for the few trends that are kept; nothing per
request.
"""

from array import array
from collections.abc import Callable
from typing import Final

from loadr_config.intervals import Interval, RateCounts, SeriesKey, TrendCounts
from loadr_config.metrics import MetricKind
from loadr_core.metrics.delta import Delta, TrendGain
from loadr_core.metrics.tags import TagPairs

# The phases of a request are in the summary, over the whole run. Second by second they would be most of
# what is stored, and a phase alone is rarely what two runs are compared by.
_NOT_KEPT: Final = frozenset(
    {
        "http_req_blocked",
        "http_req_looking_up",
        "http_req_connecting",
        "http_req_tls_handshaking",
        "http_req_sending",
        "http_req_waiting",
        "http_req_receiving",
        "loadr_loop_lag",
    }
)


class _Trend:
    """The values of one series in the running interval."""

    __slots__ = ("counts", "sum")

    def __init__(self) -> None:
        self.counts: dict[int, int] = {}
        self.sum = 0.0

    def add(self, gain: TrendGain) -> None:
        counts = self.counts
        for index, count in zip(gain.values.indices, gain.values.counts, strict=True):
            counts[index] = counts.get(index, 0) + count
        self.sum += gain.values.sum

    def taken(self) -> TrendCounts:
        indices = array("q", sorted(self.counts))
        return TrendCounts(indices, array("q", (self.counts[index] for index in indices)), self.sum)


class IntervalBook:
    """The interval that is being counted."""

    def __init__(self) -> None:
        self._ended_at = 0.0
        self._begin()

    def _begin(self) -> None:
        self._trends: dict[SeriesKey, _Trend] = {}
        self._rates: dict[SeriesKey, tuple[int, int]] = {}
        self._counters: dict[SeriesKey, float] = {}

    def apply(self, delta: Delta, tags_of: Callable[[int], TagPairs]) -> None:
        """Add what a worker gained.

        Args:
            delta: the gain.
            tags_of: its tag sets by number, secrets masked.
        """
        for trend in delta.trends:
            if trend.metric not in _NOT_KEPT:
                key = SeriesKey(trend.metric, _name(tags_of(trend.tags)), MetricKind.TREND)
                self._trends.setdefault(key, _Trend()).add(trend)
        for rate in delta.rates:
            key = SeriesKey(rate.metric, _name(tags_of(rate.tags)), MetricKind.RATE)
            hits, total = self._rates.get(key, (0, 0))
            self._rates[key] = (hits + rate.hits, total + rate.total)
        for counter in delta.counters:
            key = SeriesKey(counter.metric, _name(tags_of(counter.tags)), MetricKind.COUNTER)
            self._counters[key] = self._counters.get(key, 0.0) + counter.increment

    @property
    def is_empty(self) -> bool:
        """Whether nothing was counted since the last interval."""
        return not (self._trends or self._rates or self._counters)

    def close(self, elapsed: float, active_vus: int) -> Interval:
        """What was counted since the last interval.

        Args:
            elapsed: seconds since the start of the load.
            active_vus: VUs running now.
        """
        series: dict[SeriesKey, TrendCounts | RateCounts | float] = {}
        series.update((key, trend.taken()) for key, trend in self._trends.items() if trend.counts)
        series.update((key, RateCounts(*counted)) for key, counted in self._rates.items())
        series.update(self._counters)
        interval = Interval(elapsed, max(elapsed - self._ended_at, 0.0), active_vus, series)
        self._ended_at = max(elapsed, self._ended_at)
        self._begin()
        return interval


def _name(tags: TagPairs) -> str:
    return next((value for tag, value in tags if tag == "name"), "")
