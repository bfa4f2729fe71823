import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_outputs.series.exponential import SCALE, exponential

BASE = 2.0 ** (2.0**-SCALE)


@given(
    st.dictionaries(st.floats(1e-3, 3.6e6), st.integers(1, 1000), min_size=1), st.sampled_from([1.0, 1000.0])
)
def test_every_value_lies_within_its_bucket(values, divisor):
    buckets = exponential(values, divisor)
    assert sum(buckets.counts.values()) == sum(values.values())
    assert list(buckets.counts) == sorted(buckets.counts)
    for value, count in values.items():
        (index,) = exponential({value: count}, divisor).counts
        assert BASE ** (index - 1) * (1 - 1e-9) < value / divisor <= BASE**index * (1 + 1e-9)


@pytest.mark.parametrize(("value", "index"), [(1.0, 0), (2.0, 32), (0.5, -32), (BASE, 1), (1.001, 1)])
def test_a_bound_belongs_to_the_bucket_below_it(value, index):
    assert exponential({value: 1}).counts == {index: 1}


def test_zeros_have_a_bucket_of_their_own():
    assert exponential({0.0: 3, 1.0: 2}) == (3, {0: 2})
