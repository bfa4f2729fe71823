"""Merging the workers' deltas, in the coordinator.

A gain is added to every **view** it belongs to: the metric as a whole, each threshold selector
that its tags match, and its request name. Percentiles are taken from merged histograms, never
averaged. Which views a series feeds is looked up once per series, then it is one dict access.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from loadr_core.metrics.delta import Delta, FailureGain
from loadr_core.metrics.exemplars import ExemplarBook
from loadr_core.metrics.failures import FailureBook
from loadr_core.metrics.sinks import CounterSink, GaugeSink, RateSink, Sink, TrendSink
from loadr_core.metrics.tags import TagBudget, TagPairs

_S = TypeVar("_S", bound=Sink)


@dataclass(frozen=True, slots=True)
class View:
    """A metric over the samples whose tags contain `selector`; all of them when it is empty."""

    metric: str
    selector: TagPairs = ()

    def selector_matches(self, tags: Mapping[str, str]) -> bool:
        """Whether tags contain the selector."""
        return all(tags.get(tag) == value for tag, value in self.selector)


def instance_selector(instance: object) -> TagPairs:
    """Selects what one worker or agent did; its number is the tag."""
    return (("instance", str(instance)),)


# Beside the request name: the tags by which a metric is broken down. All of them together make the
# view, an absent tag counts as empty.
_BREAKDOWNS: Final = {
    "checks": ("check", "group"),
    "group_duration": ("group",),
    "iterations": ("scenario",),
    "dropped_iterations": ("scenario",),
    "interrupted_iterations": ("scenario",),
    "iteration_start_delay": ("scenario",),
    "loadr_late_starts": ("scenario",),
}

# What is also kept for each worker alone, where there are several.
_BY_INSTANCE: Final = ("http_req_failed", "iterations", "iteration_duration", "loadr_cpu", "loadr_loop_lag")


class Aggregator:
    """The merged series of a run.

    Args:
        selectors: the views that thresholds need.
        by_instance: whether each worker is also kept alone.

    Attributes:
        exemplars: the slowest requests.
        folded_tags: the tags of which values were folded into `other`.
    """

    def __init__(self, selectors: Iterable[View] = (), *, by_instance: bool = False) -> None:
        selectors = tuple(selectors)
        self._budget = TagBudget(pair for view in selectors for pair in view.selector)
        self._by_instance = by_instance
        self._selectors: dict[str, list[View]] = {}
        for view in selectors:
            self._selectors.setdefault(view.metric, []).append(view)
        self._tags: dict[int, list[TagPairs]] = {}
        self._sinks: dict[View, Sink] = {}
        self._routes: dict[tuple[str, TagPairs], tuple[Sink, ...]] = {}
        self._failures = FailureBook()
        self._requests_made: dict[int, int] = {}
        self.exemplars = ExemplarBook()
        self.folded_tags: frozenset[str] = frozenset()

    def apply(self, worker: int, delta: Delta) -> None:
        """Add a worker's delta. Deltas of one worker come in order."""
        tags = self._tags.setdefault(worker, [])
        tags.extend(delta.new_tags)
        for trend in delta.trends:
            for sink in self._route(trend.metric, tags[trend.tags], TrendSink, time=trend.time):
                sink.add(trend.values)
        for counter in delta.counters:
            for counters in self._route(counter.metric, tags[counter.tags], CounterSink):
                counters.add(counter.increment)
        for rate in delta.rates:
            for rates in self._route(rate.metric, tags[rate.tags], RateSink):
                rates.add(rate.hits, rate.total)
        for gauge in delta.gauges:
            for gauges in self._route(gauge.metric, tags[gauge.tags], GaugeSink):
                gauges.add(gauge.last, gauge.min, gauge.max)
        for slow in delta.slow:
            self.exemplars.add(worker, tags[slow.tags], slow)
        for failure in delta.failures:
            self._failures.count(*failure)
        self._requests_made[worker] = max(delta.requests_made, self._requests_made.get(worker, 0))
        self.folded_tags |= delta.folded_tags

    @property
    def requests_made(self) -> int:
        """What all workers have counted themselves."""
        return sum(self._requests_made.values())

    def tags_of(self, worker: int, number: int) -> TagPairs:
        """The tag set that a worker numbered."""
        return self._tags[worker][number]

    def set_gauge(self, metric: str, value: float) -> None:
        """Set a gauge that the coordinator itself knows, such as `vus`."""
        for sink in self._route(metric, (), GaugeSink):
            sink.add(value, value, value)

    def put(self, view: View, sink: Sink) -> None:
        """Set what is kept for a view of a metric that no worker reports."""
        self._sinks[view] = sink

    def sink(self, view: View) -> Sink | None:
        """What is kept for a view; `None` when it has no samples."""
        return self._sinks.get(view)

    @property
    def workers(self) -> tuple[int, ...]:
        """The numbers of those that have reported."""
        return tuple(sorted(self._tags))

    def is_wanted(self, view: View) -> bool:
        """Whether a threshold needs a view."""
        return view in self._selectors.get(view.metric, ())

    def views(self) -> Iterator[tuple[View, Sink]]:
        """All views that have samples, in the order in which they were first seen."""
        return iter(self._sinks.items())

    @property
    def failures(self) -> list[FailureGain]:
        """Failures by cause, the most frequent first."""
        return sorted(self._failures.gains(), key=lambda gain: -gain.times)

    def _route(self, metric: str, tags: TagPairs, kind: type[_S], **options: bool) -> tuple[_S, ...]:
        route = self._routes.get((metric, tags))
        if route is None:
            route = tuple(self._open(view, kind, options) for view in self._views_of(metric, tags))
            self._routes[metric, tags] = route
        return route  # type: ignore[return-value]  # a metric has one kind, so have its sinks

    def _views_of(self, metric: str, tags: TagPairs) -> Iterator[View]:
        own = dict(tags)
        selectors: dict[TagPairs, None] = {(): None}
        if "name" in own:
            # Each worker has kept to the budget, but not all to the same names.
            selectors[self._budget.apply((("name", own["name"]),))] = None
            self.folded_tags |= self._budget.folded
        if metric in _BREAKDOWNS:
            selectors[tuple((tag, own.get(tag, "")) for tag in _BREAKDOWNS[metric])] = None
        if self._by_instance and metric in _BY_INSTANCE:
            selectors[instance_selector(own.get("instance", ""))] = None
        for view in self._selectors.get(metric, ()):
            if view.selector_matches(own):
                selectors[view.selector] = None
        return (View(metric, selector) for selector in selectors)

    def _open(self, view: View, kind: type[_S], options: dict[str, bool]) -> _S:
        sink = self._sinks.get(view)
        if sink is None:
            sink = self._sinks[view] = kind(**options)
        return sink  # type: ignore[return-value]  # as above
