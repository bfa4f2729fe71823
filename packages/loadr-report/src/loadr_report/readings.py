"""What a metric kept, as text: the cells of a trend, the parts of the other kinds."""

from enum import Enum
from typing import Final

from loadr_config.metrics import MetricKind
from loadr_config.summary import Aggregate, MetricSummary
from loadr_report import quantities

TREND_COLUMNS: Final = ("avg", "min", "med", "max", "p90", "p95", "p99")
"""The fields of `Aggregate` that a summary shows of a trend, in order; also their headings."""

ABSENT: Final = "-"

_DATA_METRICS: Final = frozenset({"data_sent", "data_received"})
_RATIO_METRICS: Final = frozenset({"loadr_cpu"})


class Unit(Enum):
    """What a metric's values are."""

    TIME = "time"  # milliseconds
    DATA = "data"  # bytes
    RATIO = "ratio"  # 0 to 1
    NUMBER = "number"

    def text(self, value: float | None, significant: int = 3) -> str:
        """A value of this unit in full, with at least `significant` digits where that can be said."""
        if value is None:
            return ABSENT
        if self is Unit.TIME:
            return quantities.duration(value, significant)
        if self is Unit.DATA:
            return quantities.data(value)
        if self is Unit.RATIO:
            return quantities.percentage(value)
        return quantities.number(value, significant)

    def cell(self, value: float | None) -> str:
        """A value of this unit for a narrow column."""
        return quantities.compact(value) if self is Unit.NUMBER and value is not None else self.text(value)


def unit_of(metric: str, kind: MetricKind, *, time: bool) -> Unit:
    """The unit of a metric's values; a rate's is its ratio."""
    if time:
        return Unit.TIME
    if metric in _DATA_METRICS:
        return Unit.DATA
    if kind is MetricKind.RATE or metric in _RATIO_METRICS:
        return Unit.RATIO
    return Unit.NUMBER


def has_samples(metric: MetricSummary) -> bool:
    """Whether the metric has anything to show; a counter that never moved has not."""
    agg = metric.agg
    match metric.kind:
        case MetricKind.COUNTER:
            return bool(agg.sum)
        case MetricKind.GAUGE:
            return agg.last is not None
        case MetricKind.RATE | MetricKind.TREND:
            return bool(agg.count)


def trend_cells(metric: MetricSummary) -> tuple[str, ...]:
    """One cell for each of `TREND_COLUMNS`."""
    unit = unit_of(metric.metric, metric.kind, time=metric.time)
    return tuple(unit.cell(getattr(metric.agg, column)) for column in TREND_COLUMNS)


def reading(metric: MetricSummary) -> tuple[str, ...]:
    """The value of a counter, gauge or rate and what goes with it.

    Returns:
        Counter: sum, rate per second. Rate: percentage, hits of total. Gauge: value, min, max.
        Trend: its cells with their names.
    """
    agg = metric.agg
    unit = unit_of(metric.metric, metric.kind, time=metric.time)
    match metric.kind:
        case MetricKind.COUNTER:
            return (
                unit.text(agg.sum),
                *((f"{unit.text(agg.per_second)}/s",) if agg.per_second is not None else ()),
            )
        case MetricKind.RATE:
            return (unit.text(agg.rate), f"{Unit.NUMBER.text(agg.sum)} of {Unit.NUMBER.text(agg.count)}")
        case MetricKind.GAUGE:
            return (unit.text(agg.last), f"min {unit.text(agg.min)}", f"max {unit.text(agg.max)}")
        case MetricKind.TREND:
            return tuple(
                f"{name} {cell}" for name, cell in zip(TREND_COLUMNS, trend_cells(metric), strict=True)
            )


def rate_of(passes: int, fails: int) -> Aggregate:
    """Hits and misses as a rate's aggregate; without any sample it has no ratio."""
    total = passes + fails
    return Aggregate(rate=passes / total if total else None, sum=passes, count=total)
