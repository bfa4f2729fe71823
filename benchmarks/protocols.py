"""WebSocket, gRPC and TCP round trips: CPU of loadr beside k6; and how exact the gaps between events of a stream are."""

import argparse
import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.harness import machine, process_tree, report, serving, session, tools
from benchmarks.harness.errors import BenchmarkError
from benchmarks.harness.measure import Meter
from benchmarks.harness.statistics import PeerSummary, Round, cpu_ratio, note_lines, summarize
from benchmarks.peers import Load
from benchmarks.peers.protocols import TALKS

ROUNDS, SECONDS, EVENTS, VUS = 3, 5, 500, 50
QUICK_ROUNDS, QUICK_SECONDS, QUICK_EVENTS = 1, 2, 100
SCHEMES = {"websocket": "ws", "grpc": "grpc", "tcp": "tcp"}
RATIO_LIMIT = 1.0
"""k6's CPU a round trip over loadr's."""
TCP_LIMIT_US = 12.0
GAP_LIMIT_MS = 1.0

EVENTS_PLAN = """\
scenarios:
  stream:
    executor: per-vu-iterations
    vus: 1
    iterations: 1
    flow: [{{request: {{url: "{url}", timeout: 5m, sse: {{events: {events}}}}}}}]
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the options."""
    parser.add_argument("--only", default="websocket,grpc,tcp,sse", help="of: websocket, grpc, tcp, sse")
    parser.add_argument("--rounds", type=int, help=f"interleaved rounds, {ROUNDS} unless told")
    parser.add_argument("--seconds", type=int, help=f"per run, {SECONDS} unless told")
    parser.add_argument("--vus", type=int, default=VUS, help="concurrent users, each with a connection")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_ROUNDS} round of {QUICK_SECONDS} s")
    parser.add_argument(
        "--realtime",
        action="store_true",
        help="run the stream of events before everything else on its cores (chrt, root): for a busy machine",
    )
    parser.add_argument("--gate", action="store_true", help="exit with 1 when a limit is exceeded")


def run(arguments: argparse.Namespace) -> int:
    """Measure, print and save; the exit code."""
    chosen = arguments.only.split(",")
    unknown = set(chosen) - {*TALKS, "sse"}
    rounds = arguments.rounds or (QUICK_ROUNDS if arguments.quick else ROUNDS)
    seconds = arguments.seconds or (QUICK_SECONDS if arguments.quick else SECONDS)
    if unknown or min(rounds, seconds, arguments.vus) < 1:
        raise BenchmarkError("--only takes " + ", ".join([*TALKS, "sse"]) + "; all numbers are at least 1")
    tools.require("loadr", "k6", "taskset", *(["chrt"] if arguments.realtime else []))
    versions = {"loadr": tools.distribution_version("loadr"), "k6": tools.printed_version("k6", "version")}
    versions["grpcio"] = tools.distribution_version("grpcio")
    described = machine.describe(versions)
    cores = machine.choose_cores()  # once: the meter then keeps this process to one of them
    load = Load(url="", vus=arguments.vus, seconds=seconds)
    verdicts: list[tuple[bool, str]] = []
    content: dict[str, object] = {"load": {"vus": load.vus, "seconds": seconds, "rounds": rounds}}
    header = [
        "protocol",
        "peer",
        "CPU µs",
        "(min to max)",
        "steady µs",
        "trips/s",
        "generator core",
        "server core",
    ]
    table, notes = [], []
    for kind in [name for name in chosen if name != "sse"]:
        rows = talk(kind, load, rounds, cores)
        summaries = summarize(rows)
        table += [cells(kind, summary) for summary in summaries]
        notes += note_lines(summaries, kind)
        verdicts.append(judge(kind, summaries))
        if kind == "websocket":
            verdicts.append(judge(kind, summaries, "loadr-script"))
        content[kind] = {"summary": list(map(asdict, summaries)), "rounds": list(map(asdict, rows))}
    if table:
        print(report.markdown_table(header, table))
    if "sse" in chosen:
        events = QUICK_EVENTS if arguments.quick else EVENTS
        ahead = ["chrt", "--fifo", "10"] if arguments.realtime else []
        errors = gap_errors_ms(events, cores, ahead)
        verdicts.append(judge_gaps(errors))
        content["sse"] = {"gap_errors_ms": errors}
    print("\n".join(["", *notes, *([""] if notes else []), *(text for _, text in verdicts)]))
    print(f"rounds: {rounds} of {seconds} s each, {load.vus} VUs; CPU of the whole run a round trip")
    print(report.describe_machine(described))
    print(f"saved to {report.save('protocols', described, content)}")
    return int(arguments.gate and not all(holds for holds, _ in verdicts))


def talk(kind: str, load: Load, rounds: int, cores: machine.Cores) -> list[Round]:
    """Run all peers of one protocol in interleaved rounds."""
    rows = []
    with tempfile.TemporaryDirectory(prefix="loadr-bench-protocols-") as name:
        count = Path(name) / "count"
        words = ["benchmarks.echoes.server", kind, str(count)]
        with serving.started(words, cores.target) as (process, port):

            def cpu_secs() -> float:
                stat = process_tree.read_stat(process.pid)
                return stat.cpu_secs if stat else 0.0

            meter = Meter(
                cores,
                target_pid=process.pid,
                target_requests=lambda: int.from_bytes(count.read_bytes(), sys.byteorder),
                target_cpu_secs=cpu_secs,
            )
            url = f"{SCHEMES[kind]}://127.0.0.1:{port}"
            runs = session.Session(meter, url, cores)
            for number, peer in session.interleaved(TALKS[kind], rounds):
                row = runs.run(peer, load, number)
                rows.append(row)
                line = f"round {number}/{rounds}  {kind} {peer.name}: {row.cpu_us:.2f} µs"
                print("; ".join([line, *row.notes]), file=sys.stderr, flush=True)
    return rows


def judge(kind: str, summaries: Sequence[PeerSummary], peer: str = "loadr") -> tuple[bool, str]:
    """Whether the limit holds for a peer, and the line that says so."""
    if kind == "tcp":
        found = summaries[0].cpu_us
        holds, text = found <= TCP_LIMIT_US, f"{found:.2f} µs CPU of {TCP_LIMIT_US:g} µs a round trip"
    else:
        ratio = cpu_ratio(summaries, peer, "k6") or 0.0
        holds, text = (
            ratio >= RATIO_LIMIT,
            f"k6 needs {ratio:.2f} times the CPU of {peer}, at least {RATIO_LIMIT:g}",
        )
    return holds, f"{kind}: limit {'holds' if holds else 'EXCEEDED'}: {text}"


def gap_errors_ms(events: int, cores: machine.Cores, ahead: Sequence[str]) -> list[float]:
    """By how much each gap that loadr has measured differs from the one that was sent, sorted.

    Raises:
        BenchmarkError: the run failed, or the numbers of gaps do not agree.
    """
    with tempfile.TemporaryDirectory(prefix="loadr-bench-events-") as name:
        folder = Path(name)
        with serving.started(["benchmarks.echoes.events"], cores.target, ahead) as (process, port):
            plan = EVENTS_PLAN.format(url=f"sse://127.0.0.1:{port}/", events=events)
            (folder / "plan.yaml").write_text(plan, encoding="utf-8")
            command = [tools.path_of("taskset"), "-c", str(cores.generator), *ahead, tools.path_of("loadr")]
            command += ["run", "plan.yaml", "--quiet", "--output", "json=samples.jsonl"]
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                raise BenchmarkError(
                    f"loadr ended with exit code {done.returncode}\n{done.stdout}{done.stderr}"
                )
            process.send_signal(signal.SIGTERM)
            last, _ = process.communicate(timeout=serving.STOP_SECS)
        sent = json.loads(last)["sent"][:events]
        samples = map(json.loads, (folder / "samples.jsonl").read_text(encoding="utf-8").splitlines())
        gaps = [
            row["value"]
            for row in samples
            if row.get("metric") == "sse_event_gap" and row["type"] == "sample"
        ]
    if len(gaps) != events - 1 or len(sent) != events:
        raise BenchmarkError(f"{len(sent)} events were sent, loadr has {len(gaps)} gaps between {events}")
    return sorted(
        abs(gap - (later - earlier) * 1e3) for gap, earlier, later in zip(gaps, sent, sent[1:], strict=False)
    )


def judge_gaps(errors: Sequence[float]) -> tuple[bool, str]:
    """Whether the limit holds at the 99th percentile, and the line that says so."""
    p50, p99, most = errors[len(errors) // 2], errors[len(errors) * 99 // 100], errors[-1]
    holds = p99 <= GAP_LIMIT_MS
    return holds, (
        f"sse: limit {'holds' if holds else 'EXCEEDED'}: error of a gap p50 {p50:.3f} ms, p99 {p99:.3f} ms of "
        f"{GAP_LIMIT_MS:g} ms, at most {most:.3f} ms, {len(errors)} gaps"
    )


def cells(kind: str, summary: PeerSummary) -> list[str]:
    """One row of the table."""
    return [
        kind,
        summary.peer,
        f"{summary.cpu_us:.2f}",
        f"{summary.cpu_us_min:.2f} to {summary.cpu_us_max:.2f}",
        f"{summary.steady_cpu_us:.2f}",
        f"{summary.rps:,.0f}",
        f"{summary.generator_busy:.0%}",
        f"{summary.target_busy:.0%}",
    ]
