"""k6: the peer that loadr is held against. GOMAXPROCS stays at its default, the cores it may use: one."""

import json
from pathlib import Path
from typing import Any

from benchmarks.harness.statistics import ToolReport
from benchmarks.harness.tools import path_of
from benchmarks.peers.base import Load, Peer, filled

SCRIPT = """\
import http from "k6/http";
import { check, sleep } from "k6";

export const options = {
  vus: @VUS@,
  duration: "@SECONDS@s",
  discardResponseBodies: @DISCARD@,
  noConnectionReuse: @RECONNECT@,
  insecureSkipTLSVerify: @INSECURE@,
  summaryTrendStats: ["avg", "min", "med", "max", "p(90)", "p(95)", "p(99)"],
};

export default function () {
  const response = http.get("@URL@");
  check(response, { "status is 200": (r) => r.status === 200 });
@THINK@}
"""


class K6(Peer):
    """The script a k6 user writes: `http.get` and one check."""

    name = "k6"
    program = "k6"
    version_arguments = ("version",)
    discard_bodies = False
    reconnects = False

    def script(self, load: Load) -> str:
        """The script that a user would write for a load."""
        think = f"  sleep({load.think_secs:g});\n" if load.think_secs else ""
        return (
            SCRIPT.replace("@VUS@", str(load.vus))
            .replace("@SECONDS@", str(load.seconds))
            .replace("@DISCARD@", "true" if self.discard_bodies else "false")
            .replace("@RECONNECT@", "true" if self.reconnects else "false")
            .replace("@INSECURE@", "true" if load.with_tls else "false")
            .replace("@URL@", load.url)
            .replace("@THINK@", think)
        )

    def command(self, load: Load, folder: Path) -> list[str]:
        """Progress is off, as for loadr; the summary is exported as JSON, as for loadr."""
        (folder / "script.js").write_text(self.script(load), encoding="utf-8")
        options = ["--quiet", "--no-color", "--no-usage-report", "--summary-export", "summary.json"]
        return [path_of("k6"), "run", *options, "script.js"]

    def report(self, folder: Path) -> ToolReport:
        """Read the exported summary."""
        return parse(json.loads((folder / "summary.json").read_text(encoding="utf-8")))


class K6Discard(K6):
    """The same with `discardResponseBodies`: k6 at its cheapest, as loadr never keeps an unused body."""

    name = "k6-discard"
    discard_bodies = True


class K6Reconnecting(K6):
    """The same with a new connection for each request."""

    reconnects = True


class K6Script(K6):
    """k6 with a benchmark's own script, whose marks `filled` fills in."""

    def __init__(self, text: str) -> None:
        self._text = text

    def script(self, load: Load) -> str:
        """The script for a load."""
        return filled(self._text, load)


def parse(summary: dict[str, Any]) -> ToolReport:
    """Read k6's `--summary-export`; in the rate `http_req_failed` the passes are the failures."""
    metrics = summary["metrics"]
    duration = metrics["http_req_duration"]
    return ToolReport(
        requests=int(metrics["http_reqs"]["count"]),
        failures=int(metrics["http_req_failed"]["passes"]) + int(metrics["checks"]["fails"]),
        p50_ms=float(duration["med"]),
        p99_ms=float(duration["p(99)"]),
    )
