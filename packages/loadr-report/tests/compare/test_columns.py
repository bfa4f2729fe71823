from array import array

import numpy as np
import pytest

from loadr_config.intervals import Interval, RateCounts, SeriesKey, TrendCounts
from loadr_config.metrics import MetricKind
from loadr_report.compare.columns import RunColumns

A = SeriesKey("d", "a", MetricKind.TREND)
B = SeriesKey("d", "b", MetricKind.TREND)


def lasting(*lengths):
    rate = SeriesKey("f", "", MetricKind.RATE)
    ended, intervals = 0.0, []
    for seconds in lengths:
        ended += seconds
        intervals.append(Interval(ended, seconds, 1, {rate: RateCounts(1, 2)}))
    return intervals


def test_names_add_up_to_the_whole():
    intervals = [
        Interval(1.0, 1.0, 1, {A: TrendCounts(array("q", [10, 30]), array("q", [1, 2]), 0.0)}),
        Interval(2.0, 1.0, 1, {B: TrendCounts(array("q", [20, 30]), array("q", [5, 1]), 0.0)}),
    ]
    columns = RunColumns.of(intervals)
    whole = columns.trends["d", ""]
    assert whole.values.tolist() == [0.010, 0.020, 0.030]
    assert whole.counts.tolist() == [[1, 0, 2], [0, 5, 1]]
    assert columns.trends["d", "a"].counts.tolist() == [[1, 2], [0, 0]]


def test_series_without_a_name_are_counted_once():
    columns = RunColumns.of(lasting(1.0, 1.0))
    assert columns.rates["f", ""].totals.tolist() == [2, 2]


@pytest.mark.parametrize(
    ("lengths", "kept"),
    [
        pytest.param([1.0] * 5, [1.0] * 5, id="seconds stay"),
        pytest.param([1.0, 1.1, 0.9, 1.0, 0.5], [1.0, 1.1, 0.9, 1.0, 0.5], id="about a second"),
        pytest.param([1.0, 1.0, 0.1], [1.0, 1.1], id="a short end goes to the one before"),
        pytest.param([2.0] * 6 + [1.0] * 4, [2.0] * 8, id="thinned out"),
        pytest.param([1.0] * 30 + [5.0], [1.0] * 30 + [5.0], id="one that nobody reported in"),
        pytest.param([], [], id="nothing"),
    ],
)
def test_intervals_are_made_even(lengths, kept):
    assert RunColumns.of(lasting(*lengths)).seconds.tolist() == pytest.approx(kept)


def test_long_runs_are_taken_in_longer_intervals_and_nothing_is_lost():
    columns = RunColumns.of(lasting(*[1.0] * 3_600))
    assert 200 <= columns.size <= 700
    assert columns.rates["f", ""].totals.sum() == 7_200


def test_a_warm_up_can_be_left_out():
    columns = RunColumns.of(lasting(*[1.0] * 10), skipped=3.0)
    assert columns.size == 7
    assert np.isclose(columns.seconds.sum(), 7.0)
