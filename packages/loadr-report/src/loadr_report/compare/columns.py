"""The intervals of a run as columns of numbers, all of about the same length. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from loadr_config.buckets import bucket_bounds
from loadr_config.intervals import Interval, RateCounts, SeriesKey, TrendCounts
from loadr_config.metrics import MetricKind
from loadr_report.store.codec import added

Numbers = NDArray[np.float64]

_MOST_INTERVALS: Final = 400
"""Longer runs are compared in longer intervals: finer ones cost time and tell no more."""


@dataclass(frozen=True, slots=True)
class TrendColumns:
    """A trend, interval by interval.

    Attributes:
        values: the highest value of each bucket, milliseconds, ascending.
        widths: how many milliseconds its values may lie apart.
        counts: shape (intervals, buckets).
    """

    values: Numbers
    widths: Numbers
    counts: Numbers


@dataclass(frozen=True, slots=True)
class RateColumns:
    """A rate, interval by interval."""

    hits: Numbers
    totals: Numbers


@dataclass(frozen=True, slots=True)
class RunColumns:
    """A run.

    Attributes:
        seconds: the length of each interval.
        trends: by metric and request name; the name is empty for all of them together.
        rates: the same.
        counters: the same; the increment in each interval.
    """

    seconds: Numbers
    trends: Mapping[tuple[str, str], TrendColumns]
    rates: Mapping[tuple[str, str], RateColumns]
    counters: Mapping[tuple[str, str], Numbers]

    @property
    def size(self) -> int:
        """How many intervals there are."""
        return len(self.seconds)

    @classmethod
    def of(cls, intervals: Sequence[Interval], skipped: float = 0.0) -> Self:
        """The columns of a run.

        Args:
            intervals: what was stored.
            skipped: seconds at the begin that are left out.
        """
        kept = _even([interval for interval in intervals if _begin(interval) >= skipped - 1e-6])
        series: dict[SeriesKey, dict[int, TrendCounts | RateCounts | float]] = {}
        for place, interval in enumerate(kept):
            for key, value in interval.series.items():
                series.setdefault(key, {})[place] = value
        grouped: dict[tuple[MetricKind, str, str], list[dict[int, TrendCounts | RateCounts | float]]] = {}
        for key, found in series.items():
            for name in {key.name, ""}:
                grouped.setdefault((key.kind, key.metric, name), []).append(found)
        trends, rates, counters = {}, {}, {}
        for (kind, metric, name), parts in grouped.items():
            match kind:
                case MetricKind.TREND:
                    trends[metric, name] = _trend(parts, len(kept))
                case MetricKind.RATE:
                    rates[metric, name] = _rate(parts, len(kept))
                case _:
                    counters[metric, name] = _counter(parts, len(kept))
        return cls(np.array([interval.seconds for interval in kept]), trends, rates, counters)


_Parts = Iterable[Mapping[int, TrendCounts | RateCounts | float]]


def _begin(interval: Interval) -> float:
    return interval.ended_at - interval.seconds


def _even(intervals: Sequence[Interval]) -> list[Interval]:
    """Neighbours joined until all are of about one length, and there are not too many."""
    if not intervals:
        return []
    whole = sum(interval.seconds for interval in intervals)
    least = 0.6 * max(_usual_length(intervals, whole), whole / _MOST_INTERVALS)
    joined: list[list[Interval]] = []
    room = 0.0
    for interval in intervals:
        if joined and room < least:
            joined[-1].append(interval)
            room += interval.seconds
        else:
            joined.append([interval])
            room = interval.seconds
    if room < least / 2 and len(joined) > 1:
        joined[-2].extend(joined.pop())
    return [reduce(added, part) for part in joined]


def _usual_length(intervals: Sequence[Interval], whole: float) -> float:
    """The length that most of the time was counted in, or less.

    A run that was thinned out while it was stored has intervals of two lengths: it is the longer one. An
    odd one, of a moment in which nobody reported, is not.
    """
    upto = 0.0
    for seconds in sorted(interval.seconds for interval in intervals):
        upto += seconds
        if upto >= 0.8 * whole:
            return seconds
    return 0.0


def _trend(parts: _Parts, size: int) -> TrendColumns:
    parts = list(parts)
    used = sorted(
        {
            index
            for part in parts
            for value in part.values()
            if isinstance(value, TrendCounts)
            for index in value.indices
        }
    )
    places = np.array(used, dtype=np.int64)
    counts = np.zeros((size, len(used)))
    for part in parts:
        for row, value in part.items():
            if isinstance(value, TrendCounts):
                columns = np.searchsorted(places, np.frombuffer(value.indices, dtype=np.int64))
                counts[row, columns] += np.frombuffer(value.counts, dtype=np.int64)
    bounds = np.array([bucket_bounds(index) for index in used], dtype=np.float64).reshape(-1, 2) / 1000.0
    return TrendColumns(bounds[:, 1], bounds[:, 1] - bounds[:, 0] + 0.001, counts)


def _rate(parts: _Parts, size: int) -> RateColumns:
    columns = RateColumns(np.zeros(size), np.zeros(size))
    for part in parts:
        for row, value in part.items():
            if isinstance(value, RateCounts):
                columns.hits[row] += value.hits
                columns.totals[row] += value.total
    return columns


def _counter(parts: _Parts, size: int) -> Numbers:
    column = np.zeros(size)
    for part in parts:
        for row, value in part.items():
            if isinstance(value, float | int):
                column[row] += value
    return column
