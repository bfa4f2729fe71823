"""How much more two workers on two cores do than one: CPU-bound, over a transport that costs nothing.

A target on the same machine would take a part of the very cores whose scaling is measured, so there is
none: requests go to a null protocol that answers at once (`harness/null_transport.py`). What is left is all
of loadr's own work: VUs, steps, checks, recording, reports, merging. Both cores are loadr's in both cases:
with one worker the coordinator has a core of its own, with two it shares theirs. Rounds are interleaved; a
round's figure is requests per second of the load, as the summary has it. The ratio is that of the medians.

On a machine that does other things as well, workers do not get the cores that they ask for, and the ratio says
nothing. Then the gate goes by CPU: what a request costs the whole process tree, less the cost of starting (a run
of one iteration with as many workers). Two cores do twice the cost with one worker over that with two.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from benchmarks.harness import machine, null_transport, report, tools
from benchmarks.harness.errors import BenchmarkError

ROUNDS = 5
SECONDS = 8
QUICK_ROUNDS = 1
QUICK_SECONDS = 2
VUS = 50
LIMIT = 1.7
# A worker that has less of its core than this was disturbed by other processes.
_UNDISTURBED = 0.9
_TIMEOUT_SECS = 120

PLAN = """\
name: two workers
scenarios:
  null:
    executor: constant-vus
    vus: {vus}
    duration: {seconds}s
    flow:
      - request:
          url: "null://target/"
          checks:
            - {{type: status, equals: 200}}
"""


@dataclass(frozen=True, slots=True)
class Round:
    """One run.

    Attributes:
        workers: how many it had.
        rps: requests per second.
        busiest: the largest share of a core that each worker had in a second.
        cpu_us: CPU of the whole process tree per request, without the start.
    """

    workers: int
    rps: float
    busiest: tuple[float, ...]
    cpu_us: float

    @property
    def is_disturbed(self) -> bool:
        """Whether a worker never had a core to itself."""
        return min(self.busiest, default=0.0) < _UNDISTURBED


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the options."""
    parser.add_argument("--rounds", type=int, help=f"interleaved rounds, {ROUNDS} unless told")
    parser.add_argument("--seconds", type=int, help=f"per run, {SECONDS} unless told")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_ROUNDS} round of {QUICK_SECONDS} s")
    parser.add_argument("--gate", action="store_true", help=f"exit with 1 when the ratio is below {LIMIT:g}")


def run(arguments: argparse.Namespace) -> int:
    """Measure, print and save; the exit code."""
    rounds = arguments.rounds or (QUICK_ROUNDS if arguments.quick else ROUNDS)
    seconds = arguments.seconds or (QUICK_SECONDS if arguments.quick else SECONDS)
    if rounds < 1 or seconds < 1:
        raise BenchmarkError("--rounds and --seconds must be at least 1")
    tools.require("loadr", "taskset")
    usable = sorted(os.sched_getaffinity(0))
    if len(usable) < 2:
        raise BenchmarkError("this needs two cores")
    described = machine.describe({"loadr": tools.distribution_version("loadr")})
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, **null_transport.install(Path(folder))}
        plan = Path(folder) / "plan.yaml"
        plan.write_text(PLAN.format(vus=VUS, seconds=seconds), encoding="utf-8")
        rows: list[Round] = []
        for number in range(rounds):
            for workers in (1, 2) if number % 2 == 0 else (2, 1):
                rows.append(measure(plan, workers, usable[:2], environment))
                print(f"round {number + 1}/{rounds}  {progress(rows[-1])}", file=sys.stderr, flush=True)
    ratio, by_cpu = scaling(rows), scaling_by_cpu(rows)
    print(render(rows))
    print(f"\nratio: {ratio:.2f}, by CPU {by_cpu:.2f} (limit {LIMIT:g})")
    print(
        f"rounds: {rounds} of {seconds} s each, {VUS} VUs, cores {usable[0]} and {usable[1]}, null transport"
    )
    print(report.describe_machine(described))
    content = {
        "rounds": [asdict(row) for row in rows],
        "ratio": ratio,
        "by_cpu": by_cpu,
        "limit": LIMIT,
        "seconds": seconds,
    }
    print(f"saved to {report.save('two-workers', described, content)}")
    return judge(ratio, by_cpu, rows, gate=arguments.gate)


def measure(plan: Path, workers: int, cores: list[int], environment: dict[str, str]) -> Round:
    """Run the plan once, and a run of one iteration before it."""
    start = _cpu_of(_command(plan, workers, cores, "--iterations", "1", "--vus", str(workers)), environment)
    summary = plan.with_name("summary.json")
    cpu = _cpu_of(_command(plan, workers, cores, "--summary-export", str(summary)), environment)
    return read(json.loads(summary.read_text(encoding="utf-8")), workers, cpu - start)


def _command(plan: Path, workers: int, cores: list[int], *more: str) -> list[str]:
    pinned = ["taskset", "-c", ",".join(map(str, cores))]
    return [*pinned, tools.path_of("loadr"), "run", str(plan), "--quiet", "--workers", str(workers), *more]


def _cpu_of(command: list[str], environment: dict[str, str]) -> float:
    """Run a command to its end; CPU seconds of its process tree, all of which it waits for."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=_TIMEOUT_SECS
    )
    if done.returncode != 0:
        raise BenchmarkError(f"loadr ended with {done.returncode}: {done.stderr.strip()}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def read(document: dict[str, object], workers: int, cpu: float) -> Round:
    """The figures of a summary (`loadr_config.summary`).

    Args:
        document: the summary.
        workers: how many it should have had.
        cpu: seconds of CPU without the start.

    Raises:
        BenchmarkError: it is not that of a whole run.
    """
    metrics = document["metrics"]
    members = document["workers"]
    assert isinstance(metrics, list)
    assert isinstance(members, list)
    if len(members) != workers:
        raise BenchmarkError(f"there were {len(members)} workers instead of {workers}")
    requests = next(m["agg"] for m in metrics if m["metric"] == "null_reqs" and not m.get("tags"))
    busiest = tuple(float(member["cpu_max"]) for member in members)
    return Round(workers, float(requests["per_second"]), busiest, cpu / float(requests["sum"]) * 1e6)


def scaling(rows: list[Round]) -> float:
    """How many times as much two workers do."""
    one, two = (median(row.rps for row in rows if row.workers == workers) for workers in (1, 2))
    return two / one


def scaling_by_cpu(rows: list[Round]) -> float:
    """The same on two cores that are not shared with others, by what a request costs."""
    one, two = (median(row.cpu_us for row in rows if row.workers == workers) for workers in (1, 2))
    return 2 * one / two


def render(rows: list[Round]) -> str:
    """The table of medians."""
    table = []
    for workers in (1, 2):
        rates = [row.rps for row in rows if row.workers == workers]
        cost = median(row.cpu_us for row in rows if row.workers == workers)
        spread = f"{min(rates):,.0f} to {max(rates):,.0f}"
        table.append([str(workers), f"{median(rates):,.0f}", spread, f"{cost:.2f}"])
    return report.markdown_table(["workers", "requests/s", "(min to max)", "CPU µs/req"], table)


def progress(row: Round) -> str:
    """One run in one line."""
    busy = ", ".join(f"{share:.0%}" for share in row.busiest)
    note = "  [disturbed]" if row.is_disturbed else ""
    return f"{row.workers} workers  {row.rps:9,.0f} requests/s  at most {busy} of a core{note}"


def judge(ratio: float, by_cpu: float, rows: list[Round], *, gate: bool) -> int:
    """Tell whether the limit holds, and how far the rounds can be trusted; the exit code."""
    disturbed = sum(row.is_disturbed for row in rows)
    judged, what = (by_cpu, "by CPU ") if disturbed else (ratio, "")
    holds = judged >= LIMIT
    print(f"limit {'holds' if holds else 'MISSED'}: {what}two workers do {judged:.2f} times as much as one")
    if disturbed:
        print(
            f"DOUBTFUL: in {disturbed} of {len(rows)} runs a worker had no core to itself; repeat on a quiet machine"
        )
    return 1 if gate and not holds else 0
