"""The order of a summary: which metrics stand together, which rows of tags go with them."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from loadr_config.metrics import BUILT_IN_METRICS
from loadr_config.summary import CheckSummary, MetricSummary, Summary
from loadr_config.thresholds import ThresholdError, parse_selector
from loadr_report.readings import has_samples

_TITLES_BY_PREFIX: Final = {
    "http_": "HTTP",
    "ws_": "WebSocket",
    "graphql_": "GraphQL",
    "grpc_": "gRPC",
    "tcp_": "TCP",
    "udp_": "UDP",
    "sse_": "SSE",
    "postgres_": "Postgres",
    "plugin_": "plugins",
    "loadr_": "generator",
}
_CORE: Final = "core"
_CUSTOM: Final = "custom"
_TITLES: Final = (
    "HTTP",
    _CORE,
    *(title for title in _TITLES_BY_PREFIX.values() if title not in ("HTTP", "generator")),
    _CUSTOM,
    "generator",
)
_BUILT_IN_ORDER: Final = {name: position for position, name in enumerate(BUILT_IN_METRICS)}


@dataclass(frozen=True, slots=True)
class MetricRow:
    """A metric over all its samples, and over each selector that a threshold names."""

    total: MetricSummary
    selected: tuple[MetricSummary, ...]


@dataclass(frozen=True, slots=True)
class MetricGroup:
    """Metrics that are shown together."""

    title: str
    rows: tuple[MetricRow, ...]


@dataclass(frozen=True, slots=True)
class RequestRow:
    """What is known of the requests of one name and protocol."""

    name: str
    protocol: str
    requests: MetricSummary | None
    duration: MetricSummary | None
    failed: MetricSummary | None


def metric_groups(summary: Summary) -> list[MetricGroup]:
    """All metrics that have samples, HTTP first, then core, then the others."""
    selectors = {selector(threshold.metric) for threshold in summary.thresholds}
    selected: dict[str, list[MetricSummary]] = {}
    for metric in summary.metrics:
        if (
            metric.tags
            and (metric.metric, frozenset(metric.tags.items())) in selectors
            and has_samples(metric)
        ):
            selected.setdefault(metric.metric, []).append(metric)
    totals = [metric for metric in summary.metrics if not metric.tags and has_samples(metric)]
    totals.sort(key=lambda metric: _BUILT_IN_ORDER.get(metric.metric, len(_BUILT_IN_ORDER)))
    groups: dict[str, list[MetricRow]] = {title: [] for title in _TITLES}
    for metric in totals:
        groups[_title(metric.metric)].append(MetricRow(metric, tuple(selected.get(metric.metric, ()))))
    return [MetricGroup(title, tuple(rows)) for title, rows in groups.items() if rows]


def selector(text: str) -> tuple[str, frozenset[tuple[str, str]]]:
    """A threshold's `metric{tag:value,...}` as the metric and its tags; no selector, no tags."""
    try:
        metric, tags = parse_selector(text)
    except ThresholdError:  # a summary from elsewhere; its text is still worth showing
        return text, frozenset()
    return metric, frozenset(tags)


def group_path(group: str) -> str:
    """A group's path as people read it: `::shop::basket` is the basket within the shop."""
    return group.removeprefix("::").replace("::", " / ")


def checks_by_group(checks: Iterable[CheckSummary]) -> list[tuple[str, list[CheckSummary]]]:
    """Checks under their groups; those outside of any group first, the rest as they first appear."""
    order: dict[str, int] = {"": -1}
    listed = list(checks)
    for check in listed:
        order.setdefault(check.group, len(order))
    listed.sort(key=lambda check: order[check.group])
    return [
        (group_path(group), list(members))
        for group, members in groupby(listed, key=lambda check: check.group)
    ]


def request_rows(summary: Summary) -> list[RequestRow]:
    """One row for each request name, in the order of the summary."""
    named = {
        (metric.metric, metric.tags["name"]): metric
        for metric in summary.metrics
        if metric.tags.keys() == {"name"} and has_samples(metric)
    }
    rows: dict[tuple[str, str], RequestRow] = {}
    for metric, name in named:
        protocol = _protocol_of(metric)
        if protocol is None or (protocol, name) in rows:
            continue
        total = "ws_sessions" if protocol == "ws" else f"{protocol}_reqs"
        duration = "ws_session_duration" if protocol == "ws" else f"{protocol}_req_duration"
        rows[protocol, name] = RequestRow(
            name=name,
            protocol=protocol,
            requests=named.get((total, name)),
            duration=named.get((duration, name)),
            failed=named.get((f"{protocol}_req_failed", name)) or named.get(("http_req_failed", name)),
        )
    return list(rows.values())


def _title(metric: str) -> str:
    if metric not in _BUILT_IN_ORDER:
        return _CUSTOM
    return next((title for prefix, title in _TITLES_BY_PREFIX.items() if metric.startswith(prefix)), _CORE)


def _protocol_of(metric: str) -> str | None:
    """The protocol whose requests a metric counts or times, if it does."""
    for ending in ("_reqs", "_req_duration", "_sessions", "_session_duration"):
        if metric in _BUILT_IN_ORDER and metric.endswith(ending):
            return metric.removesuffix(ending)
    return None
