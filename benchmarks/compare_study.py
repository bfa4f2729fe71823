"""How often `loadr compare` cries wolf over identical runs, and how often it finds 10 % at p95: by simulation.

Latencies are lognormal around a level that wanders from second to second (AR(1)), so that seconds are not
independent of each other. Everything is drawn from a seed: the figures are the same on every machine.
"""

import argparse
from array import array
from collections import Counter
from dataclasses import dataclass, replace
from math import exp, log, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from loadr_config.intervals import Interval, RateCounts, SeriesKey, TrendCounts
from loadr_config.metrics import MetricKind
from loadr_config.summary import Aggregate, MetricSummary, Summary
from loadr_report.compare import Outcome, compare
from loadr_report.store import StoredRun

_MEDIAN_US: Final = 20_000.0
_SIGMA: Final = 0.5
_DURATION: Final = SeriesKey("http_req_duration", "item", MetricKind.TREND)
_REQUESTS: Final = SeriesKey("http_reqs", "item", MetricKind.COUNTER)
_ITERATIONS: Final = SeriesKey("iterations", "", MetricKind.COUNTER)
_FAILED: Final = SeriesKey("http_req_failed", "item", MetricKind.RATE)
_CHECKS: Final = SeriesKey("checks", "", MetricKind.RATE)


@dataclass(frozen=True, slots=True)
class World:
    """What runs are drawn from.

    Attributes:
        seconds: how long a run is.
        rate: requests a second, drawn from a Poisson distribution.
        memory: the correlation of a second's level with the one before.
        wander: the standard deviation of the level's logarithm.
        stalls: the share of seconds in which everything takes three times as long.
        is_ramp: whether the rate rises in the first third, and latency with it.
        between: the standard deviation between runs of the same thing, of the logarithm.
        factor: by how much all requests are slower.
        tail_factor: by how much the slowest tenth is slower.
    """

    seconds: int = 120
    rate: float = 100.0
    memory: float = 0.8
    wander: float = 0.05
    stalls: float = 0.0
    is_ramp: bool = False
    between: float = 0.0
    factor: float = 1.0
    tail_factor: float = 1.0


WORLDS: Final = {
    "5 minutes, little memory": (World(seconds=300, memory=0.5), 1),
    "2 minutes": (World(), 1),
    "2 minutes, slow waves of 10 %": (World(memory=0.9, wander=0.1), 1),
    "2 minutes, 1 % of seconds stall": (World(stalls=0.01), 1),
    "2 minutes with a ramp": (World(is_ramp=True), 1),
    "1 minute": (World(seconds=60), 1),
    "5 runs of 1 minute, 3 % between runs": (World(seconds=60, between=0.03), 5),
    "2 minutes, 3 % between runs": (World(between=0.03), 1),
}
EFFECTS: Final = {
    "none": (1.0, 1.0),
    "all requests 10 % slower": (1.1, 1.0),
    "the slowest tenth 10 % slower": (1.0, 1.1),
}


@dataclass(frozen=True, slots=True)
class Found:
    """What comparisons of many pairs said, as shares of the pairs: of everything, and of p95."""

    overall: dict[Outcome, float]
    p95: dict[Outcome, float]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of this benchmark."""
    parser.add_argument("--pairs", type=int, default=400, help="pairs of runs for each line")
    parser.add_argument("--seed", type=int, default=1, help="of everything that is drawn")


def run(arguments: argparse.Namespace) -> int:
    """Print a line for each world and effect, as a table in Markdown."""
    print("| runs | effect | worse | better | same | inconclusive | p95 worse |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: |")
    for world_name, (world, runs) in WORLDS.items():
        for effect, (factor, tail_factor) in EFFECTS.items():
            changed = replace(world, factor=factor, tail_factor=tail_factor)
            found = study(world, changed, arguments.pairs, arguments.seed, runs)
            shares = [found.overall[outcome] for outcome in Outcome]
            cells = " | ".join(f"{share:.1%}" for share in (*shares, found.p95[Outcome.WORSE]))
            print(f"| {world_name} | {effect} | {cells} |", flush=True)
    return 0


def study(base: World, new: World, pairs: int, seed: int, runs: int = 1) -> Found:
    """Compare many pairs.

    Args:
        base: what the runs of the base are drawn from.
        new: what the new ones are drawn from.
        pairs: how many comparisons.
        seed: of everything that is drawn.
        runs: runs of each side.
    """
    generator = np.random.default_rng(seed)
    overall: Counter[Outcome] = Counter()
    p95: Counter[Outcome] = Counter()
    for _ in range(pairs):
        comparison = compare(
            [drawn_run(base, generator, f"base {number}") for number in range(runs)],
            [drawn_run(new, generator, f"new {number}") for number in range(runs)],
        )
        overall[comparison.outcome] += 1
        p95.update(row.outcome for row in comparison.rows if row.measure.figure == "p95")
    return Found(_shares(overall, pairs), _shares(p95, pairs))


def drawn_run(world: World, generator: np.random.Generator, label: str) -> StoredRun:
    """A run of a world."""
    level = generator.normal(0.0, world.wander)
    own = generator.normal(0.0, world.between)
    intervals = []
    for second in range(world.seconds):
        share = min(1.0, 3.0 * (second + 1) / world.seconds) if world.is_ramp else 1.0
        rise = 0.5 * share if world.is_ramp else 0.0
        requests = int(generator.poisson(world.rate * share))
        values = generator.lognormal(log(_MEDIAN_US) + level + own + rise, _SIGMA, requests)
        slowest = _MEDIAN_US * exp(rise + 1.2816 * _SIGMA)
        values = np.where(values > slowest, values * world.tail_factor, values) * world.factor
        if generator.random() < world.stalls:
            values = values * 3.0
        intervals.append(_interval(second, values, generator))
        level = world.memory * level + generator.normal(0.0, world.wander * sqrt(1.0 - world.memory**2))
    return StoredRun(label, _summary(label, world), tuple(intervals))


def _interval(second: int, values: NDArray[np.float64], generator: np.random.Generator) -> Interval:
    requests = len(values)
    indices, counts = np.unique(_buckets(values), return_counts=True)
    return Interval(
        second + 1.0,
        1.0,
        10,
        {
            _DURATION: TrendCounts(
                array("q", indices.tolist()), array("q", counts.tolist()), float(values.sum())
            ),
            _REQUESTS: float(requests),
            _ITERATIONS: float(requests),
            _FAILED: RateCounts(int(generator.binomial(requests, 0.01)), requests),
            _CHECKS: RateCounts(int(generator.binomial(requests, 0.99)), requests),
        },
    )


def _buckets(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """The buckets of values in microseconds: `loadr_config.buckets`, the other way round."""
    whole = np.maximum(values.astype(np.int64), 1)
    exponents = np.maximum(np.floor(np.log2(whole)).astype(np.int64) - 10, 0)
    return np.asarray((exponents << 10) + (whole >> exponents), dtype=np.int64)


def _summary(label: str, world: World) -> Summary:
    """Tells which metrics there are; their values come from the intervals."""
    count = round(world.rate * world.seconds)
    durations = Aggregate(count=count, med=1.0, p95=1.0, p99=1.0)
    rates = Aggregate(count=count, rate=0.0)
    return Summary(
        name="simulated",
        run_id=label,
        seed=1,
        loadr_version="0",
        started_ms=0,
        ended_ms=world.seconds * 1000,
        duration_secs=world.seconds,
        scenarios=[],
        metrics=[
            MetricSummary(metric=_DURATION.metric, kind=MetricKind.TREND, time=True, agg=durations),
            MetricSummary(metric=_REQUESTS.metric, kind=MetricKind.COUNTER, agg=Aggregate(per_second=1.0)),
            MetricSummary(metric=_ITERATIONS.metric, kind=MetricKind.COUNTER, agg=Aggregate(per_second=1.0)),
            MetricSummary(metric=_FAILED.metric, kind=MetricKind.RATE, agg=rates),
            MetricSummary(metric=_CHECKS.metric, kind=MetricKind.RATE, agg=rates),
        ],
        checks=[],
        thresholds=[],
        thresholds_passed=True,
    )


def _shares(counted: Counter[Outcome], pairs: int) -> dict[Outcome, float]:
    return {outcome: counted[outcome] / pairs for outcome in Outcome}
