"""What Prometheus gets of each series. Pure.

=======  =====================================================================================
counter  `NAME_total`
rate     `NAME_hits_total`, `NAME_trials_total`, and the share of hits as the gauge `NAME_rate`
gauge    `NAME`
trend    `NAME{quantile}`, `NAME_sum`, `NAME_count`, and the gauges `NAME_min`, `NAME_max`
=======  =====================================================================================

NAME is `loadr_` and the metric's name; a trend of time is in seconds and ends in `_seconds`. All
figures are those of the whole run so far. Sources: the Prometheus data model, and the naming rules of
OpenMetrics 1.0 (base units, `_total`).
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from loadr_config.metrics import MetricKind
from loadr_outputs.series import SeriesState

PREFIX: Final = "loadr_"
QUANTILES: Final = (0.5, 0.9, 0.95, 0.99, 0.999)

_NOT_IN_NAMES: Final = re.compile(r"[^a-zA-Z0-9_]")
_MS: Final = 1000.0


class Family(NamedTuple):
    """A name with its type, as the exposition formats group samples."""

    name: str
    type: str


class PrometheusSample(NamedTuple):
    """One value."""

    family: Family
    name: str
    labels: dict[str, str]
    value: float


def samples_of(state: SeriesState, *, native: bool = False) -> Iterator[PrometheusSample]:
    """The samples of a series.

    Args:
        state: the series.
        native: leave out what a native histogram says as well.
    """
    name, labels, unit = name_of(state), labels_of(state.tags), unit_of(state)
    match state.kind:
        case MetricKind.COUNTER:
            yield _one(name, "counter", "_total", labels, state.sum)
        case MetricKind.RATE:
            yield _one(f"{name}_hits", "counter", "_total", labels, state.sum)
            yield _one(f"{name}_trials", "counter", "_total", labels, state.count)
            yield _one(f"{name}_rate", "gauge", "", labels, state.sum / state.count if state.count else 0.0)
        case MetricKind.GAUGE:
            yield _one(name, "gauge", "", labels, state.last)
        case MetricKind.TREND:
            if not native:
                family = Family(name, "summary")
                for quantile, value in zip(QUANTILES, state.quantiles(QUANTILES), strict=True):
                    quantiles = {**labels, "quantile": f"{quantile:g}"}
                    yield PrometheusSample(family, name, quantiles, value / unit)
                yield PrometheusSample(family, f"{name}_sum", labels, state.sum / unit)
                yield PrometheusSample(family, f"{name}_count", labels, state.count)
            yield _one(f"{name}_min", "gauge", "", labels, state.min / unit)
            yield _one(f"{name}_max", "gauge", "", labels, state.max / unit)


def _one(name: str, kind: str, suffix: str, labels: dict[str, str], value: float) -> PrometheusSample:
    return PrometheusSample(Family(name, kind), name + suffix, labels, value)


def name_of(state: SeriesState) -> str:
    """The base name: prefix, metric, and the unit of times."""
    name = _NOT_IN_NAMES.sub("_", state.metric)
    name = name if name.startswith(PREFIX) else PREFIX + name
    return f"{name}_seconds" if state.time else name


def unit_of(state: SeriesState) -> float:
    """What to divide a value by to get the base unit."""
    return _MS if state.time else 1.0


def labels_of(tags: Mapping[str, str]) -> dict[str, str]:
    """Tags as labels."""
    labels = {}
    for key, value in tags.items():
        label = _NOT_IN_NAMES.sub("_", key)
        labels[f"_{label}" if label[:1].isdigit() else label] = value
    return labels
