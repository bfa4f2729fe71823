"""Recording in bulk equals value-by-value recording with the hdrhistogram package."""

import numpy as np
import pytest
from hdrh.histogram import HdrHistogram
from hypothesis import given, settings
from hypothesis import strategies as st

from loadr_config.buckets import bucket_bounds
from loadr_core.metrics.histogram import HIGHEST_US, Histogram
from loadr_core.recording.bulk import BulkHistogram, bucket_indices, record
from loadr_core.recording.plain import PlainHistogram

PERCENTILES = [0, 1, 25, 50, 90, 95, 99, 99.9, 99.99, 100]

values = st.lists(
    st.integers(0, HIGHEST_US) | st.integers(0, 5_000) | st.integers(1_000, 2_000_000), min_size=1
)


def reference(microseconds):
    histogram = HdrHistogram(1, HIGHEST_US, 3)
    for value in microseconds:
        assert histogram.record_value(int(value))
    return histogram


def recorded(microseconds, chunk=4096):
    """Record in both ways, which must agree."""
    recorder, histogram = BulkHistogram(), Histogram()
    plain, same = PlainHistogram(), Histogram()
    for start in range(0, len(microseconds), chunk):
        record([recorder], np.array([microseconds[start : start + chunk]], np.float64))
        plain.record(microseconds[start : start + chunk])
    histogram.add(recorder.take())
    same.add(plain.take())
    assert same.encode() == histogram.encode()
    assert same.sum == pytest.approx(histogram.sum)
    return histogram


def assert_equal(ours, theirs):
    assert ours.total == theirs.total_count
    assert ours.min == theirs.min_value
    assert ours.max == theirs.max_value
    for percent in PERCENTILES:
        assert ours.percentile(percent) == theirs.get_value_at_percentile(percent), percent
    assert ours.encode() == theirs.encode().decode()


@settings(max_examples=30)  # the reference walks its 23,000 buckets in Python
@given(values)
def test_equals_value_by_value_recording(microseconds):
    assert_equal(recorded(microseconds), reference(microseconds))


@pytest.mark.parametrize(
    "microseconds",
    [
        pytest.param([0, 1, 1023, 1024, 1025, 2047, 2048, 2049, 4095, 4096], id="around the bucket edges"),
        pytest.param(
            [2**power + offset for power in range(11, 31) for offset in (-1, 0, 1)], id="powers of two"
        ),
        pytest.param([HIGHEST_US - 1, HIGHEST_US], id="the end of the range"),
        pytest.param([0] * 1000, id="zeros"),
    ],
)
def test_edges(microseconds):
    assert_equal(recorded(microseconds), reference(microseconds))


def test_a_large_random_sample_recorded_in_batches():
    sample = (
        np.exp(np.random.default_rng(7).normal(8, 2, 20_000)).clip(0, HIGHEST_US).astype(np.int64).tolist()
    )
    assert_equal(recorded(sample), reference(sample))


@given(values)
def test_fractions_go_where_their_floor_goes(microseconds):
    whole, fractional = (
        recorded(microseconds),
        recorded(np.minimum(np.array(microseconds) + 0.37, HIGHEST_US)),
    )
    assert fractional.percentile(50) == whole.percentile(50)
    assert fractional.max == whole.max


@given(values, values, values)
def test_merging_is_associative_and_equals_pooling(one, two, three):
    left = recorded(one)
    left.merge(recorded(two))
    left.merge(recorded(three))
    right = recorded(two)
    right.merge(recorded(three))
    other = recorded(one)
    other.merge(right)
    assert left.encode() == other.encode() == recorded(one + two + three).encode()


@given(values, values)
def test_merging_is_commutative(one, two):
    left, right = recorded(one), recorded(two)
    left.merge(recorded(two))
    right.merge(recorded(one))
    assert left.encode() == right.encode()
    assert (left.total, left.min, left.max) == (right.total, right.min, right.max)
    assert left.sum == pytest.approx(right.sum)


@given(values, values)
def test_deltas_add_up_to_the_whole(one, two):
    source, target = BulkHistogram(), Histogram()
    for part in (one, two):
        record([source], np.array([part], np.float64))
        target.add(source.take())
    assert source.take().total == 0
    pooled = recorded(one + two)
    assert target.encode() == pooled.encode()
    assert target.sum == pytest.approx(pooled.sum)


def test_the_mean_is_exact_not_that_of_buckets():
    histogram = recorded([1_000_001, 1_000_003])
    assert histogram.mean() == 1_000_002


def test_values_outside_of_the_range_are_counted_at_its_end():
    histogram = recorded([-5.0, 4e9])
    assert (histogram.total, histogram.min, histogram.max) == (2, 0, HIGHEST_US)


@given(values)
def test_several_percentiles_at_once_equal_each_alone(microseconds):
    histogram = recorded(microseconds)
    assert histogram.percentiles(*PERCENTILES) == [histogram.percentile(percent) for percent in PERCENTILES]


def test_an_empty_histogram_has_no_figures():
    histogram = Histogram()
    assert (histogram.total, histogram.min, histogram.max, histogram.mean(), histogram.percentile(99)) == (
        0,
        0,
        0,
        0,
        0,
    )
    assert repr(histogram) == "<Histogram of 0: min=0 max=0 us>"


@given(st.integers(0, HIGHEST_US))
def test_a_value_lies_within_the_bounds_of_its_bucket(value):
    index = int(bucket_indices(np.array([float(value)]))[0])
    lowest, highest = bucket_bounds(index)
    assert lowest <= value <= highest
    assert highest - lowest <= max(value // 1000, 0)
