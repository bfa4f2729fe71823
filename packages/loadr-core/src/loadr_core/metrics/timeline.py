"""One point a second: rates and true percentiles of that second."""

from typing import Final

from loadr_config.summary import TimelinePoint
from loadr_core.metrics.delta import Delta
from loadr_core.metrics.histogram import Histogram

_US_PER_MS: Final = 1000.0


def is_request_duration(metric: str) -> bool:
    """Whether a trend is a protocol's own request duration (plugins feed a common one as well)."""
    return metric.endswith("_req_duration") and metric != "plugin_req_duration"


class Timeline:
    """Collects the deltas of the running second and closes it with a point.

    Attributes:
        points: the points so far.
        closed_at: seconds from the start of the run to the last point.
    """

    def __init__(self) -> None:
        self.points: list[TimelinePoint] = []
        self.closed_at = 0.0
        self._open()

    def _open(self) -> None:
        self._latency = Histogram()
        self._requests = 0
        self._failed = 0
        self._iterations = 0.0

    def apply(self, delta: Delta) -> None:
        """Add what a worker gained; `http_req_failed` counts the requests of every protocol."""
        for trend in delta.trends:
            if is_request_duration(trend.metric):
                self._latency.add(trend.values)
        for rate in delta.rates:
            if rate.metric == "http_req_failed":
                self._requests += rate.total
                self._failed += rate.hits
        self._iterations += sum(gain.increment for gain in delta.counters if gain.metric == "iterations")

    def has_samples(self) -> bool:
        """Whether anything came since the last point."""
        return bool(self._requests or self._iterations)

    def close(self, elapsed: float, active_vus: int) -> TimelinePoint:
        """The point for the time since the last one.

        Args:
            elapsed: seconds since the start of the run.
            active_vus: VUs running now.
        """
        seconds = max(elapsed - self.closed_at, 1e-9)
        latency = self._latency
        empty = not latency.total
        p50, p95, p99 = (value / _US_PER_MS for value in latency.percentiles(50.0, 95.0, 99.0))
        point = TimelinePoint(
            elapsed_secs=round(elapsed, 3),
            rps=self._requests / seconds,
            iterations_ps=self._iterations / seconds,
            active_vus=active_vus,
            error_rate=self._failed / self._requests if self._requests else 0.0,
            latency_avg=None if empty else latency.mean() / _US_PER_MS,
            latency_p50=None if empty else p50,
            latency_p95=None if empty else p95,
            latency_p99=None if empty else p99,
        )
        self.points.append(point)
        self.closed_at = elapsed
        self._open()
        return point
