"""One point a second: rates and true percentiles of that second.

In the first hour. From then on a point stands for four seconds, after four hours for sixteen, and so on, so that
a day has some 9,000 points and not 86,400, which alone would take 110 MB. A longer point is made of its own
histogram too: nothing is averaged.
"""

from typing import Final

from loadr_config.summary import HeatMap, TimelinePoint
from loadr_core.metrics.delta import Delta
from loadr_core.metrics.durations import ALL_REQUESTS, is_request_duration
from loadr_core.metrics.heat import HeatBook
from loadr_core.metrics.histogram import Histogram

_US_PER_MS: Final = 1000.0
_SERVICE: Final = "http_req_duration"
_CORRECTED: Final = "http_req_corrected_duration"

_HOUR: Final = 3600.0
_GROWTH: Final = 4

# Reports come a little early or late.
_TOLERANCE_SECONDS: Final = 0.2

# A run's own fraction of a second after its last report is no point.
_SHORTEST_POINT_SECONDS: Final = 0.05


def point_seconds(elapsed: float) -> int:
    """How long a point is that begins at a time, in seconds from the start of the run."""
    seconds = 1
    while elapsed >= seconds * _HOUR:
        seconds *= _GROWTH
    return seconds


class _Tally:
    """What was counted in some time."""

    __slots__ = ("corrected", "failed", "iterations", "latency", "opened_at", "requests")

    def __init__(self, opened_at: float) -> None:
        self.opened_at = opened_at
        self.latency = Histogram()
        self.corrected = Histogram()
        self.requests = 0
        self.failed = 0
        self.iterations = 0.0

    def apply(self, delta: Delta) -> None:
        """Add what a worker gained.

        `http_req_failed` counts the requests of every protocol, but those that are not judged: these have a
        duration alone. Those that could not be sent have none, and tags that no request with one has.
        """
        # An operation of GraphQL is a request of HTTP as well, with the same time in both families.
        http = {trend.tags for trend in delta.trends if trend.metric == _SERVICE}
        timed = set()
        for trend in delta.trends:
            if trend.metric == _SERVICE or (is_request_duration(trend.metric) and trend.tags not in http):
                self.latency.add(trend.values)
                self.requests += trend.values.total
                timed.add(trend.tags)
            elif trend.metric == _CORRECTED:
                self.corrected.add(trend.values)
        for rate in delta.rates:
            if rate.metric == ALL_REQUESTS:
                self.requests += 0 if rate.tags in timed else rate.total
                self.failed += rate.hits
        self.iterations += sum(gain.increment for gain in delta.counters if gain.metric == "iterations")

    def merge(self, other: "_Tally") -> None:
        """Add what was counted after it."""
        self.latency.merge(other.latency)
        self.corrected.merge(other.corrected)
        self.requests += other.requests
        self.failed += other.failed
        self.iterations += other.iterations

    def point(self, closed_at: float, active_vus: int) -> TimelinePoint:
        """The point for it."""
        seconds = max(closed_at - self.opened_at, 1e-9)
        latency = self.latency
        empty = not latency.total
        p50, p95, p99 = (value / _US_PER_MS for value in latency.percentiles(50.0, 95.0, 99.0))
        return TimelinePoint(
            elapsed_secs=round(closed_at, 3),
            rps=_short(self.requests / seconds),
            iterations_ps=_short(self.iterations / seconds),
            active_vus=active_vus,
            error_rate=_short(self.failed / self.requests) if self.requests else 0.0,
            latency_avg=None if empty else _short(latency.mean() / _US_PER_MS),
            latency_p50=None if empty else p50,
            latency_p95=None if empty else p95,
            latency_p99=None if empty else p99,
            corrected_p99=self.corrected.percentile(99.0) / _US_PER_MS if self.corrected.total else None,
        )


class Timeline:
    """Collects the deltas of the running second and closes it with a point.

    What comes for a second that is closed already, late or as a run's last few milliseconds, mends its
    point: nothing is lost, and no point stands for next to no time.

    Attributes:
        points: the points so far.
        closed_at: seconds from the start of the run to the end of the last second.
    """

    def __init__(self) -> None:
        self.points: list[TimelinePoint] = []
        self.closed_at = 0.0
        self._active_vus = 0
        self._heat = HeatBook()
        self._is_closed = False
        self._second = _Tally(0.0)
        self._before: _Tally | None = None  # the seconds of a longer point that are over

    def _open(self) -> None:
        """Begin a second; the one before is over for good."""
        self._heat.add(self.closed_at, self._second.latency)
        over = self._second if self._before is None else self._before
        if over is not self._second:
            over.merge(self._second)
        wanted = point_seconds(over.opened_at)
        is_full = wanted == 1 or self.closed_at - over.opened_at > wanted - _TOLERANCE_SECONDS
        self._before = None if is_full else over
        self._second = _Tally(self.closed_at)
        self._is_closed = False

    def apply(self, delta: Delta, elapsed: float) -> None:
        """Add what a worker gained.

        Args:
            delta: the gain.
            elapsed: seconds from the start of the run to the end of the time in which it was gained.
        """
        if self._is_closed and self.is_due(elapsed):
            self._open()
        self._second.apply(delta)
        if self._is_closed:
            self.points[-1] = self._point()

    def is_due(self, elapsed: float) -> bool:
        """Whether enough time has passed since the last point for another one; the shortest run has one."""
        return elapsed - self.closed_at > (_SHORTEST_POINT_SECONDS if self.points else 0.0)

    def close(self, elapsed: float, active_vus: int) -> TimelinePoint:
        """End the running second.

        Args:
            elapsed: seconds since the start of the run.
            active_vus: VUs running now.

        Returns:
            The point of that second alone, for those who look on.
        """
        if self._is_closed:
            self._open()
        self._active_vus = active_vus
        self.closed_at = elapsed
        self._is_closed = True
        if self._before is not None:
            self.points.pop()  # the same point without this second
        self.points.append(self._point())
        return self.points[-1] if self._before is None else self._second.point(elapsed, active_vus)

    def heat_map(self) -> HeatMap | None:
        """How latencies were spread over the run so far; `None` where there were none."""
        return self._heat.heat_map(self.closed_at, self._second.latency)

    def _point(self) -> TimelinePoint:
        whole = self._second
        if self._before is not None:
            whole = _Tally(self._before.opened_at)
            whole.merge(self._before)
            whole.merge(self._second)
        return whole.point(self.closed_at, self._active_vus)


def _short(value: float) -> float:
    """Six digits: more than was measured, and a long run's points take half of the room."""
    return float(f"{value:.6g}")
