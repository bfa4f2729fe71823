"""A journey with login, token, templates, checks and a choice: CPU per iteration, and loadr's own part of it."""

import argparse

from benchmarks.harness import own_cost
from benchmarks.harness.comparison import Comparison
from benchmarks.harness.nginx import Speaks
from benchmarks.peers import Load
from benchmarks.peers.base import filled
from benchmarks.peers.journeys import JOURNEYS, PLAN, REQUESTS

OWN_LIMIT_US = 12.0
ROUNDS, ITERATIONS = 20, 2_000
QUICK_ROUNDS, QUICK_ITERATIONS = 2, 200

COMPARISON = Comparison(
    "journey",
    Speaks.HTTP_1,
    peers=tuple(JOURNEYS),
    references=("k6", "locust"),
    among=JOURNEYS,
    requests_per_iteration=REQUESTS,
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the options."""
    COMPARISON.add_arguments(parser)
    parser.add_argument("--own", action="store_true", help="only loadr's own part, without a network")


def run(arguments: argparse.Namespace) -> int:
    """Measure, print and save; the exit code. With `--gate` loadr's own part has its limit as well."""
    rounds, iterations = (QUICK_ROUNDS, QUICK_ITERATIONS) if arguments.quick else (ROUNDS, ITERATIONS)
    plan = filled(PLAN, Load(url="http://127.0.0.1:9/", vus=1, seconds=1))
    own = own_cost.iteration_us(plan, rounds=rounds, iterations=iterations)
    print(
        f"loadr's own part, beyond the HTTP client: {own:.1f} µs CPU an iteration, "
        f"{own / REQUESTS:.1f} µs a request of {REQUESTS} (limit {OWN_LIMIT_US:g} µs a request)\n"
    )
    own_fails = arguments.gate is not None and own / REQUESTS > OWN_LIMIT_US
    if own_fails:
        print("gate FAILS: loadr's own part is above its limit")
    code = 0 if arguments.own else COMPARISON.run(arguments)
    return code or int(own_fails)
