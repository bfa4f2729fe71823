"""What a large data file costs: time until its rows can be taken, memory, CPU per row for each way of taking them."""

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.feeds import files
from benchmarks.harness import machine, report, tools
from benchmarks.harness.errors import BenchmarkError

MEGABYTES = 200
FULL_MEGABYTES = 2000
QUICK_MEGABYTES = 5
ROWS = 200_000
QUICK_ROWS = 10_000
LIMIT_MB = 100
# All rows as Python's objects: some ten times the file.
MOST_IN_MEMORY = 500
TIMEOUT_SECS = 1800


@dataclass(frozen=True, slots=True)
class Case:
    """One measured process: what it is called, its program and arguments; `{file}` and `{rows}` are filled in."""

    name: str
    file: str
    program: str
    arguments: tuple[str, ...]

    @property
    def is_ours(self) -> bool:
        """Whether loadr is measured."""
        return self.program == "loadr_rows"


def _ours(file: str, kind: str, mode: str, pick: str) -> Case:
    return Case(f"loadr, {mode} {pick}", file, "loadr_rows", (kind, mode, pick))


CASES = (
    _ours("plain.csv", "csv", "shared", "sequential"),
    _ours("plain.csv", "csv", "shared", "shuffle"),
    _ours("plain.csv", "csv", "shared", "random"),
    _ours("plain.csv", "csv", "per_vu", "sequential"),
    _ours("plain.csv", "csv", "per_vu", "shuffle"),
    Case("csv module, streamed", "plain.csv", "csv_rows", ("stream",)),
    Case("csv module, in memory", "plain.csv", "csv_rows", ("memory",)),
    _ours("quoted.csv", "csv", "shared", "sequential"),
    _ours("quoted.csv", "csv", "shared", "shuffle"),
    Case("csv module, streamed", "quoted.csv", "csv_rows", ("stream",)),
    _ours("rows.json", "json", "shared", "sequential"),
    _ours("rows.json", "json", "shared", "shuffle"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the options."""
    parser.add_argument("--megabytes", type=int, help=f"size of each file, {MEGABYTES} unless told")
    parser.add_argument("--full", action="store_true", help=f"{FULL_MEGABYTES} MB: 20 million rows")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_MEGABYTES} MB: a smoke test")
    parser.add_argument(
        "--folder", type=Path, help="where files are made; they are kept there for the next run"
    )
    parser.add_argument(
        "--gate", action="store_true", help=f"exit with 1 when a source adds more than {LIMIT_MB} MB"
    )


def run(arguments: argparse.Namespace) -> int:
    """Measure, print and save; the exit code."""
    size = FULL_MEGABYTES if arguments.full else QUICK_MEGABYTES if arguments.quick else MEGABYTES
    size = arguments.megabytes or size
    if size < 1:
        raise BenchmarkError("--megabytes must be at least 1")
    described = machine.describe({"loadr": tools.distribution_version("loadr")})
    cases = [case for case in CASES if size <= MOST_IN_MEMORY or case.arguments != ("memory",)]
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or Path(temporary)
        make_files(folder, size)
        results = [measure(case, folder, QUICK_ROWS if arguments.quick else ROWS) for case in cases]
    header = ["file", "way", "ready s", "CPU s", "adds MB", "process MB", "µs a row", "µs a look-up"]
    rows = [_cells(case, result) for case, result in zip(cases, results, strict=True)]
    print(report.markdown_table(header, rows))
    print(f"{size} MB a file, {results[0]['rows']:,.0f} rows; times are CPU times but the first")
    print(report.describe_machine(described))
    content = {
        "megabytes": size,
        "cases": [
            {"file": case.file, "way": case.name, **result}
            for case, result in zip(cases, results, strict=True)
        ],
    }
    print(f"saved to {report.save('data-feed', described, content)}")
    added = {case.name: _added(result) for case, result in zip(cases, results, strict=True) if case.is_ours}
    exceeded = {name: size for name, size in added.items() if size > LIMIT_MB * 1e6}
    for name, taken in exceeded.items():
        print(f"{name}: limit EXCEEDED: {report.megabytes(taken)} MB of {LIMIT_MB} MB")
    return 1 if arguments.gate and exceeded else 0


def make_files(folder: Path, megabytes: int) -> None:
    """Write the files that are not there yet in this size."""
    folder.mkdir(parents=True, exist_ok=True)
    size = megabytes * 1_000_000
    for name in sorted({case.file for case in CASES}):
        path = folder / name
        if path.exists() and path.stat().st_size >= size:
            continue
        print(f"writing {name}, {megabytes} MB", file=sys.stderr, flush=True)
        if name == "rows.json":
            files.write_json(path, size)
        else:
            files.write_csv(path, size, files.plain if name == "plain.csv" else files.quoted)


def measure(case: Case, folder: Path, rows: int) -> dict[str, float]:
    """Run one case in a process of its own; what it found out about itself."""
    command = [
        sys.executable,
        "-m",
        f"benchmarks.feeds.{case.program}",
        str(folder / case.file),
        *case.arguments,
        str(rows),
    ]
    done = subprocess.run(
        command, cwd=tools.ROOT, capture_output=True, text=True, check=False, timeout=TIMEOUT_SECS
    )
    if done.returncode:
        raise BenchmarkError(f"{case.name} failed:\n{done.stderr}")
    print(f"{case.file}  {case.name} done", file=sys.stderr, flush=True)
    result: dict[str, float] = json.loads(done.stdout)
    return result


def _added(result: dict[str, float]) -> float:
    return result["rss_bytes"] - result["rss_before_bytes"]


def _cells(case: Case, result: dict[str, float]) -> list[str]:
    lookup = result.get("us_per_render")
    return [
        case.file,
        case.name,
        f"{result['open_secs']:.2f}",
        f"{result['open_cpu_secs']:.2f}",
        report.megabytes(_added(result)),
        report.megabytes(result["rss_bytes"]),
        f"{result['us_per_row']:.1f}",
        "" if lookup is None else f"{lookup:.2f}",
    ]
