"""What is kept of a series over a run, one class a metric kind."""

from abc import ABC, abstractmethod
from typing import ClassVar

from loadr_config.metrics import MetricKind
from loadr_config.summary import Aggregate
from loadr_core.metrics.histogram import Histogram, HistogramDelta

_US_PER_MS = 1000.0


class Sink(ABC):
    """Keeps what the summary and the thresholds need of one series."""

    kind: ClassVar[MetricKind]

    @abstractmethod
    def aggregate(self, elapsed: float) -> Aggregate:
        """The summary's figures; `elapsed` is the run's length in seconds."""

    @abstractmethod
    def observe(self, aggregation: str, percentile: float | None, elapsed: float) -> float | None:
        """One figure, in the metric's unit (ms for times); `None` without samples.

        Raises:
            KeyError: this kind has no such aggregation; validation has refused it before.
        """


class CounterSink(Sink):
    """The sum of all increments."""

    kind = MetricKind.COUNTER

    def __init__(self) -> None:
        self.sum: float | None = None

    def add(self, increment: float) -> None:
        """Add an increment."""
        self.sum = (self.sum or 0.0) + increment

    def aggregate(self, elapsed: float) -> Aggregate:
        """The summary's figures."""
        total = self.sum or 0.0
        return Aggregate(sum=total, per_second=total / elapsed if elapsed > 0 else 0.0)

    def observe(self, aggregation: str, percentile: float | None, elapsed: float) -> float | None:
        """One figure, in the metric's unit."""
        del percentile
        if self.sum is None:
            return None
        return {"count": self.sum, "rate": self.sum / elapsed if elapsed > 0 else 0.0}[aggregation]


class RateSink(Sink):
    """Hits out of a total."""

    kind = MetricKind.RATE

    def __init__(self) -> None:
        self.hits = 0
        self.total = 0

    def add(self, hits: int, total: int) -> None:
        """Add hits out of a total."""
        self.hits += hits
        self.total += total

    def aggregate(self, elapsed: float) -> Aggregate:
        """The summary's figures."""
        del elapsed
        rate = self.hits / self.total if self.total else 0.0
        return Aggregate(rate=rate, sum=float(self.hits), count=self.total)

    def observe(self, aggregation: str, percentile: float | None, elapsed: float) -> float | None:
        """One figure, in the metric's unit."""
        del percentile, elapsed
        return {"rate": self.hits / self.total}[aggregation] if self.total else None


class GaugeSink(Sink):
    """The last value and the extremes."""

    kind = MetricKind.GAUGE

    def __init__(self) -> None:
        self.last: float | None = None
        self.min = float("inf")
        self.max = float("-inf")

    def add(self, last: float, low: float, high: float) -> None:
        """Take the last value and the extremes of an interval."""
        self.last = last
        self.min = min(self.min, low)
        self.max = max(self.max, high)

    def aggregate(self, elapsed: float) -> Aggregate:
        """The summary's figures."""
        del elapsed
        if self.last is None:
            return Aggregate()
        return Aggregate(last=self.last, min=self.min, max=self.max)

    def observe(self, aggregation: str, percentile: float | None, elapsed: float) -> float | None:
        """One figure, in the metric's unit."""
        del percentile, elapsed
        if self.last is None:
            return None
        return {"value": self.last, "min": self.min, "max": self.max}[aggregation]


class TrendSink(Sink):
    """A histogram; the figures are milliseconds."""

    kind = MetricKind.TREND

    def __init__(self, *, time: bool = True) -> None:
        self.histogram = Histogram()
        self.time = time

    def add(self, delta: HistogramDelta) -> None:
        """Add what a series gained."""
        self.histogram.add(delta)

    def aggregate(self, elapsed: float) -> Aggregate:
        """The summary's figures."""
        del elapsed
        histogram = self.histogram
        if not histogram.total:
            return Aggregate(count=0)
        med, p90, p95, p99, p999 = self._percentiles(50.0, 90.0, 95.0, 99.0, 99.9)
        return Aggregate(
            avg=histogram.mean() / _US_PER_MS,
            min=histogram.min / _US_PER_MS,
            med=med,
            max=histogram.max / _US_PER_MS,
            p90=p90,
            p95=p95,
            p99=p99,
            p999=p999,
            sum=histogram.sum / _US_PER_MS,
            count=histogram.total,
        )

    def observe(self, aggregation: str, percentile: float | None, elapsed: float) -> float | None:
        """One figure, in the metric's unit."""
        del elapsed
        histogram = self.histogram
        if not histogram.total:
            return None
        match aggregation:
            case "p" if percentile is not None:
                return self._percentiles(percentile)[0]
            case "med":
                return self._percentiles(50.0)[0]
            case "avg":
                return histogram.mean() / _US_PER_MS
            case "min":
                return histogram.min / _US_PER_MS
            case "max":
                return histogram.max / _US_PER_MS
            case "count":
                return float(histogram.total)
            case _:
                raise KeyError(aggregation)

    def _percentiles(self, *percents: float) -> list[float]:
        # A bucket is up to 0.1 % wide: its upper end may lie above the largest value, which is exact.
        largest = self.histogram.max
        return [min(value, largest) / _US_PER_MS for value in self.histogram.percentiles(*percents)]
