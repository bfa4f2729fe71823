"""The metrics that scripts record: of their own names, with the kind that a name has once and for all."""

from collections.abc import Mapping
from typing import Final

from loadr_config.metrics import BUILT_IN_METRICS, MetricKind
from loadr_config.models import CustomMetric
from loadr_core.recording.recorder import FLUSH_ROWS, Recorder
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

    def record(self, kind: MetricKind, metric: str, value: float, tags: Mapping[str, str]) -> None:
        """Add a value.

        Raises:
            ValueError: the metric is of another kind.
        """
        known = self._kinds.setdefault(metric, kind)
        if known is not kind:
            raise ValueError(f"the metric {metric!r} is a {known.value}, not a {kind.value}")
        match kind:
            case MetricKind.COUNTER:
                self._recorder.counter(metric, tags).value += value
            case MetricKind.GAUGE:
                self._recorder.gauge(metric, tags).set(value)
            case MetricKind.RATE:
                cell = self._recorder.rate(metric, tags)
                cell.total += 1
                cell.hits += value != 0
            case MetricKind.TREND:
                series = self._recorder.rows(self._layout(metric), tags)
                series.rows.append((value * _MS, self._now()))
                if len(series.rows) >= FLUSH_ROWS:
                    series.flush()

    def _layout(self, metric: str) -> RowLayout:
        layout = self._layouts.get(metric)
        if layout is None:
            trend = TrendColumn(metric, "value", time=metric in self._times)
            layout = RowLayout(f"trend {metric}", ("value", "at"), at="at", trends=(trend,))
            self._layouts[metric] = layout
        return layout
