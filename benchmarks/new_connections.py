"""CPU per request with a new connection for each of them, beside k6 with `noConnectionReuse`."""

from benchmarks.harness.comparison import Comparison
from benchmarks.harness.nginx import Speaks
from benchmarks.peers.k6 import K6Reconnecting
from benchmarks.peers.loadr import LoadrReconnecting
from benchmarks.peers.wrk import WrkReconnecting

COMPARISON = Comparison(
    "new-connections",
    Speaks.HTTP_1,
    peers=("loadr", "k6", "wrk"),
    references=("k6", "wrk"),
    among={peer.name: peer for peer in (LoadrReconnecting(), K6Reconnecting(), WrkReconnecting())},
)

add_arguments = COMPARISON.add_arguments
run = COMPARISON.run
