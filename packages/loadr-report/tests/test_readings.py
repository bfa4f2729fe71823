import pytest

from loadr_config.metrics import MetricKind
from loadr_config.summary import Aggregate, MetricSummary
from loadr_report.readings import has_samples, rate_of, reading, trend_cells


def made(kind, name="m", *, time=False, **agg):
    return MetricSummary(metric=name, kind=kind, time=time, agg=Aggregate(**agg))


@pytest.mark.parametrize(
    ("metric", "parts"),
    [
        (made(MetricKind.COUNTER, sum=12345, per_second=205.7), ("12,345", "206/s")),
        (made(MetricKind.COUNTER, sum=5), ("5",)),
        (made(MetricKind.COUNTER, "data_sent", sum=1500, per_second=50), ("1.5 kB", "50 B/s")),
        (made(MetricKind.RATE, rate=0.25, sum=1, count=4), ("25.00%", "1 of 4")),
        (made(MetricKind.GAUGE, last=3, min=1, max=9), ("3", "min 1", "max 9")),
        (made(MetricKind.GAUGE, "loadr_cpu", last=0.5, min=0, max=1), ("50.00%", "min 0.00%", "max 100.00%")),
    ],
    ids=["counter", "counter without rate", "data", "rate", "gauge", "cpu"],
)
def test_a_reading_says_what_the_kind_keeps(metric, parts):
    assert reading(metric) == parts


def test_the_cells_of_a_trend_follow_its_unit():
    agg = {"avg": 1500.0, "min": 0.5, "med": 1, "max": 2, "p90": 3, "p95": 4}
    assert trend_cells(made(MetricKind.TREND, time=True, **agg))[:2] == ("1.5s", "500µs")
    assert trend_cells(made(MetricKind.TREND, **agg)) == ("1.5k", "0.5", "1", "2", "3", "4", "-")
    assert reading(made(MetricKind.TREND, **agg))[0] == "avg 1.5k"


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        (made(MetricKind.COUNTER, sum=0), False),
        (made(MetricKind.COUNTER, sum=1), True),
        (made(MetricKind.GAUGE), False),
        (made(MetricKind.GAUGE, last=0), True),
        (made(MetricKind.RATE, rate=0, sum=0, count=0), False),
        (made(MetricKind.RATE, rate=0, sum=0, count=1), True),
        (made(MetricKind.TREND, count=0), False),
        (made(MetricKind.TREND, count=1), True),
    ],
)
def test_what_counts_as_having_samples(metric, expected):
    assert has_samples(metric) is expected


def test_a_rate_of_nothing_has_no_ratio():
    assert rate_of(0, 0).rate is None
    assert rate_of(3, 1).rate == 0.75
