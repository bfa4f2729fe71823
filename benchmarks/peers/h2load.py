"""h2load: the floor of HTTP/2, a C program that checks nothing but the framing."""

import re
from pathlib import Path

from benchmarks.harness.errors import BenchmarkError
from benchmarks.harness.statistics import ToolReport
from benchmarks.harness.tools import path_of
from benchmarks.peers.base import Load, Peer


class H2load(Peer):
    """One thread, one request at a time on each connection. It reports mean latencies, no percentiles."""

    name = "h2load"
    program = "h2load"

    def command(self, load: Load, folder: Path) -> list[str]:  # noqa: ARG002  (it needs no files)
        """h2load cannot think between requests."""
        if load.think_secs:
            raise BenchmarkError("h2load has no think time")
        options = ["--threads=1", f"--clients={load.vus}", "--max-concurrent-streams=1"]
        return [path_of("h2load"), *options, f"--duration={load.seconds}", load.url]

    def report(self, folder: Path) -> ToolReport:
        """Read its standard output."""
        return parse((folder / "stdout").read_text(encoding="utf-8"))


def parse(text: str) -> ToolReport:
    """Parse h2load's printed summary (h2load.cc).

    Raises:
        BenchmarkError: a figure is not there.
    """
    counts = re.search(
        r"^requests: \d+ total, \d+ started, (\d+) done, \d+ succeeded, (\d+) failed, (\d+) errored, (\d+) timeout",
        text,
        re.MULTILINE,
    )
    if counts is None:
        raise BenchmarkError(f"h2load's output is not understood:\n{text}")
    done, failed, _, timed_out = map(int, counts.groups())  # those that errored are among the failed
    return ToolReport(requests=done, failures=failed + timed_out, p50_ms=None, p99_ms=None)
