"""Results as a Markdown table on standard output and as JSON in `benchmarks/results/`."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.harness.clock import today
from benchmarks.harness.machine import Machine
from benchmarks.harness.tools import ROOT

RESULTS = ROOT / "benchmarks" / "results"
SCHEMA = 1


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table with aligned columns: the first to the left, the others to the right."""
    widths = [max(len(row[column]) for row in [header, *rows]) for column in range(len(header))]
    lines = [_line(header, widths)]
    rules = ["-" * width if column == 0 else "-" * (width - 1) + ":" for column, width in enumerate(widths)]
    lines.append(f"| {' | '.join(rules)} |")
    lines += [_line(row, widths) for row in rows]
    return "\n".join(lines)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first = cells[0].ljust(widths[0])
    rest = [cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True)]
    return f"| {' | '.join([first, *rest])} |"


def megabytes(size: float) -> str:
    """Bytes as whole MB (10^6)."""
    return f"{size / 1e6:.0f}"


def milliseconds(value: float | None) -> str:
    """A latency; a dash where the tool does not report it."""
    return "-" if value is None else f"{value:.2f}"


def describe_machine(machine: Machine) -> str:
    """The lines below a table: what ran, where, when."""
    versions = ", ".join(f"{name} {version}" for name, version in machine.versions.items())
    return (
        f"{today():%Y-%m-%d}, {machine.cpu}, {machine.cores} cores, Linux {machine.kernel}, "
        f"Python {machine.python}, commit {machine.commit or 'unknown'}, "
        f"load average at the start {machine.load_average:.2f}\n{versions}"
    )


def save(benchmark: str, machine: Machine, content: Mapping[str, object], folder: Path = RESULTS) -> Path:
    """Write the JSON of one run; its path, with benchmark, date and time in the name."""
    folder.mkdir(parents=True, exist_ok=True)
    moment = today()
    path = folder / f"{benchmark}-{moment:%Y%m%dT%H%M%SZ}.json"
    document = {
        "schema": SCHEMA,
        "benchmark": benchmark,
        "date": moment.isoformat(timespec="seconds"),
        "machine": machine.as_json(),
        **content,
    }
    path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    return path
