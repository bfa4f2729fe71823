"""Locust's FastHttpUser (geventhttpclient), headless in one process."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.harness.statistics import ToolReport
from benchmarks.harness.tools import path_of
from benchmarks.peers.base import Load, Peer, filled

LOCUSTFILE = """\
import gevent
from locust import FastHttpUser, constant, task

# gevent's cached time is as old as Locust's imports; without this the run is shorter by as much.
gevent.get_hub().loop.update_now()


class User(FastHttpUser):
    host = "@HOST@"
    wait_time = constant(@THINK@)

    @task
    def get(self):
        with self.client.get("@PATH@", catch_response=True) as response:
            if response.status_code != 200:
                response.failure("status is not 200")
"""


class Locust(Peer):
    """All users start in the first second."""

    name = "locust"
    program = "locust"

    def locustfile(self, load: Load) -> str:
        """The class that a user would write for a load."""
        scheme, _, rest = load.url.partition("://")
        authority, _, path = rest.partition("/")
        return (
            LOCUSTFILE.replace("@HOST@", f"{scheme}://{authority}")
            .replace("@PATH@", f"/{path}")
            .replace("@THINK@", f"{load.think_secs:g}")
        )

    def command(self, load: Load, folder: Path) -> list[str]:
        """Statistics come as JSON on standard output."""
        (folder / "locustfile.py").write_text(self.locustfile(load), encoding="utf-8")
        users = str(load.vus)
        options = [
            "--headless",
            "--json",
            "--only-summary",
            "-u",
            users,
            "-r",
            users,
            "-t",
            f"{load.seconds}s",
        ]
        return [path_of("locust"), "-f", "locustfile.py", *options]

    def report(self, folder: Path) -> ToolReport:
        """Read its standard output."""
        return parse(json.loads((folder / "stdout").read_text(encoding="utf-8")))


class LocustClass(Locust):
    """Locust with a benchmark's own class, whose marks `filled` fills in."""

    def __init__(self, text: str) -> None:
        self._text = text

    def locustfile(self, load: Load) -> str:
        """The class for a load."""
        return filled(self._text, load)


def parse(entries: Sequence[Mapping[str, Any]]) -> ToolReport:
    """Read Locust's `--json`: one entry per request name, response times rounded to milliseconds."""
    times: dict[int, int] = {}
    for entry in entries:
        for milliseconds, count in entry["response_times"].items():
            times[int(milliseconds)] = times.get(int(milliseconds), 0) + int(count)
    return ToolReport(
        requests=sum(int(entry["num_requests"]) for entry in entries),
        failures=sum(int(entry["num_failures"]) for entry in entries),
        p50_ms=percentile(times, 0.50),
        p99_ms=percentile(times, 0.99),
    )


def percentile(times: Mapping[int, int], share: float) -> float:
    """The smallest value with at least `share` of all counts at or below it; 0 without values."""
    wanted = share * sum(times.values())
    seen = 0
    for value in sorted(times):
        seen += times[value]
        if seen >= wanted:
            return float(value)
    return 0.0
