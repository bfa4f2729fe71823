"""Peak memory of the whole process tree with 1,000 and 10,000 VUs that think a second after each request."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict

from benchmarks import peers as known
from benchmarks.harness import machine, report, session
from benchmarks.harness.errors import BenchmarkError
from benchmarks.harness.statistics import PeerSummary, Round, note_lines, summarize

LIMITS_MB = {1000: 100, 10_000: 600}
"""By the number of VUs; there is none for other numbers."""

SECONDS = 10
QUICK_SECONDS = 4
VUS_A_SECOND = 500
"""Many VUs need longer until all of them run: the run has a second more for so many."""

THINK_SECS = 1.0
PEERS = ("loadr", "k6", "locust")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the options."""
    parser.add_argument("--peers", default=",".join(PEERS), help="of: loadr, k6, k6-discard, locust")
    parser.add_argument("--rounds", type=int, default=1, help="interleaved rounds, 1 unless told")
    parser.add_argument("--seconds", type=int, help=f"per run, {SECONDS} and more unless told")
    parser.add_argument(
        "--vus",
        default=",".join(map(str, LIMITS_MB)),
        help="concurrent users, each with a connection; several numbers one after the other",
    )
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_SECONDS} s and more a run")
    limits = ", ".join(f"{limit} MB with {vus:,}" for vus, limit in LIMITS_MB.items())
    parser.add_argument("--gate", action="store_true", help=f"exit with 1 when loadr's RSS exceeds {limits}")


def run(arguments: argparse.Namespace) -> int:
    """Measure, print and save; the exit code."""
    peers = known.choose(arguments.peers)
    if any(peer.name in {"wrk", "hey", "h2load"} for peer in peers):
        raise BenchmarkError("wrk, hey and h2load have no think time and so no part in this benchmark")
    if arguments.gate and "loadr" not in [peer.name for peer in peers]:
        raise BenchmarkError("--gate judges loadr: it must be among --peers")
    counts = counts_of(arguments.vus)
    if arguments.rounds < 1 or (arguments.seconds is not None and arguments.seconds < 1):
        raise BenchmarkError("--rounds and --seconds must be at least 1")
    least = QUICK_SECONDS if arguments.quick else SECONDS
    seconds = {vus: arguments.seconds or least + vus // VUS_A_SECOND for vus in counts}
    session.require(peers)
    described = machine.describe(session.versions(peers))
    rows: dict[int, list[Round]] = {vus: [] for vus in counts}
    with session.open_session() as opened:
        for vus in counts:
            load = known.Load(url="", vus=vus, seconds=seconds[vus], think_secs=THINK_SECS)
            for number, peer in session.interleaved(peers, arguments.rounds):
                rows[vus].append(opened.run(peer, load, number))
                done = f"{vus:,} VUs, round {number}/{arguments.rounds}  {peer.name} done"
                print(done, file=sys.stderr, flush=True)
    summaries = {vus: summarize(measured) for vus, measured in rows.items()}
    header = ["VUs", "peer", "RSS MB", "PSS MB", "KB per VU", "req/s", "CPU of its core"]
    cells = [_cells(summary, vus) for vus in counts for summary in summaries[vus]]
    print(report.markdown_table(header, cells))
    notes = [line for vus in counts for line in note_lines(summaries[vus], f"{vus:,} VUs")]
    print("\n".join(["", *notes]))
    lengths = ", ".join(f"{seconds[vus]} s with {vus:,} VUs" for vus in counts)
    print(f"rounds: {arguments.rounds} of {lengths}; {THINK_SECS:g} s think time")
    print(report.describe_machine(described))
    path = report.save(
        "memory-vus",
        described,
        {
            "load": {"seconds": seconds, "rounds": arguments.rounds, "think_secs": THINK_SECS},
            "limits_mb": LIMITS_MB,
            "summary": {vus: [asdict(summary) for summary in summaries[vus]] for vus in counts},
            "rounds": {vus: [asdict(row) for row in rows[vus]] for vus in counts},
        },
    )
    print(f"saved to {path}")
    within = [
        judge(summary.peak_rss, vus)
        for vus in counts
        for summary in summaries[vus]
        if summary.peer == "loadr" and vus in LIMITS_MB
    ]
    return 1 if arguments.gate and not all(within) else 0


def counts_of(text: str) -> Sequence[int]:
    """Numbers of VUs, separated by commas.

    Raises:
        BenchmarkError: they are none.
    """
    try:
        counts = [int(part) for part in text.split(",")]
    except ValueError:
        counts = []
    if not counts or min(counts) < 1:
        raise BenchmarkError(f"--vus takes numbers from 1 on, separated by commas, not {text!r}")
    return list(dict.fromkeys(counts))


def _cells(summary: PeerSummary, vus: int) -> list[str]:
    return [
        f"{vus:,}",
        summary.peer,
        report.megabytes(summary.peak_rss),
        report.megabytes(summary.peak_pss),
        f"{summary.peak_pss / vus / 1e3:.0f}",
        f"{summary.rps:,.0f}",
        f"{summary.generator_busy:.0%}",
    ]


def judge(peak_rss: float, vus: int) -> bool:
    """Tell whether loadr keeps its limit, by the stricter of the two sums.

    Args:
        peak_rss: Sum of the tree's resident sizes in bytes, shared pages counted in each process.
        vus: How many VUs it had.
    """
    limit = LIMITS_MB[vus]
    within = peak_rss <= limit * 1e6
    print(
        f"limit {'holds' if within else 'EXCEEDED'}: loadr with {vus:,} VUs "
        f"{report.megabytes(peak_rss)} MB RSS of {limit} MB"
    )
    return within
