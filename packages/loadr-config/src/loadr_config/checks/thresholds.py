"""Thresholds against the metrics that there are: names, kinds, units, tags."""

from collections.abc import Mapping
from typing import Final

from loadr_config._tree.nodes import Path
from loadr_config._validation.suggestions import did_you_mean
from loadr_config.checks._walk import models_in
from loadr_config.checks.context import CheckContext, Report
from loadr_config.metrics import BUILT_IN_METRICS, MetricDefinition, MetricKind
from loadr_config.models import Request, ScenarioBase, ScriptCode, TestPlan
from loadr_config.models.steps import SCRIPT_ENGINES
from loadr_config.protocols import protocol_of
from loadr_config.thresholds import AGGREGATIONS_OF_KIND, Threshold

_TAGS: Final = frozenset(
    {
        "scenario",
        "name",
        "method",
        "status",
        "proto",
        "group",
        "branch",
        "check",
        "error_kind",
        "exception",
        "site",
        "instance",
        "expected_response",
    }
)
"""The tags that the engine itself sets."""

_SETTING: Final = ("defaults", *SCRIPT_ENGINES, "setup", "scenarios", "plugins")
"""The sections of a plan in which tags are set."""


def check_thresholds(
    plan: TestPlan, thresholds: tuple[tuple[Threshold, Path], ...], report: Report, context: CheckContext
) -> None:
    """Report aggregations that a metric has not, and warn of metrics and tags that nothing records."""
    metrics = _metrics(plan, context.installed.schemes if context.installed else {})
    tags = _tags(plan, report)
    observed = {observation.metric for observation in plan.observe}  # with labels of the target's own
    seen: set[str] = set()
    for threshold, path in thresholds:
        key_path = path[:2]
        metric = metrics.get(threshold.metric)
        is_first = threshold.selector_text not in seen
        seen.add(threshold.selector_text)
        if not report.is_whole(("metrics", threshold.metric)):
            pass
        elif metric is not None:
            _check_kind(threshold, metric, path, report)
        elif is_first and not _may_be_a_protocols(threshold.metric, report):
            hint = did_you_mean(threshold.metric, metrics)
            report.warning(key_path, f'there is no metric "{threshold.metric}"', suggestion=hint, on_key=True)
        if is_first and threshold.metric not in observed:
            _check_selector(threshold, plan, tags, key_path, report)


def _check_kind(threshold: Threshold, metric: MetricDefinition, path: Path, report: Report) -> None:
    possible = AGGREGATIONS_OF_KIND[metric.kind]
    if threshold.aggregation not in possible:
        known = ", ".join("p(N)" if name == "p" else name for name in possible)
        report.error(
            path,
            f'"{metric.name}" is a {metric.kind}: it has no {threshold.aggregation}',
            suggestion=f"a {metric.kind} has {known}",
        )
    elif threshold.is_duration and not (metric.time and threshold.aggregation != "count"):
        report.error(path, f'"{metric.name}" has no times: its bound is a bare number')


def _check_selector(
    threshold: Threshold, plan: TestPlan, tags: frozenset[str] | None, path: Path, report: Report
) -> None:
    for tag, value in threshold.selector:
        if tags is not None and tag not in tags:
            hint = did_you_mean(tag, tags)
            report.warning(path, f'nothing sets the tag "{tag}"', suggestion=hint, on_key=True)
        elif tag == "scenario" and value not in plan.scenarios and report.is_known(("scenarios", value)):
            hint = did_you_mean(value, plan.scenarios)
            report.warning(path, f'there is no scenario "{value}"', suggestion=hint, on_key=True)


def _metrics(plan: TestPlan, schemes: Mapping[str, str]) -> dict[str, MetricDefinition]:
    """Return the built-in metrics, the plan's own, observed ones, and those of the protocols that it speaks."""
    found = dict(BUILT_IN_METRICS)
    for _, model in models_in(plan):
        if isinstance(model, Request):
            protocol = protocol_of(model, plan.defaults.http.base_url, schemes)
            if protocol is not None and f"{protocol}_reqs" not in found:
                found |= _protocol_metrics(protocol)
    for name, metric in plan.metrics.items():
        description = metric.description or ""
        found[name] = MetricDefinition(name, MetricKind(metric.kind), description, time=metric.time)
    for observation in plan.observe:
        found[observation.metric] = MetricDefinition(observation.metric, MetricKind.GAUGE, "")
    return found


def _may_be_a_protocols(metric: str, report: Report) -> bool:
    """Tell whether requests that were taken out might speak a protocol that has a metric of this name."""
    return metric.endswith(("_reqs", "_req_duration", "_req_failed")) and not report.is_whole(("scenarios",))


def _protocol_metrics(protocol: str) -> dict[str, MetricDefinition]:
    named = (
        MetricDefinition(f"{protocol}_reqs", MetricKind.COUNTER, ""),
        MetricDefinition(f"{protocol}_req_duration", MetricKind.TREND, "", time=True),
        MetricDefinition(f"{protocol}_req_failed", MetricKind.RATE, ""),
    )
    return {metric.name: metric for metric in named}


def _tags(plan: TestPlan, report: Report) -> frozenset[str] | None:
    """Return the tags that samples may have; None when a script may set any."""
    is_whole = all(report.is_whole((section,)) for section in _SETTING)
    if plan.script_modules or plan.plugins or not is_whole:
        return None
    found = set(_TAGS) | plan.defaults.tags.keys()
    for _, model in models_in(plan):
        if isinstance(model, ScriptCode):
            return None
        if isinstance(model, Request | ScenarioBase):
            found |= model.tags.keys()
    return frozenset(found)
