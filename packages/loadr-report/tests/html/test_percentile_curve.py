import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_report.distribution import Distribution
from loadr_report.html.percentile_curve import curve, places

HUNDRED = Distribution(tuple(float(value) for value in range(1, 101)), (1,) * 100)

distributions = st.dictionaries(st.integers(1, 10_000), st.integers(1, 50), min_size=1, max_size=60).map(
    lambda counts: Distribution(
        tuple(float(value) for value in sorted(counts)), tuple(counts[value] for value in sorted(counts))
    )
)


@pytest.mark.parametrize(
    ("place", "value"),
    [(1.0, 1.0), (2.0, 50.0), (4.0, 75.0), (10.0, 90.0), (20.0, 95.0), (100.0, 100.0), (101.0, None)],
)
def test_a_place_is_one_by_what_lies_above(place, value):
    assert curve(HUNDRED, [place]) == [value]


@given(distributions)
def test_a_curve_agrees_with_percentiles_and_ends_at_the_largest(distribution):
    at = places([distribution.total])
    values = curve(distribution, at)
    assert values[-1] == distribution.highest[-1]
    assert values == sorted(values)
    for place, value in zip(at[:-1], values[:-1], strict=True):
        assert value == distribution.percentile(100 * (1 - 1 / place))


@given(st.lists(distributions, min_size=1, max_size=4))
def test_curves_of_any_size_share_their_places(several):
    at = places([distribution.total for distribution in several])
    assert at == sorted(set(at))
    for distribution in several:
        values = curve(distribution, at)
        assert [value is None for value in values] == [place > distribution.total for place in at]
        assert distribution.highest[-1] in values


def test_nothing_has_no_places():
    assert places([]) == []
    assert places([0]) == []
