"""From a worker's report to what outputs take: samples, and gains of series. Pure.

A request's samples come from its row. What no row holds (checks, dropped iterations, gauges) is only
counted in a worker; it becomes as many samples with the report's time, so that the samples of every
metric add up to its total.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from loadr_config.buckets import bucket_bounds
from loadr_config.metrics import MetricKind
from loadr_config.summary import Snapshot
from loadr_core.metrics.delta import Delta, RawRows, TrendGain
from loadr_core.metrics.tags import TagPairs
from loadr_core.spi.output import SampleBatch, SeriesGain

if TYPE_CHECKING:
    import numpy as np

_MS: Final = 1000.0
_US_PER_MS: Final = 1000.0

_OWN_GAUGES: Final = ("vus", "vus_max")

TagsOf = Callable[[int], TagPairs]
"""The tag set behind a worker's number."""


def sample_batches(delta: Delta, tags_of: TagsOf, *, epoch: float, at: float) -> Iterator[SampleBatch]:
    """All samples of a report, one batch a series.

    Args:
        delta: the report, its rows kept.
        tags_of: tag sets by number.
        epoch: what to add to a stamp of the worker to get seconds since the epoch.
        at: when the report was made, seconds since the epoch.
    """
    in_rows: set[tuple[str, int]] = set()
    for raw in delta.raw:
        for batch in row_batches(raw, tags_of(raw.tags), epoch):
            in_rows.add((batch.metric, raw.tags))
            yield batch
    yield from _counted_batches(delta, tags_of, in_rows, at)


def row_batches(raw: RawRows, pairs: TagPairs, epoch: float) -> list[SampleBatch]:
    """The samples behind rows, one batch a metric."""
    import numpy as np  # noqa: PLC0415 - only a run whose outputs want samples loads it in the coordinator

    layout, rows, tags = raw.layout, raw.rows, dict(pairs)
    times = rows[:, layout.index(layout.at)] + epoch
    batches = []
    for trend in layout.trends:
        seconds = rows[:, layout.index(trend.end)]
        if trend.start is not None:
            seconds = seconds - rows[:, layout.index(trend.start)]
        batches.append(SampleBatch(trend.metric, MetricKind.TREND, tags, times, seconds * _MS))
    for counter in layout.counters:
        values = np.ones(len(rows)) if counter.column is None else rows[:, layout.index(counter.column)]
        batches.append(SampleBatch(counter.metric, MetricKind.COUNTER, tags, times, values))
    failed = np.full(len(rows), float(raw.failed))
    batches.extend(SampleBatch(metric, MetricKind.RATE, tags, times, failed) for metric in layout.failures)
    return batches


def _counted_batches(
    delta: Delta, tags_of: TagsOf, in_rows: set[tuple[str, int]], at: float
) -> Iterator[SampleBatch]:
    import numpy as np  # noqa: PLC0415 - as above

    def batch(
        metric: str, kind: MetricKind, tags: int, values: "np.ndarray[tuple[int], np.dtype[np.float64]]"
    ) -> SampleBatch:
        return SampleBatch(metric, kind, dict(tags_of(tags)), np.full(len(values), at), values)

    for counter in delta.counters:
        if (counter.metric, counter.tags) not in in_rows:
            yield batch(counter.metric, MetricKind.COUNTER, counter.tags, np.array([counter.increment]))
    for rate in delta.rates:
        if (rate.metric, rate.tags) not in in_rows:
            values = np.zeros(rate.total)
            values[: rate.hits] = 1.0
            yield batch(rate.metric, MetricKind.RATE, rate.tags, values)
    for gauge in delta.gauges:
        yield batch(gauge.metric, MetricKind.GAUGE, gauge.tags, np.array([gauge.last]))
    for trend in delta.trends:
        if (trend.metric, trend.tags) not in in_rows and trend.values.total:
            values = np.repeat(np.array(_middles(trend)), np.array(trend.values.counts))
            yield batch(trend.metric, MetricKind.TREND, trend.tags, values)


def series_gains(delta: Delta, tags_of: TagsOf) -> list[SeriesGain]:
    """What each series of a report gained."""
    gains = []
    for trend in delta.trends:
        values = trend.values
        if values.total:
            gains.append(
                SeriesGain(
                    trend.metric,
                    MetricKind.TREND,
                    dict(tags_of(trend.tags)),
                    time=trend.time,
                    count=values.total,
                    sum=values.sum / _US_PER_MS,
                    min=values.min / _US_PER_MS,
                    max=values.max / _US_PER_MS,
                    values=_middles(trend),
                    counts=values.counts,
                )
            )
    gains.extend(
        SeriesGain(gain.metric, MetricKind.COUNTER, dict(tags_of(gain.tags)), sum=gain.increment)
        for gain in delta.counters
    )
    gains.extend(
        SeriesGain(gain.metric, MetricKind.RATE, dict(tags_of(gain.tags)), count=gain.total, sum=gain.hits)
        for gain in delta.rates
    )
    gains.extend(
        SeriesGain(
            gain.metric,
            MetricKind.GAUGE,
            dict(tags_of(gain.tags)),
            min=gain.min,
            max=gain.max,
            last=gain.last,
        )
        for gain in delta.gauges
    )
    return gains


def own_gauge_gains(snapshot: Snapshot) -> list[SeriesGain]:
    """The gauges that only the coordinator knows, such as `vus`."""
    return [
        SeriesGain(
            summary.metric,
            MetricKind.GAUGE,
            {},
            min=summary.agg.min or 0.0,
            max=summary.agg.max or 0.0,
            last=summary.agg.last or 0.0,
        )
        for summary in snapshot.metrics
        if summary.metric in _OWN_GAUGES
    ]


def own_gauge_batches(snapshot: Snapshot, at: float) -> list[SampleBatch]:
    """The same as samples."""
    import numpy as np  # noqa: PLC0415 - as above

    return [
        SampleBatch(gain.metric, gain.kind, gain.tags, np.array([at]), np.array([gain.last]))
        for gain in own_gauge_gains(snapshot)
    ]


def _middles(trend: TrendGain) -> list[float]:
    """The middle of each bucket in the unit of the trend: three significant digits, as the histogram."""
    return [sum(bucket_bounds(index)) / 2 / _US_PER_MS for index in trend.values.indices]
