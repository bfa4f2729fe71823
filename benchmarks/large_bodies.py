"""CPU per request with 100 KB bodies that nobody reads, beside k6 with `discardResponseBodies`."""

from benchmarks.harness.comparison import Comparison
from benchmarks.harness.nginx import LARGE, Speaks
from benchmarks.peers.k6 import K6Discard
from benchmarks.peers.loadr import LoadrDiscard
from benchmarks.peers.wrk import Wrk

COMPARISON = Comparison(
    "large-bodies",
    Speaks.HTTP_1,
    peers=("loadr", "k6-discard", "wrk"),
    references=("k6-discard", "wrk"),
    among={peer.name: peer for peer in (LoadrDiscard(), K6Discard(), Wrk())},
    path=LARGE,
)

add_arguments = COMPARISON.add_arguments
run = COMPARISON.run
