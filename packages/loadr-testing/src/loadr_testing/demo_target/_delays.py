"""Endpoints that answer late."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from loadr_testing.demo_target._recent import RecentlyUsed
from loadr_testing.demo_target._replies import Response, json_response
from loadr_testing.demo_target._routing import ANY, RefusedVisit, Router, Visit, bounded_integer

LIMIT_MS = 60_000
"""Longest delay, in milliseconds."""

_SERIES_KEPT = 256


@dataclass(frozen=True, slots=True)
class DelayDistribution:
    """How long a delay is, in milliseconds.

    Args:
        name: A key of `SAMPLERS`.
        mean: Mean before clamping, in ms.
        low: Smallest delay, in ms.
        high: Largest delay, in ms.
        stddev: Of ``normal``, in ms.
        sigma: Of ``lognormal``: the standard deviation of the delay's logarithm.
        seed: Chooses the series.
    """

    name: str
    mean: float
    low: float
    high: float
    stddev: float
    sigma: float
    seed: int

    def sample(self, generator: Random) -> float:
        """Draw the next delay in ms."""
        return min(max(SAMPLERS[self.name](self, generator), self.low), self.high)


def _lognormal(delay: DelayDistribution, generator: Random) -> float:
    # The mean of a lognormal is exp(mu + sigma²/2); solved for mu, so that `mean` is the mean.
    return generator.lognormvariate(math.log(delay.mean) - delay.sigma**2 / 2, delay.sigma)


SAMPLERS: Mapping[str, Callable[[DelayDistribution, Random], float]] = {
    "constant": lambda delay, _: delay.mean,
    "uniform": lambda delay, generator: generator.uniform(delay.low, delay.high),
    "exponential": lambda delay, generator: generator.expovariate(1 / delay.mean),
    "normal": lambda delay, generator: generator.gauss(delay.mean, delay.stddev),
    "lognormal": _lognormal,
}
"""The distributions by name; each draws one delay in ms, before clamping."""


def read_distribution(visit: Visit) -> DelayDistribution:
    """Read a distribution from the query.

    Raises:
        RefusedVisit: If a parameter is wrong.
    """
    name = visit.parameter("distribution") or "constant"
    if name not in SAMPLERS:
        raise RefusedVisit(400, f"distribution must be one of {', '.join(SAMPLERS)}")
    mean = visit.number("mean", default=100, low=0.001, high=LIMIT_MS)
    distribution = DelayDistribution(
        name,
        mean,
        low=visit.number("min", default=0, low=0, high=LIMIT_MS),
        high=visit.number(
            "max", default=min(2 * mean, LIMIT_MS) if name == "uniform" else LIMIT_MS, low=0, high=LIMIT_MS
        ),
        stddev=visit.number("stddev", default=mean / 4, low=0, high=LIMIT_MS),
        sigma=visit.number("sigma", default=0.5, low=0, high=5),
        seed=visit.integer("seed", default=0, low=0, high=2**53),
    )
    if distribution.low > distribution.high:
        raise RefusedVisit(400, "min must not be above max")
    return distribution


def add_delays(router: Router) -> None:
    """Register the endpoints of this module; each router has its own series."""
    series: RecentlyUsed[DelayDistribution, Random] = RecentlyUsed(_SERIES_KEPT)

    def drawn(visit: Visit) -> Response:
        distribution = read_distribution(visit)
        generator = series.get_or_make(
            distribution,
            lambda: Random(distribution.seed),  # noqa: S311 - a repeatable series, not a secret
        )
        return _late(distribution.sample(generator))

    router.add(ANY, "/delay", drawn)
    router.add(ANY, "/delay/{ms}", lambda visit: _late(bounded_integer("ms", visit.captured, 0, LIMIT_MS)))


def _late(milliseconds: float) -> Response:
    return json_response({"delay_ms": round(milliseconds, 3)}, delay=milliseconds / 1000)
