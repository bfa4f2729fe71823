"""How long `loadr validate` takes, for a small plan and for one of 2,000 lines, and which imports take it."""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from statistics import median

from benchmarks.cli_startup import SHOWN, parse_importtime, total_ms
from benchmarks.harness import clock, machine, report, tools
from benchmarks.harness.errors import BenchmarkError

RUNS = 10
QUICK_RUNS = 3
LIMITS_MS = {"small": 400, "2,000 lines": 1500}
LINES = 2000
TIMEOUT_SECS = 60

_HEAD = """\
name: shop
defaults:
  http: {base_url: "http://127.0.0.1:8080", timeout: 5s}
variables: {region: eu}
scenarios:
  visitors:
    executor: constant-vus
    vus: 20
    duration: 30s
    think_time: {type: uniform, min: 100ms, max: 300ms}
    flow:
"""
_TAIL = """\
thresholds:
  http_req_duration: ["p(95)<200", "p(99)<500ms"]
  http_req_failed: "rate<0.01"
"""
_REQUEST = """\
      - request:
          name: product {number}
          url: "/products/{number}?region=${{vars.region}}"
          headers: {{X-User: "user-${{vu}}"}}
          body:
            json: {{amount: {number}, note: "${{iteration}}"}}
          checks:
            - {{type: status, equals: 200}}
            - type: body_contains
              value: price
"""


def plan(lines: int) -> str:
    """A plan of about so many lines, with at least one request; it is right."""
    fixed = len((_HEAD + _TAIL).splitlines())
    requests = max(1, round((lines - fixed) / len(_REQUEST.splitlines())))
    return _HEAD + "".join(_REQUEST.format(number=number) for number in range(requests)) + _TAIL


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the options."""
    parser.add_argument("--runs", type=int, help=f"timed runs of each plan, {RUNS} unless told")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_RUNS} runs")
    parser.add_argument("--gate", action="store_true", help="exit with 1 when a median exceeds its limit")


def run(arguments: argparse.Namespace) -> int:
    """Measure, print and save; the exit code."""
    runs = arguments.runs or (QUICK_RUNS if arguments.quick else RUNS)
    tools.require("loadr")
    described = machine.describe({"loadr": tools.distribution_version("loadr")})
    with tempfile.TemporaryDirectory() as folder:
        plans = {"small": Path(folder) / "small.yaml", "2,000 lines": Path(folder) / "large.yaml"}
        plans["small"].write_text(plan(1), encoding="utf-8")
        plans["2,000 lines"].write_text(plan(LINES), encoding="utf-8")
        timed = {name: time_runs(file, runs) for name, file in plans.items()}
        nothing = without_bytecode(Path(folder) / "bytecode")
        slow = {name: time_runs(file, runs, nothing) for name, file in plans.items()}
        traced = _check([sys.executable, "-X", "importtime", "-m", "loadr", "validate", str(plans["small"])])
    rows = [
        [
            name,
            f"{LIMITS_MS[name]}",
            f"{median(ms):.0f}",
            f"{min(ms):.0f} to {max(ms):.0f}",
            f"{median(slow[name]):.0f}",
        ]
        for name, ms in timed.items()
    ]
    header = ["plan", "limit ms", "median ms", "(min to max)", "without bytecode ms"]
    print(report.markdown_table(header, rows))
    imports = parse_importtime(traced.stderr)
    shown = sorted(imports, key=lambda line: line.cumulative_us, reverse=True)[:SHOWN]
    print(f"\nheaviest imports, {len(imports)} in all, {total_ms(imports):.0f} ms while traced:\n")
    cells = [[line.module, f"{line.self_us / 1e3:.1f}", f"{line.cumulative_us / 1e3:.1f}"] for line in shown]
    print(report.markdown_table(["module", "self ms", "with its imports ms"], cells))
    print(report.describe_machine(described))
    medians = {name: median(ms) for name, ms in timed.items()}
    content = {
        "limits_ms": LIMITS_MS,
        "milliseconds": timed,
        "median_ms": medians,
        "milliseconds_without_bytecode": slow,
        "imports": [asdict(line) for line in shown],
    }
    print(f"saved to {report.save('validate', described, content)}")
    exceeded = [name for name, taken in medians.items() if taken > LIMITS_MS[name]]
    for name, taken in medians.items():
        verdict = "EXCEEDED" if name in exceeded else "holds"
        print(f"{name}: limit {verdict}: {taken:.0f} ms of {LIMITS_MS[name]} ms")
    return 1 if arguments.gate and exceeded else 0


def time_runs(file: Path, runs: int, environment: Mapping[str, str] | None = None) -> list[float]:
    """Wall milliseconds of each run, after one that fills the caches."""
    command = [tools.path_of("loadr"), "validate", str(file)]
    _check(command, environment)
    taken = []
    for _run in range(runs):
        started = clock.now()
        _check(command, environment)
        taken.append((clock.now() - started) * 1e3)
    return taken


def without_bytecode(folder: Path) -> dict[str, str]:
    """An environment in which every start compiles all that it imports, the standard library included.

    Args:
        folder: where bytecode would be: nothing is there, and nothing is put there.
    """
    return {**os.environ, "PYTHONPYCACHEPREFIX": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}


def _check(
    command: list[str], environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command that must succeed without a finding."""
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=TIMEOUT_SECS, env=environment
    )
    if done.returncode != 0 or "nothing wrong" not in done.stdout:
        raise BenchmarkError(
            f"{' '.join(command)} ended with exit code {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
        )
    return done
