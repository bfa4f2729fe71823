"""From merged data to the summary's model. Pure."""

from collections.abc import Container, Mapping
from typing import Final

from loadr_config.metrics import BUILT_IN_METRICS
from loadr_config.summary import CheckSummary, Exemplar, FailureCount, Failures, MetricSummary
from loadr_core.metrics.aggregator import Aggregator, View
from loadr_core.metrics.sinks import CounterSink, RateSink, Sink, TrendSink

_ORDER: Final = {name: place for place, name in enumerate(BUILT_IN_METRICS)}
_MS: Final = 1000.0
_NOT_OF_EXEMPLARS: Final = ("name", "instance")  # they have fields of their own
_CATEGORIES: Final = ("status", "transport", "checks", "exceptions")


def metric_summaries(
    aggregator: Aggregator, elapsed: float, *, breakdowns: bool, histograms: Container[str] | None
) -> list[MetricSummary]:
    """Every metric over all its samples; then, with `breakdowns`, per selector and request name.

    Args:
        aggregator: the merged data.
        elapsed: seconds since the start of the run.
        breakdowns: whether to list more than the totals.
        histograms: the trends whose histograms are encoded (0.6 ms each); all of them when it is `None`.
    """
    views = [
        (view, sink)
        for view, sink in aggregator.views()
        if not view.selector or (breakdowns and not _is_listed_elsewhere(view, aggregator))
    ]
    views.sort(key=lambda item: (_ORDER.get(item[0].metric, len(_ORDER)), item[0].metric, item[0].selector))
    return [
        _metric_summary(view, sink, elapsed, histogram=histograms is None or view.metric in histograms)
        for view, sink in views
    ]


def _metric_summary(view: View, sink: Sink, elapsed: float, *, histogram: bool) -> MetricSummary:
    trend = sink if isinstance(sink, TrendSink) else None
    return MetricSummary(
        metric=view.metric,
        kind=sink.kind,
        time=trend is not None and trend.time,
        tags=dict(view.selector),
        agg=sink.aggregate(elapsed),
        histogram=trend.histogram.encode()
        if histogram and trend is not None and trend.histogram.total
        else None,
    )


def _is_listed_elsewhere(view: View, aggregator: Aggregator) -> bool:
    """Checks, groups and workers have lists of their own in the summary."""
    is_worker = [tag for tag, _ in view.selector] == ["instance"]
    is_listed = is_worker or _is_group_breakdown(view)
    return _is_check_breakdown(view) or (is_listed and not aggregator.is_wanted(view))


def _is_check_breakdown(view: View) -> bool:
    """The view behind `checks[]`, which has a list of its own in the summary."""
    return view.metric == "checks" and [tag for tag, _ in view.selector] == ["check", "group"]


def _is_group_breakdown(view: View) -> bool:
    """The view behind `groups`."""
    return view.metric == "group_duration" and [tag for tag, _ in view.selector] == ["group"]


def group_paths(aggregator: Aggregator) -> list[str]:
    """The paths of the groups, in the order in which they were first seen."""
    return [view.selector[0][1] for view, _ in aggregator.views() if _is_group_breakdown(view)]


def check_summaries(aggregator: Aggregator) -> list[CheckSummary]:
    """The checks by name and group, in the order in which they were first seen."""
    checks = []
    for view, sink in aggregator.views():
        if _is_check_breakdown(view) and isinstance(sink, RateSink):
            tags = dict(view.selector)
            checks.append(
                CheckSummary(
                    name=tags["check"], group=tags["group"], passes=sink.hits, fails=sink.total - sink.hits
                )
            )
    return checks


def failures(aggregator: Aggregator) -> Failures:
    """Failures by cause, the most frequent first."""
    counts: dict[str, list[FailureCount]] = {category: [] for category in _CATEGORIES}
    for gain in aggregator.failures:
        counts[gain.category].append(FailureCount(cause=gain.cause, name=gain.name, count=gain.times))
    return Failures.model_validate(counts)


def exemplars(
    aggregator: Aggregator, epochs: Mapping[int, float], load_began: float | None
) -> list[Exemplar]:
    """The slowest requests, the slowest first.

    Args:
        aggregator: the merged data.
        epochs: for each worker what to add to a stamp of its clock to get seconds since the epoch.
        load_began: seconds since the epoch; `None` where it never did.
    """
    listed = []
    for request, worker, tags in aggregator.exemplars.slowest():
        at = request.at + epochs.get(worker, 0.0)
        elapsed = None if load_began is None or at <= load_began else round(at - load_began, 3)
        listed.append(
            Exemplar(
                name=tags.get("name", ""),
                duration=request.duration * _MS,
                at_ms=round(at * _MS),
                elapsed_secs=elapsed,
                phases={phase: seconds * _MS for phase, seconds in request.phases},
                tags={tag: value for tag, value in tags.items() if tag not in _NOT_OF_EXEMPLARS},
                vu=request.origin.vu,
                iteration=request.origin.iteration,
                worker=worker,
                trace_id=request.origin.trace_id or None,
                url=request.origin.url or None,
            )
        )
    return listed


def counter_value(aggregator: Aggregator, metric: str, scenario: str) -> int:
    """A counter of one scenario."""
    sink = aggregator.sink(View(metric, (("scenario", scenario),)))
    return int(sink.sum or 0) if isinstance(sink, CounterSink) else 0
