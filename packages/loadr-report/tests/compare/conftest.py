"""Runs whose every number is known."""

from array import array

import pytest

from loadr_config.intervals import Interval, RateCounts, SeriesKey, TrendCounts
from loadr_config.metrics import MetricKind
from loadr_config.summary import Aggregate, MetricSummary
from loadr_report.store import StoredRun

DURATION = SeriesKey("http_req_duration", "a", MetricKind.TREND)
REQUESTS = SeriesKey("http_reqs", "a", MetricKind.COUNTER)
FAILED = SeriesKey("http_req_failed", "a", MetricKind.RATE)


def _interval(second, counts, *, failed=0):
    """A second; `counts` are of values in microseconds below 2048, which are their own buckets."""
    total = sum(counts.values())
    values = sorted(counts)
    trend = TrendCounts(array("q", values), array("q", [counts[value] for value in values]), 0.0)
    return Interval(
        second + 1.0, 1.0, 1, {DURATION: trend, REQUESTS: float(total), FAILED: RateCounts(failed, total)}
    )


@pytest.fixture
def second():
    return _interval


@pytest.fixture
def make_run(make_summary):
    """A run of intervals, with a summary that names the metrics in them."""

    def making(intervals=(), label="run", count=10_000, **changes):
        known = {key for interval in intervals for key in interval.series} or {DURATION, REQUESTS, FAILED}
        metrics = [
            MetricSummary(
                metric=metric,
                kind=kind,
                time=kind is MetricKind.TREND,
                agg=Aggregate(count=count, med=1.0, p95=1.0, p99=1.0, per_second=1.0, rate=0.01),
            )
            for metric, kind in sorted({(key.metric, key.kind) for key in known})
        ]
        fields = {"metrics": metrics, "health": {}, "run_id": label} | changes
        return StoredRun(label, make_summary(**fields), tuple(intervals))

    return making
