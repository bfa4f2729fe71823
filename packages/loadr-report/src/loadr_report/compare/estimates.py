"""Figures of a run from its columns, and of the runs that it might have been. Pure.

Values are on the scale on which they are compared: logarithms for ratios, as they are for shares. There
the difference of two runs is nearly normal.
"""

from collections.abc import Sequence
from math import log
from typing import Final

import numpy as np
from numpy.typing import NDArray

from loadr_report.compare.columns import RunColumns, TrendColumns
from loadr_report.compare.measures import Measure, Scale

Numbers = NDArray[np.float64]

FEWEST_BEYOND: Final = 20
"""Samples that must lie above a percentile for it to be compared: of fewer nothing can be said."""

_NEVER: Final = 1e-9  # the logarithm of nothing at all


def scaled(value: float, scale: Scale) -> float:
    """A value on the scale on which it is compared."""
    return log(max(value, _NEVER)) if scale is Scale.RELATIVE else value


def figures(columns: RunColumns, measure: Measure, weights: Numbers) -> Numbers | None:
    """A figure of a run in which intervals occur as often as told, on its scale.

    Args:
        columns: the run.
        measure: the figure.
        weights: shape (replicates, intervals).

    Returns:
        One value a replicate; `None` where the run has no samples of it.
    """
    key = measure.metric, measure.name
    if measure.percent is not None:
        trend = columns.trends.get(key)
        return None if trend is None else np.log(_percentiles(trend, measure.percent, weights))
    if measure.figure == "rate":
        rate = columns.rates.get(key)
        if rate is None:
            return None
        totals = weights @ rate.totals
        return np.divide(weights @ rate.hits, totals, out=np.zeros_like(totals), where=totals > 0)
    counter = columns.counters.get(key)
    if counter is None:
        return None
    return np.log(np.maximum((weights @ counter) / (weights @ columns.seconds), _NEVER))


def influences(columns: RunColumns, measure: Measure) -> Numbers | None:
    """What each interval adds to a figure's deviation, but for a factor: the series whose memory counts.

    The influence function of a percentile q at x is (p - [x <= q]) / f(q); that of a mean is x less the
    mean. Source: Hampel, "The influence curve and its role in robust estimation" (1974).
    """
    key = measure.metric, measure.name
    if measure.percent is not None:
        trend = columns.trends.get(key)
        if trend is None:
            return None
        whole = np.ones((1, columns.size))
        above = trend.values > _percentiles(trend, measure.percent, whole)[0]
        share = 1.0 - measure.percent / 100.0
        return np.asarray(trend.counts[:, above].sum(axis=1) - share * trend.counts.sum(axis=1))
    if measure.figure == "rate":
        rate = columns.rates.get(key)
        if rate is None or not rate.totals.sum():
            return None
        return np.asarray(rate.hits - rate.hits.sum() / rate.totals.sum() * rate.totals)
    counter = columns.counters.get(key)
    return None if counter is None else counter - counter.sum() / columns.seconds.sum() * columns.seconds


def grain(columns: RunColumns, measure: Measure) -> float:
    """The variance that rounding to buckets adds to a percentile on its scale: width squared by 12 (Sheppard)."""
    trend = columns.trends.get((measure.metric, measure.name))
    if measure.percent is None or trend is None:
        return 0.0
    value = _percentiles(trend, measure.percent, np.ones((1, columns.size)))[0]
    width = trend.widths[np.searchsorted(trend.values, value)]
    return float((width / value) ** 2 / 12.0)


def has_enough(samples: Sequence[int], measure: Measure) -> bool:
    """Whether there are samples enough beyond a percentile, in every run."""
    percent = measure.percent
    return percent is None or min(samples) * (100.0 - percent) / 100.0 >= FEWEST_BEYOND


def _percentiles(trend: TrendColumns, percent: float, weights: Numbers) -> Numbers:
    """As in the summary: the first bucket at which the running count reaches its share, rounded half up."""
    running = np.cumsum(weights @ trend.counts, axis=1)
    wanted = np.maximum(np.floor(percent / 100.0 * running[:, -1:] + 0.5), 1.0)
    return np.asarray(np.maximum(trend.values[(running >= wanted).argmax(axis=1)], _NEVER))
