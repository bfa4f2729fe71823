"""Every executor beside k6 on the same scenario: iterations that completed, were dropped, were interrupted."""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.harness import machine, report, tools
from benchmarks.harness.errors import BenchmarkError
from loadr_testing.demo_target import DemoTargetProcess

TIMEOUT_SECS = 60

Stages = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Case:
    """A scenario in loadr's words and in k6's.

    Attributes:
        name: what it shows.
        knobs: of the plan.
        script: of k6's options.
        delay_ms: how long the target takes.
        tolerance: how far completed and dropped iterations may be apart, as a share of all starts; 0 where
            a number is given or a count bounds the run.
        grown: VUs that the pool may grow by: k6 drops the starts for which it makes them (ADR 7).
    """

    name: str
    knobs: Mapping[str, Any]
    script: Mapping[str, Any]
    delay_ms: int = 100
    tolerance: float = 0.1
    grown: int = 0


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of a scenario's iterations."""

    completed: int
    dropped: int
    interrupted: int

    @property
    def starts(self) -> int:
        """All that the schedule, or the users, began or would have begun."""
        return self.completed + self.dropped + self.interrupted


def _stages(*pairs: tuple[str, int]) -> Stages:
    return [{"duration": duration, "target": target} for duration, target in pairs]


_UP_AND_DOWN = _stages(("2s", 10), ("1s", 2))
_RATES = _stages(("1s", 40), ("1s", 40))

CASES = (
    Case(
        "constant-vus",
        {"executor": "constant-vus", "vus": 5, "duration": "2s"},
        {"executor": "constant-vus", "vus": 5, "duration": "2s"},
    ),
    Case(
        "ramping-vus",
        {"executor": "ramping-vus", "stages": _UP_AND_DOWN},
        {"executor": "ramping-vus", "startVUs": 0, "stages": _UP_AND_DOWN},
    ),
    Case(
        "per-vu-iterations",
        {"executor": "per-vu-iterations", "vus": 5, "iterations": 7},
        {"executor": "per-vu-iterations", "vus": 5, "iterations": 7},
        tolerance=0,
    ),
    Case(
        "shared-iterations",
        {"executor": "shared-iterations", "vus": 5, "iterations": 33},
        {"executor": "shared-iterations", "vus": 5, "iterations": 33},
        tolerance=0,
    ),
    Case(
        "externally-controlled",  # k6's has no gracefulStop: it interrupts at once
        {"executor": "externally-controlled", "vus": 4, "max_vus": 6, "duration": "2s", "graceful_stop": 0},
        {"executor": "externally-controlled", "vus": 4, "maxVUs": 6, "duration": "2s"},
    ),
    Case(
        "constant-arrival-rate",
        {"executor": "constant-arrival-rate", "rate": 40, "duration": "2s", "pre_allocated_vus": 20},
        {"executor": "constant-arrival-rate", "rate": 40, "duration": "2s", "preAllocatedVUs": 20},
        tolerance=0.02,
    ),
    Case(
        "constant-arrival-rate, too few VUs",
        {"executor": "constant-arrival-rate", "rate": 40, "duration": "2s", "pre_allocated_vus": 2},
        {"executor": "constant-arrival-rate", "rate": 40, "duration": "2s", "preAllocatedVUs": 2},
    ),
    Case(
        "constant-arrival-rate, a pool that grows",
        {
            "executor": "constant-arrival-rate",
            "rate": 40,
            "duration": "2s",
            "pre_allocated_vus": 1,
            "max_vus": 20,
        },
        {
            "executor": "constant-arrival-rate",
            "rate": 40,
            "duration": "2s",
            "preAllocatedVUs": 1,
            "maxVUs": 20,
        },
        grown=19,
    ),
    Case(
        "ramping-arrival-rate",
        {"executor": "ramping-arrival-rate", "stages": _RATES, "pre_allocated_vus": 20},
        {"executor": "ramping-arrival-rate", "stages": _RATES, "preAllocatedVUs": 20},
        tolerance=0.02,
    ),
    Case(
        "interrupted after graceful_stop",
        {"executor": "constant-vus", "vus": 5, "duration": "1s", "graceful_stop": "500ms"},
        {"executor": "constant-vus", "vus": 5, "duration": "1s", "gracefulStop": "500ms"},
        delay_ms=5000,
        tolerance=0,
    ),
    Case(
        "interrupted after graceful_ramp_down",
        {
            "executor": "ramping-vus",
            "start_vus": 6,
            "stages": _stages(("1s", 6), ("0s", 2), ("2s", 2)),
            "graceful_ramp_down": "300ms",
            "graceful_stop": "300ms",
        },
        {
            "executor": "ramping-vus",
            "startVUs": 6,
            "stages": _stages(("1s", 6), ("0s", 2), ("2s", 2)),
            "gracefulRampDown": "300ms",
            "gracefulStop": "300ms",
        },
        delay_ms=5000,
        tolerance=0,
    ),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the options."""
    parser.add_argument(
        "--gate", action="store_true", help="exit with 1 when a case differs by more than its tolerance"
    )


def run(arguments: argparse.Namespace) -> int:
    """Compare, print and save; the exit code."""
    tools.require("loadr", "k6")
    versions = {"loadr": tools.distribution_version("loadr"), "k6": tools.printed_version("k6", "version")}
    described = machine.describe(versions)
    rows, results = [], []
    alike = True
    with DemoTargetProcess() as target:
        for case in CASES:
            url = f"{target.url}/delay/{case.delay_ms}"
            ours, theirs = loadr_counts(case, url), k6_counts(case, url)
            agrees = within(case, ours, theirs)
            alike &= agrees
            rows.append([case.name, *_cells(ours), *_cells(theirs), "yes" if agrees else "NO"])
            results.append({"case": case.name, "loadr": asdict(ours), "k6": asdict(theirs), "alike": agrees})
            print(f"{case.name}: {'alike' if agrees else 'NOT alike'}", file=sys.stderr, flush=True)
    header = [
        "scenario",
        "loadr completed",
        "dropped",
        "interrupted",
        "k6 completed",
        "dropped",
        "interrupted",
        "alike",
    ]
    print(report.markdown_table(header, rows))
    print(report.describe_machine(described))
    print(f"saved to {report.save('executors', described, {'cases': results})}")
    return 1 if arguments.gate and not alike else 0


def within(case: Case, ours: Counts, theirs: Counts) -> bool:
    """Whether two runs of a case are as alike as they have to be."""
    allowed = case.tolerance * max(ours.starts, theirs.starts)
    return (
        abs(ours.completed - theirs.completed) <= allowed + case.grown
        and theirs.dropped - ours.dropped <= allowed + case.grown
        and ours.dropped - theirs.dropped <= allowed
        and ours.interrupted == theirs.interrupted
    )


def loadr_counts(case: Case, url: str) -> Counts:
    """Run a case with loadr."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plan = {"scenarios": {"main": {**case.knobs, "flow": [{"request": {"url": url}}]}}}
        (folder / "plan.yaml").write_text(json.dumps(plan), encoding="utf-8")
        command = [tools.path_of("loadr"), "run", "plan.yaml", "--quiet", "--summary-export", "summary.json"]
        done = _run(command, folder)
        summary = folder / "summary.json"
        if not summary.exists():
            raise BenchmarkError(f"loadr wrote no summary of {case.name}\n{done[-2000:]}")
        (scenario,) = json.loads(summary.read_text(encoding="utf-8"))["scenarios"]
        return Counts(scenario["iterations"], scenario["dropped"], scenario["interrupted"])


def k6_counts(case: Case, url: str) -> Counts:
    """Run a case with k6."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        script = (
            'import http from "k6/http";\n'
            f"export const options = {{ scenarios: {{ main: {json.dumps(case.script)} }} }};\n"
            f'export default function () {{ http.get("{url}"); }}\n'
        )
        (folder / "script.js").write_text(script, encoding="utf-8")
        options = ["--no-color", "--no-usage-report", "--summary-export", "summary.json"]
        output = _run([tools.path_of("k6"), "run", *options, "script.js"], folder)
        summary = folder / "summary.json"
        if not summary.exists():
            raise BenchmarkError(f"k6 wrote no summary of {case.name}\n{output[-2000:]}")
        metrics = json.loads(summary.read_text(encoding="utf-8"))["metrics"]
        completed, interrupted = ends_of(output)
        return Counts(completed, round(metrics.get("dropped_iterations", {}).get("count", 0)), interrupted)


def ends_of(output: str) -> tuple[int, int]:
    """The last `N complete and M interrupted iterations` that k6 printed.

    Raises:
        BenchmarkError: there is none.
    """
    found = re.findall(r"(\d+) complete and (\d+) interrupted iterations", output)
    if not found:
        raise BenchmarkError(f"k6 did not say how its iterations ended\n{output[-2000:]}")
    completed, interrupted = found[-1]
    return int(completed), int(interrupted)


def _run(command: list[str], folder: Path) -> str:
    """Run a command; everything it printed. A run without one complete iteration ends with an error code."""
    done = subprocess.run(
        command,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=TIMEOUT_SECS,
    )
    return done.stdout


def _cells(counts: Counts) -> list[str]:
    return [str(counts.completed), str(counts.dropped), str(counts.interrupted)]
