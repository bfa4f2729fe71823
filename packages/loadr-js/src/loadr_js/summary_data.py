"""What `handleSummary(data)` gets: the summary in k6's shape, or loadr's own. Pure.

k6's shape (its documentation, "Custom summary"): `root_group` with groups and checks nested by name,
`options`, `state`, and `metrics` by name with `type`, `contains`, `values` and `thresholds`. A metric of a
threshold's selector is listed as `name{tag:value}`.
"""

import re
from collections.abc import Sequence
from typing import Any, Final

from loadr_config.metrics import MetricKind
from loadr_config.summary import CheckSummary, MetricSummary, Summary, ThresholdSummary

_SEPARATOR: Final = "::"
_US_PER_MS: Final = 1000.0
_PERCENTILE: Final = re.compile(r"p\((\d+(?:\.\d+)?)\)")
_DATA_METRICS: Final = frozenset({"data_sent", "data_received"})


def k6_data(summary: Summary, trend_stats: Sequence[str], *, tty: bool = False) -> dict[str, Any]:
    """The summary as k6 hands it over.

    Args:
        summary: the run's.
        trend_stats: the statistics of trends: avg, min, med, max, count, p(N).
        tty: whether standard output is a terminal.
    """
    return {
        "root_group": _group("", "", summary.checks),
        "options": {"summaryTrendStats": list(trend_stats), "summaryTimeUnit": "", "noColor": False},
        "state": {
            "isStdOutTTY": tty,
            "isStdErrTTY": tty,
            "testRunDurationMs": summary.duration_secs * 1000.0,
        },
        "metrics": _metrics(summary, trend_stats),
    }


def loadr_data(summary: Summary, trend_stats: Sequence[str]) -> dict[str, Any]:
    """Loadr's own summary; its metrics can also be reached by k6's names, which the script's side adds."""
    return {**summary.as_json(), "k6_metrics": _metrics(summary, trend_stats)}


def _metrics(summary: Summary, trend_stats: Sequence[str]) -> dict[str, Any]:
    metrics: dict[str, Any] = {}
    by_selector: dict[str, list[ThresholdSummary]] = {}
    for threshold in summary.thresholds:
        by_selector.setdefault(threshold.metric, []).append(threshold)
    for metric in summary.metrics:
        name = _name(metric)
        if metric.tags and name not in by_selector:
            continue
        entry: dict[str, Any] = {
            "type": metric.kind.value,
            "contains": _contains(metric),
            "values": _values(metric, trend_stats),
        }
        if name in by_selector:
            entry["thresholds"] = {
                threshold.expression: {"ok": threshold.passed} for threshold in by_selector[name]
            }
        metrics[name] = entry
    return metrics


def _name(metric: MetricSummary) -> str:
    if not metric.tags:
        return metric.metric
    return f"{metric.metric}{{{','.join(f'{key}:{value}' for key, value in metric.tags.items())}}}"


def _contains(metric: MetricSummary) -> str:
    if metric.time:
        return "time"
    return "data" if metric.metric in _DATA_METRICS else "default"


def _values(metric: MetricSummary, trend_stats: Sequence[str]) -> dict[str, float]:
    agg = metric.agg
    match metric.kind:
        case MetricKind.COUNTER:
            return {"count": agg.sum or 0.0, "rate": agg.per_second or 0.0}
        case MetricKind.RATE:
            passes = agg.sum or 0.0
            return {"rate": agg.rate or 0.0, "passes": passes, "fails": (agg.count or 0) - passes}
        case MetricKind.GAUGE:
            return {"value": agg.last or 0.0, "min": agg.min or 0.0, "max": agg.max or 0.0}
        case MetricKind.TREND:
            return {stat: _statistic(metric, stat) for stat in trend_stats}


_AGGREGATES: Final = {
    "avg": "avg",
    "min": "min",
    "med": "med",
    "max": "max",
    "count": "count",
    "p(90)": "p90",
    "p(95)": "p95",
    "p(99)": "p99",
    "p(99.9)": "p999",
}


def _statistic(metric: MetricSummary, stat: str) -> float:
    """One statistic; a percentile that the summary does not list comes from its histogram."""
    known = _AGGREGATES.get(stat)
    if known is not None:
        return float(getattr(metric.agg, known) or 0.0)
    percentile = _PERCENTILE.fullmatch(stat)
    if percentile is None or metric.histogram is None:
        return 0.0
    from hdrh.histogram import HdrHistogram  # noqa: PLC0415 - only for unusual percentiles

    histogram: Any = HdrHistogram.decode(metric.histogram)
    return float(histogram.get_value_at_percentile(float(percentile[1]))) / _US_PER_MS


def _group(name: str, path: str, checks: Sequence[CheckSummary]) -> dict[str, Any]:
    """A group with the checks right in it, and its groups, from the checks' paths."""
    inner: dict[str, list[CheckSummary]] = {}
    own = []
    for check in checks:
        if check.group == path:
            own.append(
                {
                    "name": check.name,
                    "path": f"{path}{_SEPARATOR}{check.name}",
                    "id": "",
                    "passes": check.passes,
                    "fails": check.fails,
                }
            )
        elif check.group.startswith(f"{path}{_SEPARATOR}"):
            below = check.group.removeprefix(f"{path}{_SEPARATOR}").partition(_SEPARATOR)[0]
            inner.setdefault(below, []).append(check)
    return {
        "name": name,
        "path": path,
        "id": "",
        "groups": [_group(below, f"{path}{_SEPARATOR}{below}", held) for below, held in inner.items()],
        "checks": own,
    }
