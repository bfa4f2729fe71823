"""One closed loop for several peers: options, interleaved rounds, the table, the gate.

The benchmarks that compare load generators are a `Comparison` each; what differs is the target and the peers.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from benchmarks import peers as known
from benchmarks.harness import machine, report, session
from benchmarks.harness.errors import BenchmarkError
from benchmarks.harness.nginx import DATA, Speaks
from benchmarks.harness.statistics import PeerSummary, Round, cpu_ratio, note_lines, summarize

VUS = 50
ROUNDS = 3
SECONDS = 8
QUICK_ROUNDS = 1
QUICK_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Comparison:
    """A benchmark.

    Attributes:
        name: as typed on the command line.
        speaks: what the target speaks.
        peers: those that are compared unless told otherwise.
        references: those that ratios are given to, the first of them the gate's.
        among: all peers that can be compared, by name.
        requests_per_iteration: what a user does before it begins anew, the same for all peers.
        path: what is asked of the target.
    """

    name: str
    speaks: Speaks
    peers: tuple[str, ...]
    references: tuple[str, ...]
    among: Mapping[str, known.Peer] = field(default_factory=lambda: known.PEERS)
    requests_per_iteration: int = 1
    path: str = DATA

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Describe the options."""
        gate = self.references[0]
        parser.add_argument("--peers", default=",".join(self.peers), help="of: " + ", ".join(self.among))
        parser.add_argument("--rounds", type=int, help=f"interleaved rounds, {ROUNDS} unless told")
        parser.add_argument("--seconds", type=int, help=f"per run, {SECONDS} unless told")
        parser.add_argument("--vus", type=int, default=VUS, help="concurrent users, each with a connection")
        parser.add_argument(
            "--quick", action="store_true", help=f"{QUICK_ROUNDS} round of {QUICK_SECONDS} s: a smoke test"
        )
        parser.add_argument(
            "--gate",
            type=float,
            metavar="N",
            help=f"exit with 1 unless loadr needs N times less CPU per request than {gate}",
        )

    def run(self, arguments: argparse.Namespace) -> int:
        """Measure, print and save; the exit code."""
        peers = known.choose(arguments.peers, self.among)
        against = self.references[0]
        if arguments.gate is not None and not {"loadr", against}.issubset(peer.name for peer in peers):
            raise BenchmarkError(f"--gate compares loadr with {against}: both must be among --peers")
        rounds = arguments.rounds or (QUICK_ROUNDS if arguments.quick else ROUNDS)
        seconds = arguments.seconds or (QUICK_SECONDS if arguments.quick else SECONDS)
        if rounds < 1 or seconds < 1 or arguments.vus < 1:
            raise BenchmarkError("--rounds, --seconds and --vus must be at least 1")
        session.require(peers)
        described = machine.describe(session.versions(peers))
        load = known.Load(url="", vus=arguments.vus, seconds=seconds)
        rows: list[Round] = []
        with session.open_session(self.speaks, self.path) as opened:
            cores = opened.cores
            for number, peer in session.interleaved(peers, rounds):
                row = opened.run(peer, load, number)
                rows.append(row)
                print(f"round {number}/{rounds}  {progress(row)}", file=sys.stderr, flush=True)
        summaries = summarize(rows)
        ratios = {name: cpu_ratio(summaries, "loadr", name) for name in self.references}
        print(render(summaries, self.references, self.requests_per_iteration))
        print("\n".join(["", *compare(ratios)]))
        print(
            f"{self.speaks.value}; rounds: {rounds} of {seconds} s each, {arguments.vus} VUs; "
            f"{describe_cores(cores)}"
        )
        print(report.describe_machine(described))
        path = report.save(
            self.name,
            described,
            {
                "load": {"vus": arguments.vus, "seconds": seconds, "rounds": rounds},
                "target": self.speaks.value,
                "cores": asdict(cores),
                "summary": [asdict(summary) for summary in summaries],
                "loadr_cpu_ratio": ratios,
                "rounds": [asdict(row) for row in rows],
            },
        )
        print(f"saved to {path}")
        return judge(ratios[against], arguments.gate, rows, against)


def judge(ratio: float | None, gate: float | None, rows: Sequence[Round], against: str = "k6") -> int:
    """Tell whether the gate holds, and how far its two peers' rounds can be trusted.

    A disturbed run keeps its verdict, with the doubt beside it; failed requests void it, as cheap
    failures would pass for fast requests.

    Returns:
        The exit code: 0 when there is no gate or it holds.
    """
    if gate is None or ratio is None:
        return 0
    compared = [row for row in rows if row.peer in {"loadr", against}]
    if any(row.failures for row in compared):
        print("gate FAILS: there were failed requests, so the ratio says nothing")
        return 1
    verdict = "holds" if ratio >= gate else "FAILS"
    print(
        f"gate {verdict}: loadr needs {ratio:.2f} times less CPU per request than {against}, wanted {gate:g}"
    )
    doubtful = sum(bool(row.notes) for row in compared)
    if doubtful:
        print(
            f"DOUBTFUL: {doubtful} of the {len(compared)} runs behind it carry notes; repeat on a quiet machine"
        )
    return 0 if ratio >= gate else 1


def progress(row: Round) -> str:
    """One finished run in one line."""
    line = (
        f"{row.peer:<10} {row.cpu_us:7.2f} µs/request  {row.rps:8,.0f}/s  "
        f"p50 {report.milliseconds(row.p50_ms)} ms  p99 {report.milliseconds(row.p99_ms)} ms  {report.megabytes(row.peak_rss)} MB"
    )
    return "  ".join([line, *(f"[{note}]" for note in row.notes)])


def compare(ratios: Mapping[str, float | None]) -> list[str]:
    """What the references need compared to loadr, one line each."""
    return [
        f"{name} needs {ratio:.2f} times the CPU per request that loadr needs"
        for name, ratio in ratios.items()
        if ratio is not None
    ]


def render(
    summaries: Sequence[PeerSummary], references: Sequence[str] = ("k6", "wrk"), per_iteration: int = 1
) -> str:
    """The table of medians, with the notes of all rounds below.

    Args:
        summaries: one a peer.
        references: those that ratios are given to.
        per_iteration: requests of an iteration; more than one have a column of their own.
    """
    by_iteration = per_iteration > 1
    cpu = {summary.peer: summary.cpu_us for summary in summaries}
    references = [name for name in references if name in cpu]
    header = [
        "peer",
        *(["CPU µs/iteration"] if by_iteration else []),
        "CPU µs/req",
        "(min to max)",
        "steady µs/req",
        "start+end CPU s",
        *(f"CPU vs {name}" for name in references),
        "req/s",
        "p50 ms",
        "p99 ms",
        "RSS MB",
        "PSS MB",
        "generator core",
        "nginx core",
    ]
    rows = [
        [
            summary.peer,
            *([f"{summary.cpu_us * per_iteration:.1f}"] if by_iteration else []),
            f"{summary.cpu_us:.2f}",
            f"{summary.cpu_us_min:.2f} to {summary.cpu_us_max:.2f}",
            f"{summary.steady_cpu_us:.2f}",
            f"{summary.fixed_cpu_secs:.2f}",
            *(f"{summary.cpu_us / cpu[name]:.2f}" for name in references),
            f"{summary.rps:,.0f}",
            report.milliseconds(summary.p50_ms),
            report.milliseconds(summary.p99_ms),
            report.megabytes(summary.peak_rss),
            report.megabytes(summary.peak_pss),
            f"{summary.generator_busy:.0%}",
            f"{summary.target_busy:.0%}",
        ]
        for summary in summaries
    ]
    notes = note_lines(summaries)
    return "\n".join([report.markdown_table(header, rows), *(["", *notes] if notes else [])])


def describe_cores(cores: machine.Cores) -> str:
    """Which core did what."""
    text = (
        f"nginx on core {cores.target}, generator on core {cores.generator}, sampling on core {cores.harness}"
    )
    if cores.siblings:
        text += "; both are hyperthreads of one physical core, so absolute numbers are too high"
    return text
