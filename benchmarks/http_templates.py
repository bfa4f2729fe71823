"""CPU per request with a templated URL and header, three checks and a JSON extraction, beside k6 and Locust."""

from benchmarks.harness.comparison import Comparison
from benchmarks.harness.nginx import Speaks
from benchmarks.peers.templates import TEMPLATED

COMPARISON = Comparison(
    "http-templates",
    Speaks.HTTP_1,
    peers=("loadr", "k6"),
    references=("k6", "locust"),
    among=TEMPLATED,
)

add_arguments = COMPARISON.add_arguments
run = COMPARISON.run
