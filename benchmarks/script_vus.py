"""What a VU with a script of 300 lines costs: time to start, memory, and that of a SharedArray."""

import argparse
import json
import subprocess
import sys
from dataclasses import asdict, dataclass

from benchmarks.harness import machine, report, tools
from benchmarks.harness.errors import BenchmarkError

VUS = 200
QUICK_VUS = 20
ROWS = 100_000
QUICK_ROWS = 1_000
LIMIT_SECS = 2.0
LIMIT_MB = 0.5
SHARED_LIMIT_MB = 0.05
TIMEOUT_SECS = 120


@dataclass(frozen=True, slots=True)
class Sample:
    """One process.

    Attributes:
        vus: how many VUs were made after the first, each with an iteration behind it.
        rows: of its SharedArray.
        cpu_secs: what they took.
        empty: resident memory with the first VU, in bytes.
        resident: with all.
    """

    vus: int
    rows: int
    cpu_secs: float
    empty: int
    resident: int

    @property
    def mb_per_vu(self) -> float:
        """What one VU more takes."""
        return (self.resident - self.empty) / self.vus / 1e6


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the options."""
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_VUS} VUs: a smoke test")
    parser.add_argument(
        "--gate",
        action="store_true",
        help=f"exit with 1 when {VUS} VUs take more than {LIMIT_SECS:g} s CPU or {LIMIT_MB:g} MB each, "
        f"or one more than {SHARED_LIMIT_MB:g} MB for an array of {ROWS:,} rows that all share",
    )


def run(arguments: argparse.Namespace) -> int:
    """Measure, print and save; the exit code."""
    vus, rows = (QUICK_VUS, QUICK_ROWS) if arguments.quick else (VUS, ROWS)
    described = machine.describe({"loadr": tools.distribution_version("loadr")})
    plain, shared = measured(vus, 0), measured(vus, rows)
    header = ["script of 300 lines", "CPU s to start", "ms per VU", "MB with 1 VU", "MB per VU more"]
    print(report.markdown_table(header, [_cells("", plain), _cells(f"SharedArray of {rows:,} rows", shared)]))
    print(report.describe_machine(described))
    path = report.save("script-vus", described, {"samples": [asdict(plain), asdict(shared)]})
    print(f"saved to {path}")
    if not arguments.gate:
        return 0
    holds = (
        plain.cpu_secs <= LIMIT_SECS
        and plain.mb_per_vu <= LIMIT_MB
        and shared.mb_per_vu - plain.mb_per_vu <= SHARED_LIMIT_MB
    )
    print(f"gate {'holds' if holds else 'FAILS'}")
    return int(not holds)


def measured(vus: int, rows: int) -> Sample:
    """Let a process of its own measure.

    Raises:
        BenchmarkError: it failed.
    """
    command = [sys.executable, "-m", "benchmarks.starts.script_run", str(vus), str(rows)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=TIMEOUT_SECS, cwd=tools.ROOT
    )
    if done.returncode:
        raise BenchmarkError(f"the measuring process failed\n{done.stderr[-2000:]}")
    return Sample(**json.loads(done.stdout))


def _cells(name: str, sample: Sample) -> list[str]:
    return [
        name or f"{sample.vus} VUs",
        f"{sample.cpu_secs:.2f}",
        f"{sample.cpu_secs / sample.vus * 1e3:.2f}",
        report.megabytes(sample.empty),
        f"{sample.mb_per_vu:.3f}",
    ]
