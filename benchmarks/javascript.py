"""The same scripts, run by loadr and by k6: CPU per iteration, and loadr's own part of it."""

import argparse
from typing import Final

from benchmarks.harness import own_cost
from benchmarks.harness.comparison import Comparison
from benchmarks.harness.nginx import Speaks
from benchmarks.peers.base import Load, filled
from benchmarks.peers.scripts import CASES, script_peers

ROUNDS, ITERATIONS = 10, 2_000
QUICK_ROUNDS, QUICK_ITERATIONS = 2, 100

COMPARISONS: Final = {
    name: Comparison(
        f"javascript-{name}",
        Speaks.HTTP_1,
        peers=("loadr", "k6"),
        references=("k6",),
        among=script_peers(case),
        requests_per_iteration=case.requests,
    )
    for name, case in CASES.items()
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the options."""
    next(iter(COMPARISONS.values())).add_arguments(parser)
    parser.add_argument("--case", choices=[*CASES, "all"], default="all", help="one script, all unless told")
    parser.add_argument("--own", action="store_true", help="only loadr's own part, without a network")


def run(arguments: argparse.Namespace) -> int:
    """Measure, print and save; the exit code."""
    names = list(CASES) if arguments.case == "all" else [arguments.case]
    code = 0
    for name in names:
        rounds, iterations = (QUICK_ROUNDS, QUICK_ITERATIONS) if arguments.quick else (ROUNDS, ITERATIONS)
        own = own_cost.iteration_us(own_plan(name), rounds=rounds, iterations=iterations)
        print(f"## {name}: {CASES[name].about}\n")
        print(f"loadr's own part, beyond the HTTP client: {own:.1f} µs CPU an iteration\n")
        if not arguments.own:
            code = max(code, COMPARISONS[name].run(arguments))
            print()
    return code


def own_plan(name: str) -> str:
    """A plan that runs a case's script as `loadr run` does; nothing listens where it sends to."""
    script = filled(CASES[name].text, Load(url="http://127.0.0.1:9/", vus=1, seconds=1)).replace(
        "sleep(0.001)", "sleep(0)"
    )
    return own_cost.plan_of_script(name, script)
