"""The metrics that scripts record: of their own names, with the kind that a name has once and for all."""

from collections.abc import Callable, Mapping
from typing import Final

from loadr_config.metrics import BUILT_IN_METRICS, MetricKind
from loadr_config.models import CustomMetric
from loadr_core.recording.recorder import FLUSH_ROWS, CounterCell, RateCell, Recorder, RowSeries
from loadr_core.spi.clock import Clock
from loadr_core.spi.rows import RowLayout, TrendColumn

# Trends are kept as times: a plain number counts as so many milliseconds.
_MS: Final = 1e-3


class ScriptMetrics:
    """Records for all scripts of a worker.

    Args:
        recorder: where the series are opened.
        clock: the time.
        declared: the plan's own metrics, by name.
    """

    def __init__(self, recorder: Recorder, clock: Clock, declared: Mapping[str, CustomMetric]) -> None:
        self._recorder = recorder
        self._now = clock.now
        self._kinds: dict[str, MetricKind] = {
            name: definition.kind for name, definition in BUILT_IN_METRICS.items()
        }
        self._kinds.update((name, MetricKind(metric.kind)) for name, metric in declared.items())
        self._times = {name for name, metric in declared.items() if metric.time}
        self._times.update(name for name, definition in BUILT_IN_METRICS.items() if definition.time)
        self._layouts: dict[str, RowLayout] = {}

    def adder(self, kind: MetricKind, metric: str, tags: Mapping[str, str]) -> Callable[[float], None]:
        """What adds a value to a metric under some tags; worth keeping, as looking it up costs 2 us.

        Raises:
            ValueError: the metric is of another kind.
        """
        known = self._kinds.setdefault(metric, kind)
        if known is not kind:
            raise ValueError(f"the metric {metric!r} is a {known.value}, not a {kind.value}")
        match kind:
            case MetricKind.COUNTER:
                return _count_in(self._recorder.counter(metric, tags))
            case MetricKind.GAUGE:
                return self._recorder.gauge(metric, tags).set
            case MetricKind.RATE:
                return _rate_in(self._recorder.rate(metric, tags))
            case MetricKind.TREND:
                return self._append_to(self._recorder.rows(self._layout(metric), tags))

    def _append_to(self, series: RowSeries) -> Callable[[float], None]:
        now = self._now

        def add(value: float) -> None:
            rows = series.rows
            rows.append((value * _MS, now()))
            if len(rows) >= FLUSH_ROWS:
                series.flush()

        return add

    def _layout(self, metric: str) -> RowLayout:
        layout = self._layouts.get(metric)
        if layout is None:
            trend = TrendColumn(metric, "value", time=metric in self._times)
            layout = RowLayout(f"trend {metric}", ("value", "at"), at="at", trends=(trend,))
            self._layouts[metric] = layout
        return layout


def _count_in(cell: CounterCell) -> Callable[[float], None]:
    def add(value: float) -> None:
        cell.value += value

    return add


def _rate_in(cell: RateCell) -> Callable[[float], None]:
    def add(value: float) -> None:
        cell.total += 1
        cell.hits += value != 0

    return add
