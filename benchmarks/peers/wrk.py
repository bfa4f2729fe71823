"""wrk: the floor, a C program that checks nothing but the framing."""

import re
from pathlib import Path
from typing import ClassVar

from benchmarks.harness.errors import BenchmarkError
from benchmarks.harness.statistics import ToolReport
from benchmarks.harness.tools import path_of
from benchmarks.peers.base import Load, Peer

MILLISECONDS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


class Wrk(Peer):
    """One thread, `--latency` for percentiles."""

    name = "wrk"
    program = "wrk"
    version_arguments = ("-v",)
    options: ClassVar[tuple[str, ...]] = ()

    def command(self, load: Load, folder: Path) -> list[str]:  # noqa: ARG002  (it needs no files)
        """One thread; wrk cannot think between requests."""
        if load.think_secs:
            raise BenchmarkError("wrk has no think time")
        return [
            path_of("wrk"),
            "-t1",
            f"-c{load.vus}",
            f"-d{load.seconds}s",
            "--latency",
            *self.options,
            load.url,
        ]

    def report(self, folder: Path) -> ToolReport:
        """Read its standard output."""
        return parse((folder / "stdout").read_text(encoding="utf-8"))


class WrkReconnecting(Wrk):
    """The same with a new connection for each request."""

    options = ("-H", "Connection: close")


def parse(text: str) -> ToolReport:
    """Parse wrk's printed summary (wrk.c, `print_stats`).

    Raises:
        BenchmarkError: a figure is not there.
    """
    failures = sum(int(count) for count in re.findall(r"Non-2xx or 3xx responses: (\d+)", text))
    for line in re.findall(r"Socket errors: (.*)", text):
        failures += sum(int(count) for count in re.findall(r"\d+", line))
    return ToolReport(
        requests=int(_search(r"(\d+) requests in", text)[1]),
        failures=failures,
        p50_ms=_percentile("50%", text),
        p99_ms=_percentile("99%", text),
    )


def _percentile(label: str, text: str) -> float:
    match = _search(rf"^\s+{label}\s+([\d.]+)(us|ms|s|m)\s*$", text)
    return float(match[1]) * MILLISECONDS[match[2]]


def _search(pattern: str, text: str) -> re.Match[str]:
    match = re.search(pattern, text, re.MULTILINE)
    if match is None:
        raise BenchmarkError(f"wrk's output is not understood:\n{text}")
    return match
