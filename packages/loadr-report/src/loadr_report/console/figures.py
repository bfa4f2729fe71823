"""The figures of a snapshot as text, the same in every view."""

from loadr_config.summary import Snapshot, TimelinePoint
from loadr_report.quantities import percentage
from loadr_report.readings import ABSENT, Unit


def latencies(point: TimelinePoint) -> str:
    """The percentiles of one second: `p50 1.2ms p95 3.4ms p99 5.6ms`."""
    values = (("p50", point.latency_p50), ("p95", point.latency_p95), ("p99", point.latency_p99))
    return " ".join(f"{name} {Unit.TIME.text(value)}" for name, value in values)


def error_share(snapshot: Snapshot) -> str:
    """The share of all requests so far that failed."""
    return _share(snapshot.failed_requests, snapshot.requests)


def check_share(snapshot: Snapshot) -> str:
    """The share of all checks so far that passed."""
    return _share(snapshot.checks_passed, snapshot.checks_passed + snapshot.checks_failed)


def overall_fraction(snapshot: Snapshot) -> float:
    """How far the run is: as far as its slowest scenario, 0 to 1."""
    return min((clamped(scenario.fraction) for scenario in snapshot.scenarios), default=0.0)


def clamped(fraction: float) -> float:
    """A fraction kept within 0 and 1."""
    return min(1.0, max(0.0, fraction))


def generator_figures(snapshot: Snapshot) -> str:
    """How the generator itself does so far: `loop lag p99 0.3ms, CPU 12.00%`; empty where nothing is known yet."""
    found = {metric.metric: metric.agg for metric in snapshot.metrics if not metric.tags}
    lag, cpu = found.get("loadr_loop_lag"), found.get("loadr_cpu")
    parts = []
    if lag is not None and lag.p99 is not None:
        parts.append(f"loop lag p99 {Unit.TIME.text(lag.p99)}")
    if cpu is not None and cpu.last is not None:
        parts.append(f"CPU {percentage(cpu.last)}")
    return ", ".join(parts)


def _share(part: int, total: int) -> str:
    return percentage(part / total) if total else ABSENT
