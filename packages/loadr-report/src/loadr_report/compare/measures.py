"""What is compared: a metric, over all requests or those of one name, and a figure of it. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from loadr_config.metrics import BUILT_IN_METRICS, MetricKind
from loadr_config.summary import MetricSummary, Summary


class Scale(Enum):
    """How two values are compared."""

    RELATIVE = "relative"  # by their ratio
    ABSOLUTE = "absolute"  # by their difference: shares, which may be zero


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure of a metric.

    Attributes:
        metric: the metric.
        name: the request's name; empty for all samples.
        figure: `p50`, `p95`, `p99`, `per_second` or `rate`.
        more_is_better: whether a higher value is better.
        is_key: whether the overall verdict needs to know how it is.
    """

    metric: str
    name: str
    figure: str
    more_is_better: bool = False
    is_key: bool = False

    @property
    def percent(self) -> float | None:
        """The per cent of a percentile; `None` for other figures."""
        return float(self.figure[1:]) if self.figure in _PERCENTILES else None

    @property
    def scale(self) -> Scale:
        """How its values are compared."""
        return Scale.ABSOLUTE if self.figure == "rate" else Scale.RELATIVE

    @property
    def text(self) -> str:
        """For people and for programs: `http_req_duration{name:login} p95`."""
        selector = f"{{name:{self.name}}}" if self.name else ""
        return f"{self.metric}{selector} {self.figure}"


_PERCENTILES: Final = ("p50", "p95", "p99")
_FIELDS: Final = {"p50": "med", "p95": "p95", "p99": "p99", "per_second": "per_second", "rate": "rate"}
_CORRECTED: Final = "http_req_corrected_duration"


Series = Mapping[tuple[str, str], MetricSummary]
"""The metrics of a run that can be compared, by metric and request name; the name is empty for all samples."""


def series_of(summary: Summary) -> Series:
    """What can be compared of one run."""
    return {
        (metric.metric, metric.tags.get("name", "")): metric
        for metric in summary.metrics
        if not metric.tags or metric.tags.keys() == {"name"}
    }


def measures_of(known: Sequence[Series]) -> list[Measure]:
    """What can be compared of runs: what all of them have.

    Latency by its percentiles, over all requests, and where there are several names by the p95 of each;
    throughput; the shares of failed requests and of checks that passed; times that a plan measures itself
    by their p95.
    """
    common = [key for key in known[0] if all(key in one for one in known[1:])]
    names = Counter(metric for metric, name in common if name)
    found: list[Measure] = []
    for metric, name in common:
        found.extend(_figures(known[0][metric, name], name, names[metric]))
    found.sort(key=lambda measure: bool(measure.name))
    return found


def value_in(series: Series, measure: Measure) -> float | None:
    """The figure as a summary has it; milliseconds for times."""
    found = series.get((measure.metric, measure.name))
    value: float | None = None if found is None else getattr(found.agg, _FIELDS[measure.figure])
    return value


def samples_in(series: Series, measure: Measure) -> int:
    """How many samples are behind the figure."""
    found = series.get((measure.metric, measure.name))
    return 0 if found is None else found.agg.count or 0


def _figures(series: MetricSummary, name: str, names: int) -> Iterable[Measure]:
    metric, kind = series.metric, series.kind
    if name and names < 2:
        return  # it would say what the whole says
    if kind is MetricKind.TREND and series.time and series.agg.count:
        if _is_duration(metric):
            for figure in ("p95",) if name else _PERCENTILES:
                if not (name and metric == _CORRECTED):
                    yield Measure(metric, name, figure, is_key=figure == "p95" and not name)
        elif metric not in BUILT_IN_METRICS and not name:
            yield Measure(metric, name, "p95")
    elif name:
        return
    elif kind is MetricKind.COUNTER and (metric == "iterations" or _is_request_count(metric)):
        yield Measure(metric, name, "per_second", more_is_better=True, is_key=metric != "iterations")
    elif kind is MetricKind.RATE and series.agg.count and metric in ("http_req_failed", "checks"):
        yield Measure(
            metric, name, "rate", more_is_better=metric == "checks", is_key=metric == "http_req_failed"
        )


def _is_duration(metric: str) -> bool:
    return metric == _CORRECTED or (metric.endswith("_req_duration") and metric != "plugin_req_duration")


def _is_request_count(metric: str) -> bool:
    return metric.endswith("_reqs") and metric != "plugin_reqs"
