"""CPU per request, requests per second, latency and memory: 50 VUs in a closed loop, 500-byte JSON."""

from benchmarks.harness.comparison import Comparison
from benchmarks.harness.nginx import Speaks
from benchmarks.peers import DEFAULT_PEERS

COMPARISON = Comparison(
    "http-closed-loop", Speaks.HTTP_1, peers=DEFAULT_PEERS, references=("k6", "wrk", "locust", "hey")
)

add_arguments = COMPARISON.add_arguments
run = COMPARISON.run
