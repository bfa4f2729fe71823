"""One series: its figures over a window of time. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from loadr_config.metrics import MetricKind
from loadr_core.spi import SeriesGain


class Window(NamedTuple):
    """The time that figures stand for, seconds since the epoch."""

    start: float
    end: float


class Reading(NamedTuple):
    """What a table held at one moment: the content of a parcel."""

    window: Window
    series: "tuple[SeriesState, ...]"


@dataclass(slots=True)
class SeriesState:
    """The figures of a series.

    Attributes:
        metric: the metric's name.
        kind: its kind; it decides which of the figures have a meaning.
        tags: its tags.
        time: whether a trend's values are milliseconds of time.
        count: values of a trend, trials of a rate.
        sum: of a trend's values, of a counter's increments, hits of a rate.
        min: the smallest value of a trend or gauge.
        max: the largest.
        last: the last value of a gauge.
        buckets: counts of a trend by the middle of their bucket.
    """

    metric: str
    kind: MetricKind
    tags: Mapping[str, str]
    time: bool = False
    count: int = 0
    sum: float = 0.0
    min: float = float("inf")
    max: float = float("-inf")
    last: float = 0.0
    buckets: dict[float, int] = field(default_factory=dict)

    def add(self, gain: SeriesGain) -> None:
        """Add what one worker gained; workers' gauges replace each other."""
        self.count += gain.count
        self.sum += gain.sum
        self.last = gain.last
        if gain.kind in (MetricKind.TREND, MetricKind.GAUGE):
            self.min = min(self.min, gain.min)
            self.max = max(self.max, gain.max)
        buckets = self.buckets
        for value, count in zip(gain.values, gain.counts, strict=True):
            buckets[value] = buckets.get(value, 0) + count

    def quantiles(self, fractions: Iterable[float]) -> list[float]:
        """The values that so large shares of all values do not exceed; the fractions ascend.

        As HdrHistogram: the first bucket at which the running count reaches `fraction * count`,
        rounded half up, at least one. A bucket stands for its middle, but never beyond the extremes.
        """
        found: list[float] = []
        ordered = iter(sorted(self.buckets.items()))
        running, value = 0, 0.0
        for fraction in fractions:
            wanted = max(int(fraction * self.count + 0.5), 1)
            while running < wanted:
                value, count = next(ordered)
                running += count
            found.append(min(max(value, self.min), self.max))
        return found

    def copy(self) -> "SeriesState":
        """A state that does not change with this one."""
        return SeriesState(
            self.metric,
            self.kind,
            self.tags,
            self.time,
            self.count,
            self.sum,
            self.min,
            self.max,
            self.last,
            dict(self.buckets),
        )

    def __repr__(self) -> str:
        return f"<SeriesState {self.metric} {dict(self.tags)} count={self.count} sum={self.sum:g}>"
