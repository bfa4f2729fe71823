"""The slowest requests of each name: what to look at when a percentile is too high.

A worker keeps the slowest few of each name over the whole run, so a request costs one comparison with
the quickest of those that are kept, and a report carries only what is new among them. The coordinator
merges them by the same rule: the slowest of all workers are among the slowest of each.
"""

from collections.abc import Mapping
from heapq import heappush, heapreplace, nlargest
from itertools import count
from typing import Final, NamedTuple

from loadr_core.metrics.durations import is_request_duration
from loadr_core.metrics.tags import TagPairs
from loadr_core.spi.rows import RowLayout

PER_NAME: Final = 5
"""How many are kept of each request name."""

IN_SUMMARY: Final = 100
"""How many of all names together a summary lists."""


class Origin(NamedTuple):
    """Where a request comes from.

    Attributes:
        vu: who made it.
        iteration: in which iteration: its start's number where iterations start on a schedule.
        trace_id: where it can be found in the target's traces; empty where it carried none.
        url: where it went; empty where its name says so.
    """

    vu: int
    iteration: int
    trace_id: str = ""
    url: str = ""


class SlowRequest(NamedTuple):
    """One request, as it crosses to the coordinator.

    Attributes:
        duration: seconds, as its protocol's request duration.
        at: the stamp at which it was complete, of the worker's clock.
        tags: the number of its tag set.
        origin: where it comes from.
        phases: seconds by name, such as `waiting`.
    """

    duration: float
    at: float
    tags: int
    origin: Origin
    phases: tuple[tuple[str, float], ...]


class ServiceTime:
    """Where a layout's rows have the request's duration and its phases.

    Attributes:
        start: the column of the stamp from which the duration counts.
        end: the column of the stamp at which it ends.
    """

    __slots__ = ("_at", "_phases", "end", "start")

    def __init__(self, layout: RowLayout, metric: str, start: int, end: int) -> None:
        self.start = start
        self.end = end
        self._at = layout.index(layout.at)
        family = metric.removesuffix("_req_duration")
        self._phases = [
            (
                _phase(trend.metric, family),
                layout.index(trend.end),
                None if trend.start is None else layout.index(trend.start),
            )
            for trend in layout.trends
            if trend.time and trend.metric.startswith(f"{family}_") and trend.metric != metric
        ]

    @classmethod
    def of(cls, layout: RowLayout) -> "ServiceTime | None":
        """Those of a layout; `None` where its rows are no requests, or have no two stamps of them."""
        for trend in layout.trends:
            if is_request_duration(trend.metric) and trend.start is not None:
                return cls(layout, trend.metric, layout.index(trend.start), layout.index(trend.end))
        return None

    def completed_at(self, row: tuple[float, ...]) -> float:
        """The stamp at which a row was complete."""
        return row[self._at]

    def phases(self, row: tuple[float, ...]) -> tuple[tuple[str, float], ...]:
        """A row's phases in seconds."""
        return tuple(
            (name, row[end] - (0.0 if start is None else row[start])) for name, end, start in self._phases
        )


def _phase(metric: str, family: str) -> str:
    return metric.removeprefix(f"{family}_req_").removeprefix(f"{family}_")


class _Kept(NamedTuple):
    """A row that is worth keeping; what it means is worked out only when it is sent."""

    duration: float
    number: int  # in the order in which they came: no two compare equal
    row: tuple[float, ...]
    tags: int
    origin: Origin
    service: ServiceTime


class Slowest:
    """The slowest requests of one name, in a worker.

    Attributes:
        bar: seconds; what is not slower than this is not among them. The only thing that the hot path
            looks at.
    """

    __slots__ = ("_kept", "_limit", "_numbers", "_sent_up_to", "bar")

    def __init__(self, limit: int = PER_NAME) -> None:
        self.bar = -1.0 if limit else float("inf")
        self._limit = limit
        self._kept: list[_Kept] = []
        self._numbers = count(1)
        self._sent_up_to = 0

    def take(
        self, duration: float, row: tuple[float, ...], service: ServiceTime, tags: int, origin: Origin
    ) -> None:
        """Keep a request that is above the bar; 0.5 us, also where a target gets slower with every request."""
        kept = _Kept(duration, next(self._numbers), row, tags, origin, service)
        if len(self._kept) < self._limit:
            heappush(self._kept, kept)
        else:
            heapreplace(self._kept, kept)
        if len(self._kept) == self._limit:
            self.bar = self._kept[0].duration

    def news(self) -> list[SlowRequest]:
        """Those that are kept and were not given out before."""
        new = [kept for kept in self._kept if kept.number > self._sent_up_to]
        self._sent_up_to = max((kept.number for kept in new), default=self._sent_up_to)
        return [
            SlowRequest(
                kept.duration,
                kept.service.completed_at(kept.row),
                kept.tags,
                kept.origin,
                kept.service.phases(kept.row),
            )
            for kept in sorted(new)
        ]

    def __repr__(self) -> str:
        return f"<Slowest of {len(self._kept)}, above {self.bar:.6f} s>"


NONE_KEPT: Final = Slowest(0)
"""For rows that are no requests: nothing is above its bar."""


class FoundSlow(NamedTuple):
    """A slow request in the coordinator: which worker made it, and its tags in full."""

    request: SlowRequest
    worker: int
    tags: Mapping[str, str]


class ExemplarBook:
    """The slowest requests of all workers, at most `limit` of each name."""

    def __init__(self, limit: int = PER_NAME) -> None:
        self._limit = limit
        self._names: dict[str, list[FoundSlow]] = {}

    def add(self, worker: int, tags: TagPairs, request: SlowRequest) -> None:
        """Take what a worker has found."""
        found = FoundSlow(request, worker, dict(tags))
        kept = self._names.setdefault(found.tags.get("name", ""), [])
        kept.append(found)
        if len(kept) > self._limit:
            kept.remove(max(kept, key=_by_slowness))

    def slowest(self, most: int = IN_SUMMARY) -> list[FoundSlow]:
        """The slowest of all names, the slowest first; the slowest of each name before any name's second.

        Args:
            most: how many at most.
        """
        ranked = [
            (rank, found)
            for kept in self._names.values()
            for rank, found in enumerate(sorted(kept, key=_by_slowness))
        ]
        chosen = nlargest(most, ranked, key=lambda item: (-item[0], item[1].request.duration))
        return sorted((found for _, found in chosen), key=_by_slowness)


def _by_slowness(found: FoundSlow) -> tuple[float, float, int]:
    """The slowest first; where two took the same time, the same order whichever came first."""
    return -found.request.duration, found.request.at, found.worker
