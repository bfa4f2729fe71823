"""A run as an object to explore: `load_run` in a notebook."""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from loadr_config.buckets import bucket_bounds
from loadr_config.intervals import Interval, SeriesKey, TrendCounts
from loadr_config.metrics import MetricKind
from loadr_config.summary import MetricSummary, Summary, TimelinePoint
from loadr_report.arrangement import request_rows
from loadr_report.distribution import Distribution
from loadr_report.notebook.frames import Frame
from loadr_report.readings import TREND_COLUMNS
from loadr_report.store.entry import StoredRun, read_run
from loadr_report.store.store import DEFAULT_FOLDER, RunStore

if TYPE_CHECKING:
    from loadr_report.store.record import RunRecord

_TREND: Final = (*TREND_COLUMNS, "p999")
_TOTALS: Final = ("metric", "kind", "tags", "count", "sum", "rate", "per_second", "last", *_TREND)
_US_PER_MS: Final = 1000.0


def load_run(run: str | Path, store: str | Path | None = None) -> "LoadedRun":
    """A run to explore.

    Args:
        run: a kept run's id, the beginning of one, `last`, or a file: of a kept run, or a summary that
            `--summary-export` wrote.
        store: the folder of kept runs; else `LOADR_STORE`, or `.loadr/runs` below the working directory.

    Raises:
        ReportError: there is no such run, or it cannot be read.
    """
    path = Path(run)
    if isinstance(run, Path) or path.is_file() or path.suffix or len(path.parts) > 1:
        return LoadedRun(read_run(path))
    folder = Path(store) if store is not None else Path(os.environ.get("LOADR_STORE") or DEFAULT_FOLDER)
    return LoadedRun(RunStore(folder).read(run))


class LoadedRun:
    """A run that is over. Times are milliseconds, shares 0 to 1.

    Args:
        stored: what was read.

    Attributes:
        summary: the whole result.
        record: its plan's hash, code and machine; `None` for an exported summary.
        intervals: what it counted, second by second; empty for an exported summary.
    """

    def __init__(self, stored: StoredRun) -> None:
        self.summary: Summary = stored.summary
        self.record: RunRecord | None = stored.record
        self.intervals: tuple[Interval, ...] = stored.intervals

    @property
    def run_id(self) -> str:
        """The run's name."""
        return self.summary.run_id

    @property
    def requests(self) -> Frame:
        """A row for each request name: how many, how many failed, how long they took."""
        names = ("name", "protocol", "count", "per_second", "failed", *_TREND)
        return Frame.of(
            names,
            (
                (
                    row.name,
                    row.protocol,
                    None if row.requests is None else row.requests.agg.sum,
                    None if row.requests is None else row.requests.agg.per_second,
                    None if row.failed is None else row.failed.agg.rate,
                    *(None if row.duration is None else getattr(row.duration.agg, name) for name in _TREND),
                )
                for row in request_rows(self.summary)
            ),
        )

    @property
    def timeline(self) -> Frame:
        """A row for each second of the run."""
        names = tuple(TimelinePoint.model_fields)
        return Frame.of(names, ([getattr(point, name) for name in names] for point in self.summary.timeline))

    @property
    def checks(self) -> Frame:
        """A row for each check."""
        return Frame.of(
            ("group", "name", "passes", "fails", "rate"),
            (
                (check.group, check.name, check.passes, check.fails, _share(check.passes, check.fails))
                for check in self.summary.checks
            ),
        )

    @property
    def thresholds(self) -> Frame:
        """A row for each threshold."""
        return Frame.of(
            ("metric", "expression", "observed", "passed"),
            (
                (threshold.metric, threshold.expression, threshold.observed, threshold.passed)
                for threshold in self.summary.thresholds
            ),
        )

    @property
    def metrics(self) -> Frame:
        """A row for each metric, over all its samples and over each selector; `tags` as `name=a;status=200`."""
        return Frame.of(_TOTALS, (_total(metric) for metric in self.summary.metrics))

    def percentiles(self, metric: str, *percents: float, **tags: str) -> dict[float, float]:
        """Percentiles of a trend over the whole run, from its histogram.

        Args:
            metric: such as `http_req_duration`.
            percents: such as 50, 99.9; 50, 90, 95 and 99 unless told.
            tags: such as `name="login"`; what the summary has: request names and selectors of thresholds.

        Raises:
            KeyError: the summary has no such trend.
        """
        found = next((one for one in self.summary.metrics if one.metric == metric and one.tags == tags), None)
        distribution = None if found is None else Distribution.of(found)
        if distribution is None:
            known = sorted(
                {_selector(one.metric, one.tags) for one in self.summary.metrics if one.histogram is not None}
            )
            raise KeyError(f"no trend {_selector(metric, tags)}; there are {', '.join(known)}")
        return {percent: distribution.percentile(percent) for percent in percents or (50, 90, 95, 99)}

    def over_time(self, metric: str, *percents: float, name: str | None = None) -> Frame:
        """Percentiles of a trend in each interval that was kept, none of them an average.

        Args:
            metric: such as `http_req_duration`.
            percents: such as 50, 99.9; 50, 95 and 99 unless told.
            name: of requests; all of them unless told.

        Returns:
            The columns `elapsed_secs`, `count` and one for each percentile, such as `p95`.

        Raises:
            KeyError: no such trend was kept by interval.
        """
        wanted = percents or (50, 95, 99)
        keys = {
            key
            for interval in self.intervals
            for key in interval.series
            if key.metric == metric and key.kind is MetricKind.TREND and name in (None, key.name)
        }
        if not keys:
            shown = metric if name is None else _selector(metric, {"name": name})
            raise KeyError(f"no trend {shown} was kept by interval")
        names = ("elapsed_secs", "count", *(f"p{percent:g}" for percent in wanted))
        return Frame.of(
            names,
            ((interval.ended_at, *_interval_figures(interval, keys, wanted)) for interval in self.intervals),
        )

    def __repr__(self) -> str:
        summary = self.summary
        return f"<LoadedRun {summary.run_id} {summary.name!r}: {summary.duration_secs:g} s>"


def _interval_figures(
    interval: Interval, keys: set[SeriesKey], percents: Sequence[float]
) -> Iterator[float | None]:
    counts: dict[int, int] = {}
    for key in keys:
        value = interval.series.get(key)
        if isinstance(value, TrendCounts):
            for index, count in zip(value.indices, value.counts, strict=True):
                counts[index] = counts.get(index, 0) + count
    indices = sorted(counts)
    values = Distribution(
        tuple(bucket_bounds(index)[1] / _US_PER_MS for index in indices),
        tuple(counts[index] for index in indices),
    )
    yield values.total
    yield from (values.percentile(percent) if values.total else None for percent in percents)


def _total(metric: MetricSummary) -> Sequence[Any]:
    agg = metric.agg
    figures = (agg.count, agg.sum, agg.rate, agg.per_second, agg.last)
    tags = ";".join(f"{tag}={value}" for tag, value in metric.tags.items())
    return (metric.metric, metric.kind.value, tags, *figures, *(getattr(agg, name) for name in _TREND))


def _selector(metric: str, tags: Mapping[str, str]) -> str:
    chosen = ",".join(f"{tag}:{value}" for tag, value in tags.items())
    return f"{metric}{{{chosen}}}" if chosen else metric


def _share(passes: int, fails: int) -> float | None:
    return passes / (passes + fails) if passes + fails else None
