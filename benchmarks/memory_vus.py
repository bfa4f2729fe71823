"""Peak memory of the whole process tree with 1,000 VUs that think a second after each request."""

import argparse
import sys
from dataclasses import asdict

from benchmarks import peers as known
from benchmarks.harness import machine, report, session
from benchmarks.harness.errors import BenchmarkError
from benchmarks.harness.statistics import PeerSummary, Round, summarize

VUS = 1000
SECONDS = 10
QUICK_SECONDS = 4
THINK_SECS = 1.0
LIMIT_MB = 120
PEERS = ("loadr", "k6")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the options."""
    parser.add_argument("--peers", default=",".join(PEERS), help="of: loadr, k6, k6-discard, locust")
    parser.add_argument("--rounds", type=int, default=1, help="interleaved rounds, 1 unless told")
    parser.add_argument("--seconds", type=int, help=f"per run, {SECONDS} unless told")
    parser.add_argument("--vus", type=int, default=VUS, help="concurrent users, each with a connection")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_SECONDS} s a run")
    parser.add_argument(
        "--gate", action="store_true", help=f"exit with 1 when loadr's RSS exceeds {LIMIT_MB} MB"
    )


def run(arguments: argparse.Namespace) -> int:
    """Measure, print and save; the exit code."""
    peers = known.choose(arguments.peers)
    if "wrk" in arguments.peers:
        raise BenchmarkError("wrk has no think time and so no part in this benchmark")
    if arguments.gate and "loadr" not in [peer.name for peer in peers]:
        raise BenchmarkError("--gate judges loadr: it must be among --peers")
    seconds = arguments.seconds or (QUICK_SECONDS if arguments.quick else SECONDS)
    if arguments.rounds < 1 or seconds < 1 or arguments.vus < 1:
        raise BenchmarkError("--rounds, --seconds and --vus must be at least 1")
    session.require(peers)
    described = machine.describe(session.versions(peers))
    load = known.Load(url="", vus=arguments.vus, seconds=seconds, think_secs=THINK_SECS)
    rows: list[Round] = []
    with session.open_session() as opened:
        for number, peer in session.interleaved(peers, arguments.rounds):
            rows.append(opened.run(peer, load, number))
            print(f"round {number}/{arguments.rounds}  {peer.name} done", file=sys.stderr, flush=True)
    summaries = summarize(rows)
    header = ["peer", "RSS MB", "PSS MB", "KB per VU", "req/s", "CPU of its core"]
    print(report.markdown_table(header, [_cells(summary, arguments.vus) for summary in summaries]))
    print("\n".join(["", *(f"- {summary.peer}, {note}" for summary in summaries for note in summary.notes)]))
    print(f"rounds: {arguments.rounds} of {seconds} s each, {arguments.vus} VUs, {THINK_SECS:g} s think time")
    print(report.describe_machine(described))
    path = report.save(
        "memory-vus",
        described,
        {
            "load": {
                "vus": arguments.vus,
                "seconds": seconds,
                "rounds": arguments.rounds,
                "think_secs": THINK_SECS,
            },
            "limit_mb": LIMIT_MB,
            "summary": [asdict(summary) for summary in summaries],
            "rounds": [asdict(row) for row in rows],
        },
    )
    print(f"saved to {path}")
    loadr = next((summary for summary in summaries if summary.peer == "loadr"), None)
    within = loadr is None or judge(loadr.peak_rss)
    return 1 if arguments.gate and not within else 0


def _cells(summary: PeerSummary, vus: int) -> list[str]:
    return [
        summary.peer,
        report.megabytes(summary.peak_rss),
        report.megabytes(summary.peak_pss),
        f"{summary.peak_pss / vus / 1e3:.0f}",
        f"{summary.rps:,.0f}",
        f"{summary.generator_busy:.0%}",
    ]


def judge(peak_rss: float) -> bool:
    """Tell whether loadr keeps its limit, by the stricter of the two sums.

    Args:
        peak_rss: Sum of the tree's resident sizes in bytes, shared pages counted in each process.
    """
    within = peak_rss <= LIMIT_MB * 1e6
    print(
        f"limit {'holds' if within else 'EXCEEDED'}: loadr {report.megabytes(peak_rss)} MB RSS of {LIMIT_MB} MB"
    )
    return within
