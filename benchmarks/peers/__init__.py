"""The load generators that are compared: one module each, this one knows them all by name."""

from collections.abc import Mapping

from benchmarks.harness.errors import BenchmarkError
from benchmarks.peers.base import Load, Peer
from benchmarks.peers.h2load import H2load
from benchmarks.peers.hey import Hey
from benchmarks.peers.k6 import K6, K6Discard
from benchmarks.peers.loadr import Loadr
from benchmarks.peers.locust import Locust
from benchmarks.peers.wrk import Wrk

__all__ = ["DEFAULT_PEERS", "PEERS", "Load", "Peer", "choose"]

PEERS: dict[str, Peer] = {
    peer.name: peer for peer in (Loadr(), K6(), K6Discard(), Wrk(), Hey(), H2load(), Locust())
}
DEFAULT_PEERS = ("loadr", "k6", "wrk", "hey", "locust")


def choose(text: str, among: Mapping[str, Peer] = PEERS) -> list[Peer]:
    """The peers of a comma-separated list, in its order.

    Args:
        text: their names.
        among: those that there are.

    Raises:
        BenchmarkError: a name is unknown, or there is none.
    """
    names = [name.strip() for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name not in among]
    if unknown or not names:
        raise BenchmarkError(
            f"unknown peers: {', '.join(unknown) or '(none given)'}; known: {', '.join(among)}"
        )
    return [among[name] for name in dict.fromkeys(names)]
