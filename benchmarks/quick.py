"""CPU per request of `loadr quick` beside wrk and hey: one URL, 50 connections, 500-byte JSON."""

import json
from pathlib import Path

from benchmarks.harness.comparison import Comparison
from benchmarks.harness.nginx import Speaks
from benchmarks.harness.statistics import ToolReport
from benchmarks.harness.tools import path_of
from benchmarks.peers.base import Load
from benchmarks.peers.hey import Hey
from benchmarks.peers.loadr import Loadr, parse
from benchmarks.peers.wrk import Wrk


class LoadrQuick(Loadr):
    """The command as a user types it; its JSON is the document of `--summary-export`."""

    def command(self, load: Load, folder: Path) -> list[str]:  # noqa: ARG002  (it needs no files)
        """One URL; the harness takes standard output for the summary."""
        insecure = ["-k"] if load.with_tls else []
        arguments = ["-c", str(load.vus), "-z", f"{load.seconds}s", "--format", "json", *insecure]
        return [path_of("loadr"), "quick", load.url, *arguments]

    def report(self, folder: Path) -> ToolReport:
        """Read its standard output."""
        return parse(json.loads((folder / "stdout").read_text(encoding="utf-8")))


COMPARISON = Comparison(
    "quick",
    Speaks.HTTP_1,
    peers=("loadr", "wrk", "hey"),
    references=("wrk", "hey"),
    among={peer.name: peer for peer in (LoadrQuick(), Wrk(), Hey())},
)

add_arguments = COMPARISON.add_arguments
run = COMPARISON.run
