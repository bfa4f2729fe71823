import random

import pytest
from hdrh.histogram import HdrHistogram
from hypothesis import given
from hypothesis import strategies as st

from loadr_config.metrics import MetricKind
from loadr_config.summary import Aggregate, MetricSummary
from loadr_report.distribution import Bar, Distribution, bar_bounds


def trend_of(values_us):
    histogram = HdrHistogram(1, 3_600_000_000, 3)
    for value in values_us:
        histogram.record_value(value)
    return MetricSummary(
        metric="http_req_duration",
        kind=MetricKind.TREND,
        time=True,
        agg=Aggregate(max=max(values_us) / 1000, count=len(values_us)),
        histogram=histogram.encode().decode("ascii"),
    )


def test_without_a_histogram_there_is_no_distribution():
    trend = MetricSummary(metric="m", kind=MetricKind.TREND, time=True, agg=Aggregate())
    assert Distribution.of(trend) is None


BOUNDS = {
    "fine": (1.0, 1.9, (1.0, 1.2, 1.4, 1.6, 1.8, 2.0)),
    "six a decade": (1.05, 19.0, (1.5, 2.0, 3.0, 5.0, 7.0, 10.0, 15.0, 20.0)),
    "three a decade": (0.3, 400.0, (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0)),
    "one a decade": (
        0.001,
        3_600_000.0,
        (0.001, 0.01, 0.1, 1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000),
    ),
    "one value": (5.0, 5.0, (5.0,)),
    "nothing is below a microsecond": (0.0, 0.0, (0.001,)),
}


@pytest.mark.parametrize(("low", "high", "bounds"), BOUNDS.values(), ids=BOUNDS)
def test_bounds_of_bars(low, high, bounds):
    assert tuple(bar_bounds(low, high, 12)) == bounds


@given(st.lists(st.integers(0, 3_600_000_000), min_size=1, max_size=60))
def test_bars_hold_every_value_once_and_are_not_empty_at_the_ends(values):
    distribution = Distribution.of(trend_of(values))
    bars = distribution.bars(12)
    assert len(bars) <= 12
    assert sum(bar.count for bar in bars) == distribution.total == len(values)
    assert bars[0].count > 0
    assert bars[-1].count > 0
    uptos = [bar.upto for bar in bars]
    assert uptos == sorted(set(uptos))


def test_a_value_at_a_bound_is_below_it():
    bars = Distribution.of(trend_of([1000, 1200, 1201])).bars(12)
    assert bars == (Bar(1.0, 1), Bar(1.2, 1), Bar(1.4, 1))


@pytest.mark.parametrize("percent", [0.0, 10.0, 50.0, 99.0, 99.9, 100.0])
def test_percentiles_are_those_of_the_reference(percent):
    values = [int(random.Random(7 * n).lognormvariate(9, 1)) for n in range(5000)]
    reference = HdrHistogram(1, 3_600_000_000, 3)
    for value in values:
        reference.record_value(value)
    expected = min(reference.get_value_at_percentile(percent or 1e-9), max(values)) / 1000
    assert Distribution.of(trend_of(values)).percentile(percent) == pytest.approx(expected)
