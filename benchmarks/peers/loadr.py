"""loadr with the reference plan: static GET, one status check, whole HTTP metric family, JSON summary."""

import json
from pathlib import Path
from typing import Any, ClassVar

from benchmarks.harness.errors import BenchmarkError
from benchmarks.harness.statistics import ToolReport
from benchmarks.harness.tools import distribution_version, path_of
from benchmarks.peers.base import Load, Peer, filled

PLAN = """\
name: reference
@DEFAULTS@scenarios:
  reference:
    executor: constant-vus
    vus: @VUS@
    duration: @SECONDS@s
    flow:
      - request:
          url: @URL@
          checks:
            - {type: status, equals: 200}
@THINK@"""

THINK = """\
      - think_time: {type: constant, duration: @THINK@s}
"""


class Loadr(Peer):
    """The command as a user types it, with its coordinator and worker processes."""

    name = "loadr"
    program = "loadr"
    defaults: ClassVar[tuple[str, ...]] = ()
    """Lines of `defaults.http`."""

    def plan(self, load: Load) -> str:
        """The plan that a user would write for a load."""
        think = THINK.replace("@THINK@", f"{load.think_secs:g}") if load.think_secs else ""
        lines = [*self.defaults, *(["tls: {insecure_skip_verify: true}"] if load.with_tls else [])]
        defaults = "".join(f"    {line}\n" for line in lines)
        return (
            PLAN.replace("@VUS@", str(load.vus))
            .replace("@SECONDS@", str(load.seconds))
            .replace("@URL@", load.url)
            .replace("@DEFAULTS@", f"defaults:\n  http:\n{defaults}" if lines else "")
            .replace("@THINK@", think)
        )

    def command(self, load: Load, folder: Path) -> list[str]:
        """Write the plan; progress is off, the summary is exported as JSON."""
        (folder / "plan.yaml").write_text(self.plan(load), encoding="utf-8")
        return [path_of("loadr"), "run", "plan.yaml", "--quiet", "--summary-export", "summary.json"]

    def report(self, folder: Path) -> ToolReport:
        """Read the exported summary."""
        return parse(json.loads((folder / "summary.json").read_text(encoding="utf-8")))

    def version(self) -> str:
        """The installed distribution's version."""
        return distribution_version("loadr")


class LoadrDiscard(Loadr):
    """The same, its bodies counted and not kept."""

    defaults = ("discard_response_bodies: true",)


class LoadrReconnecting(Loadr):
    """The same with a new connection for each request."""

    defaults = ("keep_alive: false",)


class LoadrPlan(Loadr):
    """loadr with a benchmark's own plan, whose marks `filled` fills in."""

    def __init__(self, text: str) -> None:
        self._text = text

    def plan(self, load: Load) -> str:
        """The plan for a load."""
        return filled(self._text, load)


def parse(summary: dict[str, Any]) -> ToolReport:
    """Read loadr's `--summary-export`, schema version 1 (`loadr_config.summary`); a rate's sum is its hits.

    Raises:
        BenchmarkError: it has another schema.
    """
    if summary.get("schema") != 1:
        raise BenchmarkError(f"loadr's summary has schema {summary.get('schema')!r}, this reads 1")
    totals = {entry["metric"]: entry["agg"] for entry in summary["metrics"] if not entry.get("tags")}
    duration = totals["http_req_duration"]
    failed_checks = sum(int(check["fails"]) for check in summary["checks"])
    return ToolReport(
        requests=int(totals["http_reqs"]["sum"]),
        failures=int(totals["http_req_failed"]["sum"]) + failed_checks,
        p50_ms=float(duration["med"]),
        p99_ms=float(duration["p99"]),
    )
