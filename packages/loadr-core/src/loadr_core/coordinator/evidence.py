"""From merged data to what the verdict on a run is drawn from. Pure."""

from collections.abc import Iterable, Iterator, Mapping

from loadr_config.thresholds import Threshold
from loadr_core.health import Evidence, LagFigures, SpeedFigures, StartFigures
from loadr_core.metrics import Aggregator, View, instance_selector
from loadr_core.metrics.sinks import CounterSink, TrendSink


def gather_evidence(
    aggregator: Aggregator, thresholds: Iterable[Threshold], max_vus: Mapping[str, int]
) -> Evidence:
    """What of the data speaks for or against the generator.

    Args:
        aggregator: the merged data.
        thresholds: the plan's.
        max_vus: the most VUs of each scenario.
    """
    folded = aggregator.folded_tags
    return Evidence(
        lags=tuple(_lags(aggregator)),
        speeds=tuple(_speeds(aggregator)),
        starts=tuple(_starts(aggregator, max_vus)),
        folded_thresholds=[
            threshold.selector_text
            for threshold in thresholds
            if any(tag in folded for tag, _ in threshold.selector)
        ],
    )


def trend_of(aggregator: Aggregator, metric: str, *selector: tuple[str, str]) -> TrendSink | None:
    """A trend that has samples."""
    sink = aggregator.sink(View(metric, selector))
    return sink if isinstance(sink, TrendSink) and sink.histogram.total else None


def lag_p99(trend: TrendSink) -> float | None:
    """The 99th percentile in ms; of few probes the second largest, since one of them is no evidence."""
    count = trend.histogram.total
    return None if count < 2 else trend.observe("p", min(99.0, 100.0 * (count - 1) / count), 0.0)


def _lags(aggregator: Aggregator) -> Iterator[LagFigures]:
    for worker in aggregator.workers:
        trend = trend_of(aggregator, "loadr_loop_lag", *instance_selector(worker))
        if trend is None and len(aggregator.workers) == 1:
            trend = trend_of(aggregator, "loadr_loop_lag")
        lag = None if trend is None else lag_p99(trend)
        if lag is not None:
            yield LagFigures(worker, lag)


def _speeds(aggregator: Aggregator) -> Iterator[SpeedFigures]:
    for worker in aggregator.workers:
        trend = trend_of(aggregator, "iteration_duration", *instance_selector(worker))
        median = None if trend is None else trend.observe("med", None, 0.0)
        if trend is not None and median is not None:
            yield SpeedFigures(worker, trend.histogram.total, median)


def _starts(aggregator: Aggregator, max_vus: Mapping[str, int]) -> Iterator[StartFigures]:
    for scenario, most in max_vus.items():
        selector = ("scenario", scenario)
        delays = trend_of(aggregator, "iteration_start_delay", selector)
        dropped = _count(aggregator, "dropped_iterations", selector)
        if delays is None and not dropped:
            continue
        yield StartFigures(
            scenario,
            started=0 if delays is None else delays.histogram.total,
            dropped=dropped,
            late=_count(aggregator, "loadr_late_starts", selector),
            most_vus=most,
            delay_p99_ms=0.0 if delays is None else delays.observe("p", 99.0, 0.0) or 0.0,
        )


def _count(aggregator: Aggregator, metric: str, selector: tuple[str, str]) -> int:
    sink = aggregator.sink(View(metric, (selector,)))
    return int(sink.sum or 0) if isinstance(sink, CounterSink) else 0
