"""One script, run by k6 and by loadr as it is: what JavaScript costs in both."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.harness.tools import path_of
from benchmarks.peers.base import Load, Peer, filled
from benchmarks.peers.journeys import REQUESTS, SCRIPT
from benchmarks.peers.k6 import K6Script
from benchmarks.peers.loadr import Loadr

_OPTIONS: Final = """\
export const options = {
  vus: @VUS@,
  duration: "@SECONDS@s",
  summaryTrendStats: ["avg", "min", "med", "max", "p(90)", "p(95)", "p(99)"],
};
"""

CHECKS: Final = f"""\
import http from "k6/http";
import {{ check }} from "k6";

{_OPTIONS}
export default function () {{
  const response = http.get("@HOST@/data");
  check(response, {{
    "status is 200": (r) => r.status === 200,
    "it is HTTP/1.1": (r) => r.proto === "HTTP/1.1",
  }});
}}
"""

JSON: Final = f"""\
import http from "k6/http";
import {{ check, sleep }} from "k6";
import {{ Trend }} from "k6/metrics";

{_OPTIONS}
const sizes = new Trend("sizes");

export default function () {{
  const response = http.get("@HOST@/data");
  const document = response.json();
  check(document, {{ "it is the document": (d) => d.name === "loadr" }});
  sizes.add(document.data.length);
  sleep(0.001);
}}
"""

CHANGING: Final = f"""\
import http from "k6/http";
import {{ check }} from "k6";

{_OPTIONS}
const ok = {{ "status is 200": (r) => r.status === 200 }};

export default function () {{
  const body = JSON.stringify({{ user: __VU, iteration: __ITER }});
  const response = http.post(`@HOST@/items/${{__VU}}/${{__ITER}}`, body, {{
    headers: {{ "Content-Type": "application/json", "X-Iteration": `${{__ITER}}` }},
    tags: {{ name: "item" }},
  }});
  check(response, ok);
}}
"""


@dataclass(frozen=True, slots=True)
class Case:
    """A script.

    Attributes:
        text: with `@HOST@`, `@VUS@` and `@SECONDS@` to fill in.
        requests: of one iteration.
        about: what it does, for people.
    """

    text: str
    requests: int
    about: str


CASES: Final[Mapping[str, Case]] = {
    "checks": Case(CHECKS, 1, "http.get and two checks"),
    "json": Case(JSON, 1, "http.get, the body's JSON, a check, Trend.add, sleep(0.001)"),
    "changing": Case(CHANGING, 1, "http.post with another URL, body and header each time, and a check"),
    "journey": Case(SCRIPT, REQUESTS, "log in, use the token in three requests, five checks"),
}
"""The scripts that are compared, by name."""


class LoadrScript(Loadr):
    """`loadr run script.js`."""

    def __init__(self, text: str) -> None:
        self._text = text

    def command(self, load: Load, folder: Path) -> list[str]:
        """Write the script; progress is off, the summary is exported as JSON."""
        (folder / "script.js").write_text(filled(self._text, load), encoding="utf-8")
        return [path_of("loadr"), "run", "script.js", "--quiet", "--summary-export", "summary.json"]


def script_peers(case: Case) -> Mapping[str, Peer]:
    """The peers for a case, by name."""
    return {peer.name: peer for peer in (LoadrScript(case.text), K6Script(case.text))}
