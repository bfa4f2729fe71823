"""One point a second: rates and true percentiles of that second."""

from typing import Final

from loadr_config.summary import HeatMap, TimelinePoint
from loadr_core.metrics.delta import Delta
from loadr_core.metrics.durations import is_request_duration
from loadr_core.metrics.heat import HeatBook
from loadr_core.metrics.histogram import Histogram

_US_PER_MS: Final = 1000.0
_CORRECTED: Final = "http_req_corrected_duration"

# A run's own fraction of a second after its last report is no point.
_SHORTEST_POINT_SECONDS: Final = 0.05


class Timeline:
    """Collects the deltas of the running second and closes it with a point.

    What comes for a second that is closed already, late or as a run's last few milliseconds, mends its
    point: nothing is lost, and no point stands for next to no time.

    Attributes:
        points: the points so far.
        closed_at: seconds from the start of the run to the last point.
    """

    def __init__(self) -> None:
        self.points: list[TimelinePoint] = []
        self.closed_at = 0.0
        self._active_vus = 0
        self._heat = HeatBook()
        self._begin()

    def _open(self) -> None:
        self._heat.add(self.closed_at, self._latency)
        self._begin()

    def _begin(self) -> None:
        self._is_closed = False
        self._opened_at = self.closed_at
        self._latency = Histogram()
        self._corrected = Histogram()
        self._requests = 0
        self._failed = 0
        self._iterations = 0.0

    def apply(self, delta: Delta, elapsed: float) -> None:
        """Add what a worker gained; `http_req_failed` counts the requests of every protocol.

        Args:
            delta: the gain.
            elapsed: seconds from the start of the run to the end of the time in which it was gained.
        """
        if self._is_closed and self.is_due(elapsed):
            self._open()
        for trend in delta.trends:
            if is_request_duration(trend.metric):
                self._latency.add(trend.values)
            elif trend.metric == _CORRECTED:
                self._corrected.add(trend.values)
        for rate in delta.rates:
            if rate.metric == "http_req_failed":
                self._requests += rate.total
                self._failed += rate.hits
        self._iterations += sum(gain.increment for gain in delta.counters if gain.metric == "iterations")
        if self._is_closed:
            self.points[-1] = self._point()

    def is_due(self, elapsed: float) -> bool:
        """Whether enough time has passed since the last point for another one; the shortest run has one."""
        return elapsed - self.closed_at > (_SHORTEST_POINT_SECONDS if self.points else 0.0)

    def close(self, elapsed: float, active_vus: int) -> TimelinePoint:
        """The point for the time since the last one.

        Args:
            elapsed: seconds since the start of the run.
            active_vus: VUs running now.
        """
        if self._is_closed:
            self._open()
        self._active_vus = active_vus
        self.closed_at = elapsed
        self._is_closed = True
        point = self._point()
        self.points.append(point)
        return point

    def heat_map(self) -> HeatMap | None:
        """How latencies were spread over the run so far; `None` where there were none."""
        return self._heat.heat_map(self.closed_at, self._latency)

    def _point(self) -> TimelinePoint:
        seconds = max(self.closed_at - self._opened_at, 1e-9)
        latency = self._latency
        empty = not latency.total
        p50, p95, p99 = (value / _US_PER_MS for value in latency.percentiles(50.0, 95.0, 99.0))
        return TimelinePoint(
            elapsed_secs=round(self.closed_at, 3),
            rps=_short(self._requests / seconds),
            iterations_ps=_short(self._iterations / seconds),
            active_vus=self._active_vus,
            error_rate=_short(self._failed / self._requests) if self._requests else 0.0,
            latency_avg=None if empty else _short(latency.mean() / _US_PER_MS),
            latency_p50=None if empty else p50,
            latency_p95=None if empty else p95,
            latency_p99=None if empty else p99,
            corrected_p99=self._corrected.percentile(99.0) / _US_PER_MS if self._corrected.total else None,
        )


def _short(value: float) -> float:
    """Six digits: more than was measured, and a long run's points take half of the room."""
    return float(f"{value:.6g}")
