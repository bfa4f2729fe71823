"""Whether the generator itself can be trusted. Pure."""

from typing import Final

from loadr_config.summary import Health
from loadr_core.metrics.sinks import TrendSink

_MAX_LAG_MS: Final = 10.0
_MAX_CPU: Final = 0.9
_MAX_BUSY_SHARE: Final = 0.05
_MAX_BACKLOG_SECONDS: Final = 1.0
# A single second says nothing yet about 5 % of a run.
_MIN_BUSY_REPORTS: Final = 2


class HealthMonitor:
    """Collects what the workers report of themselves, and gives the verdict."""

    def __init__(self) -> None:
        self._reports = 0
        self._busy_reports = 0
        self._behind = 0.0
        self._lost: list[str] = []

    def observe(self, cpu: float, backlog: float) -> None:
        """Take one report.

        Args:
            cpu: the share of a core that the worker used, 0 to 1.
            backlog: seconds between the sending of a report and its aggregation.
        """
        self._reports += 1
        self._busy_reports += cpu > _MAX_CPU
        self._behind = max(self._behind, backlog)

    def worker_lost(self, reason: str) -> None:
        """A worker ended before its time."""
        self._lost.append(reason)

    def verdict(self, lag: TrendSink | None, folded_thresholds: list[str]) -> Health:
        """The verdict so far.

        Args:
            lag: the event loops' lag.
            folded_thresholds: thresholds that select by a tag of which values were folded.
        """
        reasons = list(self._lost)
        lag_p99 = lag.observe("p", 99.0, 0.0) if lag is not None else None
        if lag_p99 is not None and lag_p99 > _MAX_LAG_MS:
            reasons.append(f"the generator's event loop was late by {lag_p99:.1f} ms at p99 (limit 10 ms)")
        if self._busy_reports >= max(_MIN_BUSY_REPORTS, self._reports * _MAX_BUSY_SHARE):
            reasons.append(
                f"a worker used more than 90 % of its core in {self._busy_reports} of {self._reports} seconds"
            )
        if self._behind > _MAX_BACKLOG_SECONDS:
            reasons.append(f"aggregation was up to {self._behind:.1f} s behind")
        reasons.extend(
            f"threshold {text} selects by a tag with too many values" for text in folded_thresholds
        )
        return Health(verdict="suspect" if reasons else "trusted", reasons=reasons)
