"""From a run's samples to its row, and from rows to medians and ratios; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.harness.measure import Measurement, Sample

COUNT_TOLERANCE = 0.01
TARGET_FULL = 0.95
GENERATOR_IDLE = 0.90
FOREIGN_CPU = 0.05
LOST_CPU = 0.02


@dataclass(frozen=True, slots=True)
class ToolReport:
    """What a generator says about its own run; latencies in milliseconds, None where it reports none."""

    requests: int
    failures: int
    p50_ms: float | None
    p99_ms: float | None


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a run under full load, without start and end.

    Attributes:
        secs: Its length.
        requests: Requests the target counted in it.
        cpu_secs: CPU seconds of the generator.
        target_cpu_secs: CPU seconds of the target.
        core_busy_secs: Busy seconds of the generator's core.
    """

    secs: float
    requests: int
    cpu_secs: float
    target_cpu_secs: float
    core_busy_secs: float


@dataclass(frozen=True, slots=True)
class Round:
    """One measured run of one peer.

    Attributes:
        cpu_us: CPU microseconds per request: whole tree, from exec to exit.
        steady_cpu_us: The same within the window of full load, without start and end.
        fixed_cpu_secs: CPU seconds that `steady_cpu_us` does not explain: start, ramp-up and end.
        rps: Requests per second in that window, by the target's count.
        target_busy: The target's share of its core, 0 to 1.
        generator_busy: The generator's share of its core, 0 to 1.
        foreign: What others used of the generator's core, 0 to 1.
        notes: Doubts about this row, for people.
    """

    peer: str
    round: int
    requests: int
    reported_requests: int
    failures: int
    wall_secs: float
    cpu_secs: float
    cpu_us: float
    steady_cpu_us: float
    fixed_cpu_secs: float
    rps: float
    p50_ms: float | None
    p99_ms: float | None
    peak_rss: int
    peak_pss: int
    target_busy: float
    generator_busy: float
    foreign: float
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PeerSummary:
    """Medians over a peer's rounds, with the range of the CPU figure."""

    peer: str
    rounds: int
    cpu_us: float
    cpu_us_min: float
    cpu_us_max: float
    steady_cpu_us: float
    fixed_cpu_secs: float
    rps: float
    p50_ms: float | None
    p99_ms: float | None
    peak_rss: float
    peak_pss: float
    target_busy: float
    generator_busy: float
    notes: tuple[str, ...]


def steady_window(samples: Sequence[Sample]) -> Window | None:
    """The part under full load: from the second sample with progress to the last but one with it.

    The first and the last interval with progress hold ramp-up and drain.

    Returns:
        None when fewer than three intervals made progress.
    """
    moving = [
        index for index in range(1, len(samples)) if samples[index].requests > samples[index - 1].requests
    ]
    if len(moving) < 3:
        return None
    first, last = samples[moving[0]], samples[moving[-1] - 1]
    return Window(
        secs=last.elapsed - first.elapsed,
        requests=last.requests - first.requests,
        cpu_secs=last.cpu_secs - first.cpu_secs,
        target_cpu_secs=last.target_cpu_secs - first.target_cpu_secs,
        core_busy_secs=last.core_busy_secs - first.core_busy_secs,
    )


def whole_run(measurement: Measurement) -> Window:
    """The whole run as a window, for runs too short to have a steady part."""
    samples = measurement.samples
    target = samples[-1].target_cpu_secs - samples[0].target_cpu_secs if samples else 0.0
    busy = samples[-1].core_busy_secs - samples[0].core_busy_secs if samples else measurement.cpu_secs
    return Window(measurement.wall_secs, measurement.requests, measurement.cpu_secs, target, busy)


def doubts(measurement: Measurement, report: ToolReport, window: Window) -> list[str]:
    """What a reader must know before trusting a row."""
    found = []
    counted = measurement.requests
    difference = (report.requests - counted) / counted if counted else 0.0
    if abs(difference) > COUNT_TOLERANCE:
        found.append(f"reports {report.requests} requests, the target counted {counted} ({difference:+.1%})")
    if report.failures:
        found.append(f"{report.failures} failed requests or checks")
    generator_busy = window.cpu_secs / window.secs
    if window.target_cpu_secs / window.secs > TARGET_FULL and generator_busy < GENERATOR_IDLE:
        found.append("target-bound: the server was the limit")
    foreign = (window.core_busy_secs - window.cpu_secs) / window.secs
    if foreign > FOREIGN_CPU:
        found.append(f"disturbed: others used {foreign:.0%} of the generator's core")
    if measurement.polled_cpu_secs > measurement.cpu_secs * (1 + LOST_CPU):
        found.append(
            f"wait4 saw {measurement.cpu_secs:.2f} s of CPU, /proc {measurement.polled_cpu_secs:.2f} s; the higher counts"
        )
    if measurement.stragglers:
        found.append(f"{measurement.stragglers} processes outlived the run and were stopped")
    return found


def judge_round(peer: str, number: int, measurement: Measurement, report: ToolReport) -> Round:
    """Make the row of one run.

    Raises:
        ValueError: the target counted no request.
    """
    if not measurement.requests:
        raise ValueError(f"{peer}: the target saw no request")
    window = steady_window(measurement.samples) or whole_run(measurement)
    cpu_secs = max(measurement.cpu_secs, measurement.polled_cpu_secs)
    steady = window.cpu_secs / window.requests
    return Round(
        peer=peer,
        round=number,
        requests=measurement.requests,
        reported_requests=report.requests,
        failures=report.failures,
        wall_secs=measurement.wall_secs,
        cpu_secs=cpu_secs,
        cpu_us=cpu_secs / measurement.requests * 1e6,
        steady_cpu_us=steady * 1e6,
        fixed_cpu_secs=max(0.0, cpu_secs - steady * measurement.requests),
        rps=window.requests / window.secs,
        p50_ms=report.p50_ms,
        p99_ms=report.p99_ms,
        peak_rss=measurement.peak_rss,
        peak_pss=measurement.peak_pss,
        target_busy=window.target_cpu_secs / window.secs,
        generator_busy=window.cpu_secs / window.secs,
        foreign=max(0.0, (window.core_busy_secs - window.cpu_secs) / window.secs),
        notes=tuple(doubts(measurement, report, window)),
    )


def summarize(rounds: Iterable[Round]) -> list[PeerSummary]:
    """Medians per peer, in the order in which the peers first appear."""
    by_peer: dict[str, list[Round]] = {}
    for row in rounds:
        by_peer.setdefault(row.peer, []).append(row)
    return [_summary(peer, rows) for peer, rows in by_peer.items()]


def _summary(peer: str, rows: Sequence[Round]) -> PeerSummary:
    notes = tuple(f"round {row.round}: {note}" for row in rows for note in row.notes)
    return PeerSummary(
        peer=peer,
        rounds=len(rows),
        cpu_us=median(row.cpu_us for row in rows),
        cpu_us_min=min(row.cpu_us for row in rows),
        cpu_us_max=max(row.cpu_us for row in rows),
        steady_cpu_us=median(row.steady_cpu_us for row in rows),
        fixed_cpu_secs=median(row.fixed_cpu_secs for row in rows),
        rps=median(row.rps for row in rows),
        p50_ms=_median([row.p50_ms for row in rows]),
        p99_ms=_median([row.p99_ms for row in rows]),
        peak_rss=median(row.peak_rss for row in rows),
        peak_pss=median(row.peak_pss for row in rows),
        target_busy=median(row.target_busy for row in rows),
        generator_busy=median(row.generator_busy for row in rows),
        notes=notes,
    )


def note_lines(summaries: Iterable[PeerSummary], of: str = "") -> list[str]:
    """The notes of all rounds, as lines below a table.

    Args:
        summaries: one a peer.
        of: which comparison they are of, where a table has several.
    """
    prefix = f"- {of}, " if of else "- "
    return [f"{prefix}{summary.peer}, {note}" for summary in summaries for note in summary.notes]


def _median(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None


def cpu_ratio(summaries: Iterable[PeerSummary], peer: str, against: str) -> float | None:
    """How many times less CPU per request `peer` needs than `against`, by medians.

    Returns:
        None when one of the two was not measured.
    """
    cpu = {row.peer: row.cpu_us for row in summaries}
    if peer not in cpu or against not in cpu:
        return None
    return cpu[against] / cpu[peer]
