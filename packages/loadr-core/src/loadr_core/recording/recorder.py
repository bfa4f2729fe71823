"""Recording in a worker: rows and cells on the hot path, one delta a second.

A series is opened once, when a step first sees an outcome, and then only appended to. Budget of
the whole pipeline: 1 us CPU per request (benchmarks/ http-closed-loop; 0.5 us measured for a row
of ten columns and eight trends).
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from loadr_core.metrics.delta import (
    CounterGain,
    Delta,
    GaugeGain,
    RateGain,
    RawRows,
    TrendGain,
)
from loadr_core.metrics.durations import ALL_REQUESTS
from loadr_core.metrics.exemplars import NONE_KEPT, Origin, ServiceTime, Slowest
from loadr_core.metrics.failures import FailureBook
from loadr_core.metrics.messages import normalised
from loadr_core.metrics.tags import TagBudget, TagTable
from loadr_core.metrics.url_names import url_name
from loadr_core.recording.fold import Fold
from loadr_core.recording.plain import PlainFold
from loadr_core.spi.rows import RowLayout

# Rows that wait to be folded; few enough to stay in the cache, enough to make numpy's start cheap.
FLUSH_ROWS: Final = 4096


class RowSeries:
    """All rows of one tag set under one layout.

    Attributes:
        rows: append a row here, then call `flush` when `len(rows)` has reached `FLUSH_ROWS`.
        start: with `end` the columns between which a request's duration lies; both 0 where a row is no request.
        end: see `start`.
        slowest: give a row to `keep` whose duration is above its `bar`.
        failed: whether these rows count as failed.
        made: rows so far, without those that wait.
    """

    __slots__ = ("_fold", "_layout", "_service", "_tags", "end", "failed", "made", "rows", "slowest", "start")

    def __init__(
        self,
        fold: Fold,
        tags: int,
        *,
        failed: bool,
        slowest: Slowest = NONE_KEPT,
        service: ServiceTime | None = None,
    ) -> None:
        self.rows: list[tuple[float, ...]] = []
        self.failed = failed
        self.made = 0
        self._fold = fold
        self._layout = fold.layout
        self._tags = tags
        self._service = service
        self.slowest = NONE_KEPT if service is None else slowest
        self.start = 0 if service is None else service.start
        self.end = 0 if service is None else service.end

    def keep(self, row: tuple[float, ...], origin: Origin) -> None:
        """Keep a request that is among the slowest of its name so far.

        Args:
            row: its measurements; they are recorded by `rows` as all others.
            origin: where it comes from.
        """
        if self._service is not None:
            duration = row[self.end] - row[self.start]
            self.slowest.take(duration, row, self._service, self._tags, origin)

    def flush(self) -> None:
        """Fold the waiting rows into histograms and sums.

        Raises:
            ExtensionError: a row does not fit its layout: the protocol's bug.
        """
        if self.rows:
            self.made += len(self.rows)
            self._fold.add(self.rows)
            self.rows.clear()

    @property
    def are_requests(self) -> bool:
        """Whether each row is a request, of whatever protocol."""
        return ALL_REQUESTS in self._layout.failures

    def take(self, gains: "_Gains") -> None:
        """Move what was gained since the last call into a delta."""
        self.flush()
        folded = self._fold.take()
        if not folded.total:
            return
        for trend, values in zip(self._layout.trends, folded.trends, strict=True):
            gains.trends.append(TrendGain(trend.metric, self._tags, values, time=trend.time))
        for counter in self._layout.counters:
            index = None if counter.column is None else self._layout.index(counter.column)
            increment = folded.total if index is None else folded.sums[index]
            if increment:  # what never happens is no metric of the run
                gains.counters.append(CounterGain(counter.metric, self._tags, float(increment)))
        hits = folded.total if self.failed else 0
        gains.rates.extend(
            RateGain(metric, self._tags, hits, folded.total) for metric in self._layout.failures
        )
        gains.raw.extend(RawRows(self._layout, self._tags, self.failed, rows) for rows in folded.raw)


class CounterCell:
    """A counter of one tag set; add to `value`."""

    __slots__ = ("value",)

    def __init__(self) -> None:
        self.value = 0.0


class RateCell:
    """A rate of one tag set; add to `hits` and `total`."""

    __slots__ = ("hits", "total")

    def __init__(self) -> None:
        self.hits = 0
        self.total = 0


class GaugeCell:
    """A gauge of one tag set."""

    __slots__ = ("_last", "_max", "_min")

    def __init__(self) -> None:
        self._last: float | None = None
        self._min = float("inf")
        self._max = float("-inf")

    def set(self, value: float) -> None:
        """Take a new value."""
        self._last = value
        self._min = min(self._min, value)
        self._max = max(self._max, value)

    def take(self) -> tuple[float, float, float] | None:
        """(last, min, max) since the last call; `None` when nothing was set."""
        if self._last is None:
            return None
        taken = (self._last, self._min, self._max)
        self.__init__()  # type: ignore[misc]
        return taken


class _Gains:
    """A delta in the making."""

    def __init__(self) -> None:
        self.trends: list[TrendGain] = []
        self.counters: list[CounterGain] = []
        self.rates: list[RateGain] = []
        self.gauges: list[GaugeGain] = []
        self.raw: list[RawRows] = []


class Recorder:
    """The series of one worker.

    Args:
        base_tags: tags of every series (`--tag`, `defaults.tags`).
        budget: which tag values may be folded.
        in_bulk: whether rows are many, and NumPy is worth its import.
        keep_raw: whether rows are also kept as they are, for outputs that want samples; then in bulk.
        mask: hides the values of secrets, before texts are taken apart that may hold one.

    Attributes:
        unsent: requests that could not be made, and so have no row.
    """

    def __init__(
        self,
        base_tags: Mapping[str, str] | None = None,
        budget: TagBudget | None = None,
        *,
        in_bulk: bool = True,
        keep_raw: bool = False,
        mask: Callable[[str], str] = str,
    ) -> None:
        self.unsent = 0
        self._mask = mask
        self._base_tags = dict(base_tags or {})
        self._table = TagTable(budget or TagBudget())
        self._make_fold = _way_to_fold(keep_raw=keep_raw) if in_bulk or keep_raw else PlainFold
        self._rows: dict[tuple[RowLayout, int, bool], RowSeries] = {}
        self._counters: dict[tuple[str, int], CounterCell] = {}
        self._rates: dict[tuple[str, int], RateCell] = {}
        self._gauges: dict[tuple[str, int], GaugeCell] = {}
        self._failures = FailureBook()
        self._slowest: dict[str, Slowest] = {}

    def rows(self, layout: RowLayout, tags: Mapping[str, str], *, failed: bool = False) -> RowSeries:
        """The series for rows of these tags; the same object for the same arguments."""
        key = (layout, self._intern(tags), failed)
        series = self._rows.get(key)
        if series is None:
            name = dict(self._table.pairs(key[1])).get("name", "")
            series = self._rows[key] = RowSeries(
                self._make_fold(layout),
                key[1],
                failed=failed,
                slowest=self._slowest.setdefault(name, Slowest()),
                service=ServiceTime.of(layout),
            )
        return series

    def request_name(self, url: str) -> str:
        """The name of requests that nobody has named: their URL without its variable parts.

        A URL that a threshold names as it is stays so.
        """
        return url if self._table.budget.keeps("name", url) else url_name(self._mask(url))

    def counter(self, metric: str, tags: Mapping[str, str]) -> CounterCell:
        """The counter of these tags."""
        return self._counters.setdefault((metric, self._intern(tags)), CounterCell())

    def rate(self, metric: str, tags: Mapping[str, str]) -> RateCell:
        """The rate of these tags."""
        return self._rates.setdefault((metric, self._intern(tags)), RateCell())

    def gauge(self, metric: str, tags: Mapping[str, str]) -> GaugeCell:
        """The gauge of these tags."""
        return self._gauges.setdefault((metric, self._intern(tags)), GaugeCell())

    def failure(self, category: str, name: str, cause: str) -> None:
        """Count a failure for the breakdown; causes beyond the bound are counted as `other`.

        What scripts and extensions say of their exceptions is counted without what differs each time.
        """
        if category == "exceptions":
            cause = normalised(self._mask(cause))
        self._failures.count(category, name, cause)

    def take_delta(self) -> Delta:
        """Everything gained since the last call."""
        gains = _Gains()
        for series in self._rows.values():
            series.take(gains)
        for (metric, tags), counter in self._counters.items():
            if counter.value:
                gains.counters.append(CounterGain(metric, tags, counter.value))
                counter.value = 0.0
        for (metric, tags), rate in self._rates.items():
            if rate.total:
                gains.rates.append(RateGain(metric, tags, rate.hits, rate.total))
                rate.hits = rate.total = 0
        for (metric, tags), gauge in self._gauges.items():
            taken = gauge.take()
            if taken is not None:
                gains.gauges.append(GaugeGain(metric, tags, *taken))
        return Delta(
            new_tags=self._table.take_new(),
            trends=tuple(gains.trends),
            counters=tuple(gains.counters),
            rates=tuple(gains.rates),
            gauges=tuple(gains.gauges),
            failures=tuple(self._failures.take()),
            raw=tuple(gains.raw),
            slow=tuple(slow for slowest in self._slowest.values() for slow in slowest.news()),
            folded_tags=self._table.budget.folded,
            requests_made=self._requests_made(),
        )

    def _requests_made(self) -> int:
        """All requests so far, counted where they arise and not where they are added up."""
        return self.unsent + sum(series.made for series in self._rows.values() if series.are_requests)

    def _intern(self, tags: Mapping[str, str]) -> int:
        return self._table.intern({**self._base_tags, **tags})


def _way_to_fold(*, keep_raw: bool) -> Callable[[RowLayout], Fold]:
    from loadr_core.recording.bulk import BulkFold  # noqa: PLC0415 - NumPy: 60 ms and 12 MB

    return partial(BulkFold, keep_raw=keep_raw)
