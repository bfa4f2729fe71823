"""The intervals of a run as columns of numbers, all of about the same length. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from loadr_config.buckets import bucket_bounds
from loadr_config.intervals import Interval, RateCounts, SeriesKey, TrendCounts
from loadr_config.metrics import MetricKind

Numbers = NDArray[np.float64]

_MOST_INTERVALS: Final = 400
"""Longer runs are compared in longer intervals: finer ones cost time and tell no more."""


_Values = list[tuple[int, TrendCounts | RateCounts | float]]
"""What a series counted, each with its row; several may be of one row."""


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
        kept = [interval for interval in intervals if _begin(interval) >= skipped - 1e-6]
        rows = _rows(kept)
        size = rows[-1] + 1 if rows else 0
        seconds = np.zeros(size)
        series: dict[SeriesKey, _Values] = {}
        for row, interval in zip(rows, kept, strict=True):
            seconds[row] += interval.seconds
            for key, value in interval.series.items():
                series.setdefault(key, []).append((row, value))
        grouped: dict[tuple[MetricKind, str, str], list[_Values]] = {}
        for key, found in series.items():
            for name in {key.name, ""}:
                grouped.setdefault((key.kind, key.metric, name), []).append(found)
        trends, rates, counters = {}, {}, {}
        for (kind, metric, name), parts in grouped.items():
            match kind:
                case MetricKind.TREND:
                    trends[metric, name] = _trend(parts, size)
                case MetricKind.RATE:
                    rates[metric, name] = _rate(parts, size)
                case _:
                    counters[metric, name] = _counter(parts, size)
        return cls(seconds, trends, rates, counters)


def _begin(interval: Interval) -> float:
    return interval.ended_at - interval.seconds


def _rows(intervals: Sequence[Interval]) -> list[int]:
    """The row of each interval: neighbours share one until all are of about one length, and not too many."""
    if not intervals:
        return []
    whole = sum(interval.seconds for interval in intervals)
    least = 0.6 * max(_usual_length(intervals, whole), whole / _MOST_INTERVALS)
    rows: list[int] = []
    row, room = 0, 0.0
    for interval in intervals:
        if room >= least:
            row, room = row + 1, 0.0
        rows.append(row)
        room += interval.seconds
    if room < least / 2 and row > 0:
        return [min(one, row - 1) for one in rows]
    return rows


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


def _trend(parts: Sequence[_Values], size: int) -> TrendColumns:
    found = [(row, value) for part in parts for row, value in part if isinstance(value, TrendCounts)]
    indices = [np.frombuffer(value.indices, dtype=np.int64) for _, value in found]
    places = np.unique(np.concatenate(indices)) if indices else np.zeros(0, dtype=np.int64)
    counts = np.zeros((size, len(places)))
    for (row, value), used in zip(found, indices, strict=True):
        counts[row, np.searchsorted(places, used)] += np.frombuffer(value.counts, dtype=np.int64)
    bounds = np.array([bucket_bounds(index) for index in places.tolist()], dtype=np.float64)
    lowest, highest = bounds.reshape(-1, 2).T / 1000.0
    return TrendColumns(highest, highest - lowest + 0.001, counts)


def _rate(parts: Sequence[_Values], size: int) -> RateColumns:
    columns = RateColumns(np.zeros(size), np.zeros(size))
    for part in parts:
        for row, value in part:
            if isinstance(value, RateCounts):
                columns.hits[row] += value.hits
                columns.totals[row] += value.total
    return columns


def _counter(parts: Sequence[_Values], size: int) -> Numbers:
    column = np.zeros(size)
    for part in parts:
        for row, value in part:
            if isinstance(value, float | int):
                column[row] += value
    return column
