"""Distributions as curves over the percentile, so that the far end is as wide as the middle.

A point's place is 1 / (1 - percentile), to be drawn on a logarithmic axis: 1 is 0 %, 2 the median, 100 is
99 %, 1,000 is 99.9 %. Source: the percentile plots of HdrHistogram.
"""

from collections.abc import Sequence

from loadr_report.distribution import Distribution

_PER_HALVING = 6
"""Points for each halving of what lies above; HdrHistogram prints five."""


def places(totals: Sequence[int]) -> list[float]:
    """Where curves are drawn, ascending: steps that suit all of them, and the end of each.

    Args:
        totals: how many values each curve stands for.
    """
    largest = max(totals, default=0)
    steps: set[float] = {float(total) for total in totals if total}
    step = 0
    while (place := 2.0 ** (step / _PER_HALVING)) < largest:
        steps.add(place)
        step += 1
    return sorted(steps)


def curve(distribution: Distribution, at: Sequence[float]) -> list[float | None]:
    """The values of a distribution at such places; none beyond the last value that it has.

    Args:
        distribution: what to draw.
        at: places, ascending.

    Returns:
        Milliseconds; at the place that equals the number of values stands the largest one.
    """
    total = distribution.total
    shares = [1.0 if place == total else 1 - 1 / place for place in at if place <= total]
    return [*distribution.quantiles(shares), *[None] * (len(at) - len(shares))]
