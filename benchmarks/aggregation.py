"""What aggregation costs at 100,000 requests a second with 200 series, and what a day of it leaves behind.

In process, without a network: rows of the HTTP layout go through a recorder, the pipe's encoding, the
masking, the aggregator and the timeline, as they do in a run. The worker's part and the coordinator's are
measured apart, in CPU time; the fastest second counts, because everything else on the machine only ever
adds. The day is simulated: the same reports at 86,400 moments of a clock that nobody waits for.
"""

import argparse
import gc
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

from benchmarks.harness import clock, machine, report, tools
from loadr_config.secrets import Masker
from loadr_core.coordinator.state import RunState
from loadr_core.metrics import Delta
from loadr_core.randomness import generator
from loadr_core.recording import FLUSH_ROWS, Recorder, RowSeries
from loadr_core.summaries import metric_summaries
from loadr_core.vitals import Vitals
from loadr_core.worker.frames import HEADER, decode, encode
from loadr_core.worker.messages import Report
from loadr_protocols.http.layout import HTTP_LAYOUT

RATE = 100_000
SERIES = 200
NAMES = 50
SECONDS = 10
QUICK_SECONDS = 3
DAY_SECONDS = 86_400
GATE_US = 1.0
GATE_MB = 150
GATE_SUMMARY_MB = 20
_MEDIAN_SECONDS = 0.004
_SPREAD = 0.6
BATCHES = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the options."""
    parser.add_argument("--rate", type=int, default=RATE, help=f"requests a second, {RATE:,} unless told")
    parser.add_argument("--series", type=int, default=SERIES, help=f"tag sets, {SERIES} unless told")
    parser.add_argument("--seconds", type=int, help=f"of that rate, {SECONDS} unless told")
    parser.add_argument("--day", type=int, default=DAY_SECONDS, help="seconds of the simulated run")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_SECONDS} s, and an hour for the day")
    parser.add_argument(
        "--gate",
        action="store_true",
        help=f"exit with 1 beyond {GATE_US:g} us a request, {GATE_MB} MB, or a summary of {GATE_SUMMARY_MB} MB",
    )


def run(arguments: argparse.Namespace) -> int:
    """Measure, print and save; the exit code."""
    seconds = arguments.seconds or (QUICK_SECONDS if arguments.quick else SECONDS)
    described = machine.describe({"numpy": tools.distribution_version("numpy")})
    cost = measure(arguments.rate, arguments.series, seconds)
    gc.collect()
    day = simulate(min(arguments.day, 3600) if arguments.quick else arguments.day, arguments.series)
    rows = [
        ["worker: rows to a report, µs a request", f"{cost.worker_us:.2f}"],
        ["coordinator: merging it, µs a request", f"{cost.coordinator_us:.2f}"],
        ["coordinator: a snapshot, ms", f"{cost.snapshot_ms:.1f}"],
        ["a report, KB", f"{cost.report_kb:.0f}"],
        ["peak memory of both in one process, MB", f"{cost.peak_mb:.0f}"],
        [f"{day.seconds:,} s: memory at the end, MB", f"{day.memory_mb:.0f}"],
        [f"{day.seconds:,} s: points of the timeline", f"{day.points:,}"],
        [f"{day.seconds:,} s: timeline, MB of JSON", f"{day.timeline_mb:.2f}"],
        [f"{day.seconds:,} s: metrics with histograms, MB of JSON", f"{day.metrics_mb:.2f}"],
    ]
    print(report.markdown_table(["", "value"], rows))
    print(f"\n{arguments.rate:,} requests a second, {arguments.series} series; fastest of {seconds} seconds")
    print(report.describe_machine(described))
    fields = {
        "cost": asdict(cost),
        "day": asdict(day),
        "rate": arguments.rate,
        "series": arguments.series,
    }
    print(f"saved to {report.save('aggregation', described, fields)}")
    if not arguments.gate:
        return 0
    total = cost.worker_us + cost.coordinator_us
    size, memory = day.timeline_mb + day.metrics_mb, max(cost.peak_mb, day.memory_mb)
    holds = total <= GATE_US and size <= GATE_SUMMARY_MB and memory <= GATE_MB
    print(
        f"gate {'holds' if holds else 'FAILS'}: {total:.2f} µs, at most {GATE_US:g}; {memory:.0f} MB, at most "
        f"{GATE_MB}; a summary of {size:.1f} MB, at most {GATE_SUMMARY_MB}"
    )
    return 0 if holds else 1


@dataclass(frozen=True, slots=True)
class Cost:
    """What the stream of requests costs."""

    worker_us: float
    coordinator_us: float
    snapshot_ms: float
    report_kb: float
    peak_mb: float


@dataclass(frozen=True, slots=True)
class Day:
    """What a long run leaves."""

    seconds: int
    memory_mb: float
    points: int
    timeline_mb: float
    metrics_mb: float


def measure(rate: int, series: int, seconds: int) -> Cost:
    """A stream of requests, second by second."""
    recorder, opened = open_series(series)
    state = new_state()
    batches = [[*rows_of(generator(number, "rows"), rate // series)] for number in range(BATCHES)]
    worker_us = coordinator_us = snapshot_ms = float("inf")
    frame = b""
    for second in range(1, seconds + 1):
        began = clock.cpu()
        for number, each in enumerate(opened):
            append(each, batches[(second + number) % len(batches)])
        frame = encode(report_of(recorder.take_delta(), second))
        shipped = clock.cpu()
        state.apply(1, decode(frame[HEADER.size :]))
        point = state.close_second()
        merged = clock.cpu()
        state.snapshot(point, state.verdicts())
        snapshot_ms = min(snapshot_ms, (clock.cpu() - merged) * 1e3)
        worker_us = min(worker_us, (shipped - began) / rate * 1e6)
        coordinator_us = min(coordinator_us, (merged - shipped) / rate * 1e6)
    assert state.requests.total == rate // series * series * seconds, "nothing is lost"
    return Cost(worker_us, coordinator_us, snapshot_ms, len(frame) / 1e3, memory_mb("VmHWM"))


def append(series: RowSeries, rows: list[tuple[float, ...]]) -> None:
    """Leave the rows for the recorder; that a request step appends each of them is a part of its own budget."""
    for start in range(0, len(rows), FLUSH_ROWS):
        series.rows.extend(rows[start : start + FLUSH_ROWS])
        if len(series.rows) >= FLUSH_ROWS:
            series.flush()


def simulate(seconds: int, series: int) -> Day:
    """A run of many seconds, of which each has a few requests of some series."""
    recorder, opened = open_series(series)
    state = new_state()
    randomness = generator(0, "rows")
    for second in range(1, seconds + 1):
        opened[second % series].rows.extend(rows_of(randomness, 20))
        state.apply(1, report_of(recorder.take_delta(), second))
        state.close_second()
    memory = memory_mb("VmRSS")
    points = [point.model_dump(mode="json", exclude_none=True) for point in state.timeline.points]
    metrics = metric_summaries(state.aggregator, state.elapsed, breakdowns=True, histograms=None)
    return Day(
        seconds,
        memory,
        len(points),
        len(json.dumps(points)) / 1e6,
        sum(len(metric.model_dump_json(exclude_none=True)) for metric in metrics) / 1e6,
    )


def open_series(series: int) -> tuple[Recorder, list[RowSeries]]:
    """A recorder with so many tag sets of `NAMES` names."""
    recorder = Recorder({"instance": "1"})
    tags = [
        {"name": f"GET /{number % NAMES}", "status": str(200 + number // NAMES)} for number in range(series)
    ]
    return recorder, [recorder.rows(HTTP_LAYOUT, each) for each in tags]


def new_state() -> RunState:
    """The coordinator's, without thresholds."""
    state = RunState((), Masker(["a secret"]), wall=lambda: 0.0)
    state.expect([1])
    return state


def report_of(delta: Delta, second: int) -> Report:
    """A worker's report."""
    return Report("load", float(second), 0.0, delta, (), Vitals(0.5))


def rows_of(randomness: Random, count: int) -> Iterator[tuple[float, ...]]:
    """Requests over kept-alive connections whose latencies are spread as those of a busy server."""
    for _ in range(count):
        waiting = _MEDIAN_SECONDS * randomness.lognormvariate(0.0, _SPREAD)
        sent, reading = randomness.uniform(5e-6, 2e-5), randomness.uniform(1e-6, 1e-4)
        start = 100.0
        first = start + sent + waiting
        yield (0.0, 0.0, 0.0, 0.0, 0, 0, start, start + sent, first, first + reading, 120, 620)


def memory_mb(field: str) -> float:
    """Of this process, as the kernel has it: VmRSS now, VmHWM at most."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise AssertionError(field)
