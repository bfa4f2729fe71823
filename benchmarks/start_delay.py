"""How exactly iterations start at an arrival rate: actual minus intended start, of loadr and of k6."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from array import array
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from benchmarks.harness import clock, machine, report, serving, tools
from benchmarks.harness.errors import BenchmarkError

RATES = (1000, 5000)
ROUNDS = 3
SECONDS = 10
QUICK_ROUNDS = 1
QUICK_SECONDS = 2
LIMITS_MS = {1000: 0.5, 5000: 1.0}
LIMIT_CPU = 0.6
VUS = 500
"""So many that a machine's hiccup drops no start: after a missing one nobody knows which start an arrival was."""
START_AND_STOP_SECS = 45

PEERS = ("loadr, null protocol", "loadr, HTTP", "k6, HTTP")

PLAN = """\
scenarios:
  starts:
    executor: constant-arrival-rate
    rate: {rate}
    duration: {seconds}s
    pre_allocated_vus: {vus}
    flow: [{{request: {{url: "{url}"}}}}]
"""
SCRIPT = """\
import http from "k6/http";
export const options = {{
  discardResponseBodies: true,
  scenarios: {{ starts: {{
    executor: "constant-arrival-rate", rate: {rate}, timeUnit: "1s", duration: "{seconds}s",
    preAllocatedVUs: {vus}, maxVUs: {vus},
  }} }},
}};
export default function () {{ http.get("{url}"); }}
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """One run: delays in ms, CPU as a share of the generator's core, starts that never came."""

    peer: str
    rate: int
    number: int
    p50_ms: float
    p99_ms: float
    max_ms: float
    cpu_share: float
    missing: int


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the options."""
    parser.add_argument("--rounds", type=int, help=f"interleaved rounds, {ROUNDS} unless told")
    parser.add_argument("--seconds", type=int, help=f"per run, {SECONDS} unless told")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_ROUNDS} round of {QUICK_SECONDS} s")
    parser.add_argument(
        "--realtime",
        action="store_true",
        help="run generators and target before everything else on their cores (chrt, root): for a busy machine",
    )
    parser.add_argument(
        "--gate",
        action="store_true",
        help="exit with 1 unless loadr's p99 on the null protocol is within "
        + ", ".join(f"{limit} ms at {rate:,}/s" for rate, limit in LIMITS_MS.items())
        + f" with less than {LIMIT_CPU:.0%} of its core",
    )


def run(arguments: argparse.Namespace) -> int:
    """Measure, print and save; the exit code."""
    rounds = arguments.rounds or (QUICK_ROUNDS if arguments.quick else ROUNDS)
    seconds = arguments.seconds or (QUICK_SECONDS if arguments.quick else SECONDS)
    if rounds < 1 or seconds < 1:
        raise BenchmarkError("--rounds and --seconds must be at least 1")
    tools.require("loadr", "k6", "taskset", *(["chrt"] if arguments.realtime else []))
    versions = {"loadr": tools.distribution_version("loadr"), "k6": tools.printed_version("k6", "version")}
    described = machine.describe(versions)
    cores = machine.choose_cores()
    samples = []
    for number in range(rounds):
        for rate in RATES:
            for peer in (*PEERS[number % 3 :], *PEERS[: number % 3]):
                sample = measure(peer, rate, seconds, number + 1, cores, realtime=arguments.realtime)
                samples.append(sample)
                print(f"round {number + 1}/{rounds}  {_line(sample)}", file=sys.stderr, flush=True)
    medians = [summarize([s for s in samples if (s.peer, s.rate) == (p, r)]) for r in RATES for p in PEERS]
    header = ["peer", "starts/s", "p50 ms", "p99 ms", "max ms", "CPU of its core", "missing"]
    print(report.markdown_table(header, [_cells(sample) for sample in medians]))
    if any(sample.missing > 0 for sample in medians):
        print("\nWhere starts are missing, the delays after them are too large by their places: repeat it.")
    print(f"\nmedians of {rounds} rounds of {seconds} s; generator on core {cores.generator}")
    print(report.describe_machine(described))
    content = {
        "load": {"rates": RATES, "seconds": seconds, "rounds": rounds, "realtime": arguments.realtime},
        "limits_ms": LIMITS_MS,
        "medians": [asdict(sample) for sample in medians],
        "samples": [asdict(sample) for sample in samples],
    }
    print(f"saved to {report.save('start-delay', described, content)}")
    return 1 if not judge(medians) and arguments.gate else 0


def judge(medians: Sequence[Sample]) -> bool:
    """Tell whether loadr keeps its limits on the null protocol."""
    holds = True
    for sample in medians:
        if sample.peer != PEERS[0]:
            continue
        limit = LIMITS_MS[sample.rate]
        within = sample.p99_ms <= limit and sample.cpu_share < LIMIT_CPU
        holds &= within
        print(
            f"limit {'holds' if within else 'EXCEEDED'} at {sample.rate:,}/s: p99 {sample.p99_ms:.3f} ms of {limit} ms, "
            f"{sample.cpu_share:.0%} of a core of {LIMIT_CPU:.0%}"
        )
    return holds


def summarize(samples: Sequence[Sample]) -> Sample:
    """The medians of one peer at one rate; of what was missing, the worst."""
    first = samples[0]
    return Sample(
        first.peer,
        first.rate,
        0,
        median(sample.p50_ms for sample in samples),
        median(sample.p99_ms for sample in samples),
        median(sample.max_ms for sample in samples),
        median(sample.cpu_share for sample in samples),
        max(sample.missing for sample in samples),
    )


def measure(
    peer: str, rate: int, seconds: int, number: int, cores: machine.Cores, *, realtime: bool
) -> Sample:
    """Run one peer once.

    Raises:
        BenchmarkError: it failed.
    """
    with tempfile.TemporaryDirectory(prefix="loadr-bench-starts-") as name:
        folder = Path(name)
        ahead = ["chrt", "--fifo", "10"] if realtime else []
        prefix = ["taskset", "-c", str(cores.generator), *ahead]
        if peer == PEERS[0]:
            command = [*prefix, sys.executable, "-m", "benchmarks.starts.null_run", str(rate), str(seconds)]
            output, _ = _run(command, folder, seconds)
            found = json.loads(output)
            missing = round(rate * seconds - found["starts"])
            return Sample(
                peer,
                rate,
                number,
                found["p50_ms"],
                found["p99_ms"],
                found["max_ms"],
                found["cpu_share"],
                missing,
            )
        stamping = ["benchmarks.starts.stamping_target", str(folder / "stamps")]
        with serving.started(stamping, cores.target, ahead) as (_, port):
            url = f"http://127.0.0.1:{port}/"
            began = clock.now()
            _, cpu = _run([*prefix, *_generator(peer, rate, seconds, url, folder)], folder, seconds)
            share = cpu / (clock.now() - began)
        stamps = array("d")
        stamps.frombytes((folder / "stamps").read_bytes())
        delays = delays_ms(stamps, rate)
        return Sample(peer, rate, number, *percentiles(delays), share, rate * seconds - len(delays))


def _generator(peer: str, rate: int, seconds: int, url: str, folder: Path) -> list[str]:
    filled = {"rate": rate, "seconds": seconds, "vus": VUS, "url": url}
    if peer == PEERS[1]:
        (folder / "plan.yaml").write_text(PLAN.format(**filled), encoding="utf-8")
        return [tools.path_of("loadr"), "run", "plan.yaml", "--quiet"]
    (folder / "script.js").write_text(SCRIPT.format(**filled), encoding="utf-8")
    return [tools.path_of("k6"), "run", "--quiet", "--no-color", "--no-usage-report", "script.js"]


def delays_ms(stamps: Sequence[float], rate: int) -> list[float]:
    """How late each arrival is on the grid of the rate that the earliest one lies on.

    The way to the target takes everybody some time; the shortest of it is nobody's delay.

    Args:
        stamps: when requests arrived, in seconds.
        rate: starts per second.
    """
    late = [stamp - number / rate for number, stamp in enumerate(sorted(stamps))]
    first = min(late, default=0.0)
    return sorted((delay - first) * 1e3 for delay in late)


def percentiles(delays: Sequence[float]) -> tuple[float, float, float]:
    """The 50th, the 99th, and the largest of sorted values; zeros when there are none."""
    if not delays:
        return (0.0, 0.0, 0.0)
    return (delays[len(delays) // 2], delays[min(len(delays) * 99 // 100, len(delays) - 1)], delays[-1])


def _run(command: Sequence[str], folder: Path, seconds: int) -> tuple[str, float]:
    """Run a command that must succeed; what it printed, and its CPU seconds with all its children."""
    environment = {**os.environ, "PYTHONPATH": str(tools.ROOT)}
    with (folder / "output").open("w+", encoding="utf-8") as output:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            before = os.times()
            process.wait(seconds + START_AND_STOP_SECS)
            after = os.times()
        except subprocess.TimeoutExpired as error:
            process.kill()
            process.wait()
            raise BenchmarkError(f"{command[-1]} did not end in time") from error
        output.seek(0)
        text = output.read()
    if process.returncode != 0:
        raise BenchmarkError(f"{' '.join(command)} ended with exit code {process.returncode}\n{text[-2000:]}")
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return text, cpu


def _cells(sample: Sample) -> list[str]:
    times = (f"{value:.3f}" for value in (sample.p50_ms, sample.p99_ms, sample.max_ms))
    return [sample.peer, f"{sample.rate:,}", *times, f"{sample.cpu_share:.0%}", str(sample.missing)]


def _line(sample: Sample) -> str:
    return "  ".join(_cells(sample))
