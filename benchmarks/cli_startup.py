"""How long `loadr --help` takes, and which imports take it."""

import argparse
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median

from benchmarks.harness import clock, machine, report, tools
from benchmarks.harness.errors import BenchmarkError

RUNS = 10
QUICK_RUNS = 3
LIMIT_MS = 150
SHOWN = 15
TIMEOUT_SECS = 30
HEAVY = ("aiohttp", "grpc", "hdrh", "lxml", "numpy", "pydantic", "rich", "ruamel", "uvloop")
"""Distributions that `loadr --help` has no use for."""


@dataclass(frozen=True, slots=True)
class Import:
    """A line of `python -X importtime`; times in microseconds, `cumulative_us` with what it imports."""

    module: str
    self_us: int
    cumulative_us: int


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the options."""
    parser.add_argument("--runs", type=int, help=f"timed runs, {RUNS} unless told")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_RUNS} runs")
    parser.add_argument(
        "--gate", action="store_true", help=f"exit with 1 when the median exceeds {LIMIT_MS} ms"
    )


def run(arguments: argparse.Namespace) -> int:
    """Measure, print and save; the exit code."""
    runs = arguments.runs or (QUICK_RUNS if arguments.quick else RUNS)
    tools.require("loadr")
    described = machine.describe({"loadr": tools.distribution_version("loadr")})
    commands = {
        "loadr --help": [tools.path_of("loadr"), "--help"],
        "python -c pass": [sys.executable, "-c", "pass"],
    }
    timed = {name: time_runs(command, runs) for name, command in commands.items()}
    imports = parse_importtime(_check([sys.executable, "-X", "importtime", "-m", "loadr", "--help"]).stderr)
    heavy = heavy_imports(imports)
    rows = [[name, f"{median(ms):.0f}", f"{min(ms):.0f} to {max(ms):.0f}"] for name, ms in timed.items()]
    print(report.markdown_table(["command", "median ms", "(min to max)"], rows))
    print(
        f"\nheaviest imports of `loadr --help`, {len(imports)} in all, {total_ms(imports):.0f} ms while traced:\n"
    )
    shown = sorted(imports, key=lambda line: line.cumulative_us, reverse=True)[:SHOWN]
    cells = [[line.module, f"{line.self_us / 1e3:.1f}", f"{line.cumulative_us / 1e3:.1f}"] for line in shown]
    print(report.markdown_table(["module", "self ms", "with its imports ms"], cells))
    print(f"\nheavy distributions imported: {', '.join(heavy) or 'none'}")
    print(report.describe_machine(described))
    content = {
        "limit_ms": LIMIT_MS,
        "milliseconds": timed,
        "median_ms": {name: median(ms) for name, ms in timed.items()},
        "heavy": heavy,
        "imports": [asdict(line) for line in shown],
    }
    print(f"saved to {report.save('cli-startup', described, content)}")
    taken = median(timed["loadr --help"])
    print(f"limit {'holds' if taken <= LIMIT_MS else 'EXCEEDED'}: {taken:.0f} ms of {LIMIT_MS} ms")
    return 1 if arguments.gate and taken > LIMIT_MS else 0


def time_runs(command: Sequence[str], runs: int) -> list[float]:
    """Wall milliseconds of each run, after one that fills the caches."""
    _check(command)
    taken = []
    for _run in range(runs):
        started = clock.now()
        _check(command)
        taken.append((clock.now() - started) * 1e3)
    return taken


def parse_importtime(text: str) -> list[Import]:
    """Parse the standard error of `python -X importtime`: `import time: SELF | CUMULATIVE | MODULE`."""
    lines = re.findall(r"^import time:\s+(\d+) \|\s+(\d+) \|\s+(\S+)\s*$", text, re.MULTILINE)
    return [Import(module, int(own), int(cumulative)) for own, cumulative, module in lines]


def total_ms(imports: Sequence[Import]) -> float:
    """The time of all imports; own times add up, cumulative ones overlap."""
    return sum(line.self_us for line in imports) / 1e3


def heavy_imports(imports: Sequence[Import]) -> list[str]:
    """The heavy distributions among the imported top-level packages."""
    packages = {line.module.partition(".")[0] for line in imports}
    return [name for name in HEAVY if name in packages]


def _check(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a command that must succeed."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=TIMEOUT_SECS)
    if done.returncode != 0:
        raise BenchmarkError(
            f"{' '.join(command)} ended with exit code {done.returncode}\n{done.stderr[-2000:]}"
        )
    return done
