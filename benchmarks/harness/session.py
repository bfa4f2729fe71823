"""One comparison: peers in interleaved rounds against one nginx, each run measured."""

import resource
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from benchmarks.harness import machine, tools
from benchmarks.harness.errors import BenchmarkError
from benchmarks.harness.measure import Meter
from benchmarks.harness.nginx import DATA, NginxTarget, Speaks
from benchmarks.harness.statistics import Round, judge_round
from benchmarks.peers.base import Load, Peer

START_AND_STOP_SECS = 45
WARM_VUS = 10
OUTPUT_IN_ERRORS = 2000
WANTED_FILES = 16_384


class Session:
    """Runs peers; made by `open_session`.

    A first run of each peer, which does not count, puts its files into the file cache.
    """

    def __init__(self, meter: Meter, url: str, cores: machine.Cores) -> None:
        self._meter = meter
        self._warm: set[str] = set()
        self.url = url
        self.cores = cores

    def run(self, peer: Peer, load: Load, number: int) -> Round:
        """Run one peer once, and before its first run for a second with few users.

        Raises:
            BenchmarkError: it failed; the message holds the end of its output.
        """
        if peer.name not in self._warm:
            self._warm.add(peer.name)
            self._measure(peer, replace(load, vus=min(load.vus, WARM_VUS), seconds=1), number)
        return self._measure(peer, load, number)

    def _measure(self, peer: Peer, load: Load, number: int) -> Round:
        with tempfile.TemporaryDirectory(prefix=f"loadr-bench-{peer.name}-") as name:
            folder = Path(name)
            command = peer.command(replace(load, url=self.url), folder)
            measured = self._meter.run(command, folder, limit_secs=load.seconds + START_AND_STOP_SECS)
            if measured.exit_code != 0:
                raise BenchmarkError(
                    f"{peer.name} ended with exit code {measured.exit_code}\n{_output(folder)}"
                )
            if not measured.requests:
                raise BenchmarkError(f"{peer.name} sent no request\n{_output(folder)}")
            return judge_round(peer.name, number, measured, peer.report(folder))


@contextmanager
def open_session(speaks: Speaks = Speaks.HTTP_1, path: str = DATA) -> Iterator[Session]:
    """Choose cores, start nginx, and stop it at the end, whatever happens.

    Args:
        speaks: what nginx speaks.
        path: what the peers ask for.
    """
    _raise_file_limit()
    cores = machine.choose_cores()
    with NginxTarget(cores.target, speaks) as target:
        meter = Meter(
            cores,
            target_pid=target.pid,
            target_requests=target.requests,
            target_cpu_secs=target.cpu_secs,
        )
        yield Session(meter, f"{target.origin}{path}", cores)


def versions(peers: Sequence[Peer]) -> dict[str, str]:
    """The versions of nginx and of the peers, by name."""
    return {"nginx": tools.printed_version("nginx", "-v")} | {peer.name: peer.version() for peer in peers}


def require(peers: Sequence[Peer]) -> None:
    """Check that nginx, taskset and all peers are there before anything starts."""
    tools.require("nginx", "taskset", *(peer.program for peer in peers))


def interleaved(peers: Sequence[Peer], rounds: int) -> Iterator[tuple[int, Peer]]:
    """Round number from 1 and peer; each round starts with another peer, so that order favours none."""
    for number in range(rounds):
        shift = number % len(peers)
        for peer in [*peers[shift:], *peers[:shift]]:
            yield number + 1, peer


def _output(folder: Path) -> str:
    """The end of what a failed run printed."""
    texts = [
        (folder / name).read_text(encoding="utf-8", errors="replace").strip() for name in ("stdout", "stderr")
    ]
    return "\n".join(text[-OUTPUT_IN_ERRORS:] for text in texts if text)


def _raise_file_limit() -> None:
    """Let nginx and the generators have a descriptor per VU."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED_FILES if hard == resource.RLIM_INFINITY else min(WANTED_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
