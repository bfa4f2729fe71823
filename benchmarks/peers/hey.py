"""hey: a program in Go for one URL, like ab."""

import re
from pathlib import Path

from benchmarks.harness.errors import BenchmarkError
from benchmarks.harness.statistics import ToolReport
from benchmarks.harness.tools import find, path_of, printed_version
from benchmarks.peers.base import Load, Peer


class Hey(Peer):
    """As many workers as VUs, each with a connection; certificates are never verified."""

    name = "hey"
    program = "hey"

    def command(self, load: Load, folder: Path) -> list[str]:  # noqa: ARG002  (it needs no files)
        """For so many seconds; hey cannot think between requests."""
        if load.think_secs:
            raise BenchmarkError("hey has no think time")
        return [path_of("hey"), "-z", f"{load.seconds}s", "-c", str(load.vus), load.url]

    def report(self, folder: Path) -> ToolReport:
        """Read its standard output."""
        return parse((folder / "stdout").read_text(encoding="utf-8"))

    def version(self) -> str:
        """The package's: the program does not tell its own."""
        return "unknown" if find("dpkg-query") is None else printed_version("dpkg-query", "-W", "hey")


def parse(text: str) -> ToolReport:
    """Parse hey's summary (`requester/print.go`): times in seconds with four decimals.

    Raises:
        BenchmarkError: a figure is not there.
    """
    statuses = [
        (int(code), int(count))
        for code, count in re.findall(r"^  \[(\d{3})\]\s+(\d+) responses", text, re.MULTILINE)
    ]
    errors = text.partition("Error distribution:")[2]
    failed = sum(int(count) for count in re.findall(r"^  \[(\d+)\]\s", errors, re.MULTILINE))
    return ToolReport(
        requests=sum(count for _, count in statuses) + failed,
        failures=sum(count for code, count in statuses if code >= 400) + failed,
        p50_ms=_percentile(50, text),
        p99_ms=_percentile(99, text),
    )


def _percentile(percent: int, text: str) -> float:
    match = re.search(rf"^\s+{percent}%+ in ([\d.]+) secs", text, re.MULTILINE)
    if match is None:
        raise BenchmarkError(f"hey's output is not understood:\n{text}")
    return float(match[1]) * 1000.0
