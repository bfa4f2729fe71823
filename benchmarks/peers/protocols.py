"""Plans and scripts of the protocols benchmark: round trips on one connection per user."""

import json
from pathlib import Path

from benchmarks.harness.statistics import ToolReport
from benchmarks.peers.base import Load, Peer
from benchmarks.peers.k6 import K6Script
from benchmarks.peers.loadr import LoadrPlan
from benchmarks.peers.scripts import LoadrScript

PROTO = """\
syntax = "proto3";
package bench;
message Item { string text = 1; int64 number = 2; }
service Echo { rpc Call (Item) returns (Item); }
"""

PLAN = """\
scenarios:
  talk:
    executor: constant-vus
    vus: @VUS@
    duration: @SECONDS@s
    flow:
      - request:
          url: @HOST@
"""
WEBSOCKET_PLAN = PLAN + '          ws: {session: main, send: ["hello from a user"]}\n'
TCP_PLAN = PLAN + '          socket: {session: main, send_text: "hello from a user\\n", read_until: "\\n"}\n'
GRPC_PLAN = (
    PLAN
    + """\
          grpc:
            proto_files: [echo.proto]
            service: bench.Echo
            method: Call
            message: {text: hello from a user, number: 7}
"""
)
WEBSOCKET_SCRIPT = """\
import ws from "k6/ws";
export const options = { scenarios: { talk: { executor: "per-vu-iterations", vus: @VUS@, iterations: 1 } } };
export default function () {
  ws.connect("@HOST@", (socket) => {
    socket.on("open", () => socket.send("hello from a user"));
    socket.on("message", () => socket.send("hello from a user"));
    socket.setTimeout(() => socket.close(), @SECONDS@ * 1000);
  });
}
"""
GRPC_SCRIPT = """\
import grpc from "k6/net/grpc";
export const options = { vus: @VUS@, duration: "@SECONDS@s" };
const client = new grpc.Client();
client.load(["."], "echo.proto");
export default function () {
  if (__ITER === 0) { client.connect("@HOST@".replace("grpc://", ""), { plaintext: true }); }
  client.invoke("bench.Echo/Call", { text: "hello from a user", number: 7 });
}
"""


class LoadrTalk(LoadrPlan):
    """loadr with a plan of one request.

    Args:
        text: the plan.
        counter: the metric that counts the round trips.
        duration: the metric of how long they take, where there is one.
    """

    def __init__(self, text: str, counter: str, duration: str | None = None) -> None:
        super().__init__(text)
        self._counter, self._duration = counter, duration

    def command(self, load: Load, folder: Path) -> list[str]:
        """The same command, beside the proto."""
        (folder / "echo.proto").write_text(PROTO, encoding="utf-8")
        return super().command(load, folder)

    def report(self, folder: Path) -> ToolReport:
        """Read the exported summary."""
        return _told(folder, self._counter, "http_req_failed", self._duration)


class LoadrScriptTalk(LoadrScript):
    """loadr with the script that k6 runs; the arguments are the first two of `LoadrTalk`."""

    name = "loadr-script"

    def __init__(self, text: str, counter: str) -> None:
        super().__init__(text)
        self._counter = counter

    def report(self, folder: Path) -> ToolReport:
        """Read the exported summary; failures of sockets in scripts are in their own rate only."""
        return _told(folder, self._counter, "ws_req_failed")


def _told(folder: Path, counter: str, failures: str, duration: str | None = None) -> ToolReport:
    """What loadr's summary (schema 1) says of the metrics of a conversation."""
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    totals = {entry["metric"]: entry["agg"] for entry in summary["metrics"] if not entry.get("tags")}
    times = totals[duration] if duration else {}
    return ToolReport(
        requests=int(totals[counter]["sum"]),
        failures=int(totals[failures]["sum"]),
        p50_ms=times.get("med"),
        p99_ms=times.get("p99"),
    )


class K6Talk(K6Script):
    """k6 with a script; the arguments are those of `LoadrTalk`."""

    def __init__(self, text: str, counter: str, duration: str | None = None) -> None:
        super().__init__(text)
        self._counter, self._duration = counter, duration

    def command(self, load: Load, folder: Path) -> list[str]:
        """The same command, beside the proto."""
        (folder / "echo.proto").write_text(PROTO, encoding="utf-8")
        return super().command(load, folder)

    def report(self, folder: Path) -> ToolReport:
        """Read the exported summary; k6 1.1 has no metric of failed calls."""
        metrics = json.loads((folder / "summary.json").read_text(encoding="utf-8"))["metrics"]
        times = metrics[self._duration] if self._duration else {}
        return ToolReport(int(metrics[self._counter]["count"]), 0, times.get("med"), None)


TALKS: dict[str, tuple[Peer, ...]] = {
    "websocket": (
        LoadrTalk(WEBSOCKET_PLAN, "ws_msgs_received"),
        LoadrScriptTalk(WEBSOCKET_SCRIPT, "ws_msgs_received"),
        K6Talk(WEBSOCKET_SCRIPT, "ws_msgs_received"),
    ),
    "grpc": (
        LoadrTalk(GRPC_PLAN, "grpc_reqs", "grpc_req_duration"),
        K6Talk(GRPC_SCRIPT, "iterations", "grpc_req_duration"),
    ),
    "tcp": (LoadrTalk(TCP_PLAN, "tcp_reqs", "tcp_req_duration"),),
}
"""The peers of each protocol."""
