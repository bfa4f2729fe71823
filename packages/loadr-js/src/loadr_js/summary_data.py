"""What `handleSummary(data)` gets: the summary in k6's shape, or loadr's own. Pure.

k6's shape (its documentation, "Custom summary"): `root_group` with groups and checks nested by name,
`options`, `state`, and `metrics` by name with `type`, `contains`, `values` and `thresholds`. A metric of a
threshold's selector is listed as `name{tag:value}`.
"""

import re
from collections.abc import Sequence
from hashlib import md5
from typing import Any, Final

from loadr_config.metrics import BUILT_IN_METRICS, MetricKind
from loadr_config.summary import CheckSummary, MetricSummary, Summary, ThresholdSummary
from loadr_config.thresholds import parse_selector

_SEPARATOR: Final = "::"
_US_PER_MS: Final = 1000.0
_PERCENTILE: Final = re.compile(r"p\((\d+(?:\.\d+)?)\)")
_DATA_METRICS: Final = ("data_sent", "data_received")

# The built-in metrics of k6 (its documentation, "Built-in metrics"); of loadr's there are more.
_K6: Final = frozenset(
    {
        *_DATA_METRICS,
        "checks",
        "dropped_iterations",
        "group_duration",
        "grpc_req_duration",
        "grpc_streams",
        "grpc_streams_msgs_received",
        "grpc_streams_msgs_sent",
        "http_req_blocked",
        "http_req_connecting",
        "http_req_duration",
        "http_req_failed",
        "http_req_receiving",
        "http_req_sending",
        "http_req_tls_handshaking",
        "http_req_waiting",
        "http_reqs",
        "iteration_duration",
        "iterations",
        "vus",
        "vus_max",
        "ws_connecting",
        "ws_msgs_received",
        "ws_msgs_sent",
        "ws_ping",
        "ws_session_duration",
        "ws_sessions",
    }
)
_OURS: Final = frozenset(BUILT_IN_METRICS) - _K6
_NO_DATA: Final = {"type": "counter", "contains": "data", "values": {"count": 0.0, "rate": 0.0}}


def k6_data(
    summary: Summary,
    trend_stats: Sequence[str],
    time_unit: str = "",
    submetrics: Sequence[str] = (),
    terminals: tuple[bool, bool] = (False, False),
) -> dict[str, Any]:
    """The summary as k6 hands it over.

    Args:
        summary: the run's.
        trend_stats: the statistics of trends: avg, min, med, max, count, p(N).
        time_unit: the unit that the script asks for; the values are milliseconds, whatever it is.
        submetrics: selectors that are listed beside those of thresholds.
        terminals: whether standard output is one, and whether standard error is.
    """
    metrics = _metrics(summary, trend_stats, submetrics)
    wanted = {_key(threshold.metric)[0] for threshold in summary.thresholds}
    shown = {
        name: metric
        for name, metric in metrics.items()
        if (own := name.partition("{")[0]) not in _OURS or own in wanted
    }
    return {
        "root_group": _group("", "", summary.checks, summary.groups),
        "options": {
            "summaryTrendStats": list(trend_stats),
            "summaryTimeUnit": time_unit,
            "noColor": False,
        },
        "state": {
            "isStdOutTTY": terminals[0],
            "isStdErrTTY": terminals[1],
            "testRunDurationMs": float(summary.ended_ms - summary.started_ms),
        },
        "metrics": {**shown, **{name: _NO_DATA for name in _DATA_METRICS if name not in shown}},
    }


def loadr_data(summary: Summary, trend_stats: Sequence[str]) -> dict[str, Any]:
    """Loadr's own summary; its metrics can also be reached by k6's names, which the script's side adds."""
    return {**summary.as_json(), "k6_metrics": _metrics(summary, trend_stats)}


def _metrics(summary: Summary, trend_stats: Sequence[str], submetrics: Sequence[str] = ()) -> dict[str, Any]:
    metrics: dict[str, Any] = {}
    # A selector is told as the script has written it, whatever the order of its tags.
    names = {_key(text): text for text in submetrics}
    by_selector: dict[str, list[ThresholdSummary]] = {}
    for threshold in summary.thresholds:
        names[_key(threshold.metric)] = threshold.metric
        by_selector.setdefault(threshold.metric, []).append(threshold)
    for metric in summary.metrics:
        name = names.get((metric.metric, tuple(sorted(metric.tags.items()))))
        if name is None:
            if metric.tags:
                continue
            name = metric.metric
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


def _key(selector_text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    metric, selector = parse_selector(selector_text)
    return metric, tuple(sorted(selector))


def _id(path: str) -> str:
    """How k6 names groups and checks (its `lib.NewGroup`)."""
    return md5(path.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()


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


def _group(name: str, path: str, checks: Sequence[CheckSummary], groups: Sequence[str]) -> dict[str, Any]:
    """A group with the checks right in it, and its groups, from the paths of checks and groups.

    Args:
        name: its name.
        path: its path.
        checks: the checks in it, however deep.
        groups: the paths of the groups in it, however deep.
    """
    inner: dict[str, list[CheckSummary]] = {}
    own = []
    for group in groups:
        if group.startswith(f"{path}{_SEPARATOR}"):
            inner.setdefault(group.removeprefix(f"{path}{_SEPARATOR}").partition(_SEPARATOR)[0], [])
    for check in checks:
        if check.group == path:
            own.append(
                {
                    "name": check.name,
                    "path": f"{path}{_SEPARATOR}{check.name}",
                    "id": _id(f"{path}{_SEPARATOR}{check.name}"),
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
        "id": _id(path),
        "groups": [
            _group(below, f"{path}{_SEPARATOR}{below}", held, groups) for below, held in inner.items()
        ],
        "checks": own,
    }
