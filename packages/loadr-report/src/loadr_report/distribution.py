"""How the values of a trend are spread: percentiles and bars, read from its histogram.

A summary and a snapshot hold histograms in the HDR V2 encoding, with a bucket for each value of three
digits; bars have bounds that people read at a glance, and that stay where they are while a run goes on.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import floor, inf, log10
from typing import Any, Final, Self

from loadr_config.summary import MetricSummary

_US_PER_MS: Final = 1000.0

_STEPS: Final = (
    (1.0, 1.2, 1.4, 1.6, 1.8, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0, 6.0, 7.0, 8.0, 9.0),
    (1.0, 1.5, 2.0, 3.0, 5.0, 7.0),
    (1.0, 2.0, 5.0),
    (1.0,),
)
"""The bounds of bars within a decade, the finest first."""

_LOWEST_MS: Final = 0.001
"""A microsecond: what histograms count."""


@dataclass(frozen=True, slots=True)
class Bar:
    """How many values lie above the bound of the bar before, and not above `upto`, in milliseconds."""

    upto: float
    count: int


@dataclass(frozen=True, slots=True)
class Distribution:
    """The values of a trend.

    Attributes:
        highest: the highest value of each bucket that has a count, in milliseconds, ascending.
        counts: their counts.
    """

    highest: tuple[float, ...]
    counts: tuple[int, ...]

    @classmethod
    def of(cls, metric: MetricSummary) -> Self | None:
        """The distribution of a trend; `None` where there is no histogram of it."""
        if metric.histogram is None:
            return None
        from hdrh.histogram import HdrHistogram  # noqa: PLC0415 - only what draws a distribution needs it

        histogram: Any = HdrHistogram.decode(metric.histogram)
        largest = inf if metric.agg.max is None else metric.agg.max
        found = [(index, count) for index, count in enumerate(histogram.counts[:]) if count]
        tops = (
            histogram.get_highest_equivalent_value(histogram.get_value_from_index(index))
            for index, _ in found
        )
        # A bucket is up to 0.1 % wide: its upper end may lie above the largest value, which is exact.
        return cls(tuple(min(top / _US_PER_MS, largest) for top in tops), tuple(count for _, count in found))

    @property
    def total(self) -> int:
        """The number of values."""
        return sum(self.counts)

    def percentile(self, percent: float) -> float:
        """The value that so many per cent of all do not exceed, in milliseconds; as HdrHistogram has it."""
        return self.quantiles((min(percent, 100.0) / 100.0,))[0]

    def quantiles(self, shares: Sequence[float]) -> list[float]:
        """The same for several shares of all values, 0 to 1."""
        running = list(accumulate(self.counts))
        return [
            self.highest[bisect_left(running, max(int(share * running[-1] + 0.5), 1))] for share in shares
        ]

    def bars(self, most: int) -> tuple[Bar, ...]:
        """The distribution in at most so many bars, the outermost not empty."""
        if not self.highest:
            return ()
        running = [0, *accumulate(self.counts)]
        bounds = bar_bounds(self.highest[0], self.highest[-1], most)
        upto = [running[bisect_left(self.highest, _beyond(bound))] for bound in bounds]
        return tuple(
            Bar(bound, below - before)
            for bound, below, before in zip(bounds, upto, [0, *upto[:-1]], strict=True)
        )


def bar_bounds(low: float, high: float, most: int) -> Sequence[float]:
    """Round bounds of bars from `low` to `high`, in milliseconds: as many as there may be.

    Ten decades, a microsecond to some hours, are all that there is: `most` must not be below that.
    """
    low = max(low, _LOWEST_MS)
    high = max(high, low)
    found: Sequence[float] = ()
    for steps in _STEPS:
        found = tuple(_bounds(steps, low, high))
        if len(found) <= most:
            break
    return found


def _bounds(steps: Sequence[float], low: float, high: float) -> Iterator[float]:
    """From the first bound that is not below `low` to the first that is not below `high`."""
    decade = floor(log10(low)) - 1
    while True:
        for step in steps:
            bound = float(f"{step}e{decade}")
            if _beyond(bound) > low:
                yield bound
            if _beyond(bound) > high:
                return
        decade += 1


def _beyond(bound: float) -> float:
    """A trifle above a bound: what equals it belongs below, whatever binary fractions make of it."""
    return bound * (1 + 1e-9)
