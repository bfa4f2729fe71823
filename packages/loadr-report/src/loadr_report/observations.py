"""What a threshold observed, in the unit of what it looked at."""

from typing import Final

from loadr_config.metrics import BUILT_IN_METRICS, MetricKind
from loadr_config.summary import MetricSummary, ThresholdSummary
from loadr_config.thresholds import ThresholdError, parse_expression
from loadr_report.arrangement import selector
from loadr_report.readings import Unit, unit_of

_SIGNIFICANT: Final = 5  # more than elsewhere: a bound missed narrowly must not read as the bound itself

NO_SAMPLES: Final = "no samples"


class MetricKinds:
    """The kind and unit of each metric of a run; a name that nobody recorded is taken for a counter."""

    def __init__(self, metrics: list[MetricSummary]) -> None:
        self._kinds = {name: (metric.kind, metric.time) for name, metric in BUILT_IN_METRICS.items()}
        self._kinds.update((metric.metric, (metric.kind, metric.time)) for metric in metrics)

    def kind(self, metric: str) -> tuple[MetricKind, bool]:
        """The kind, and whether values are times."""
        return self._kinds.get(metric, (MetricKind.COUNTER, False))


def observed_text(threshold: ThresholdSummary, kinds: MetricKinds) -> str:
    """What was observed: `p(95)=12.345ms`, `rate=0.12%`, or `no samples`."""
    if threshold.no_samples or threshold.observed is None:
        return NO_SAMPLES
    aggregation = _aggregation(threshold.expression)
    return f"{aggregation}={_value(threshold, aggregation, threshold.observed, kinds)}"


def _aggregation(expression: str) -> str:
    try:
        parsed = parse_expression(expression)
    except ThresholdError:  # a summary from elsewhere; its text is still worth showing
        return "value"
    return parsed.aggregation if parsed.percentile is None else f"p({parsed.percentile:g})"


def _value(threshold: ThresholdSummary, aggregation: str, observed: float, kinds: MetricKinds) -> str:
    metric, _ = selector(threshold.metric)
    kind, time = kinds.kind(metric)
    unit = unit_of(metric, kind, time=time)
    if kind is MetricKind.TREND and aggregation == "count":
        unit = Unit.NUMBER
    text = unit.text(observed, _SIGNIFICANT)
    return f"{text}/s" if kind is MetricKind.COUNTER and aggregation == "rate" else text
