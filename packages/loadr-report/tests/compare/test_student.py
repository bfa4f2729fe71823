from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_report.compare.student import two_sided_quantile, within


@pytest.mark.parametrize(
    ("df", "level", "quantile"),
    [
        # Abramowitz and Stegun, table 26.10.
        (1, 0.95, 12.706),
        (2, 0.95, 4.303),
        (3, 0.99, 5.841),
        (4, 0.999, 8.610),
        (5, 0.95, 2.571),
        (8, 0.99, 3.355),
        (15, 0.95, 2.131),
        (30, 0.99, 2.750),
        (120, 0.95, 1.980),
    ],
)
def test_quantiles_are_those_of_the_tables(df, level, quantile):
    assert two_sided_quantile(level, df) == pytest.approx(quantile, abs=6e-4)


@given(st.integers(1, 399), st.floats(0.01, 0.9999))
def test_a_quantile_holds_its_probability(df, level):
    assert within(two_sided_quantile(level, df), df) == pytest.approx(level, abs=1e-9)


@given(st.floats(0.5, 0.9999))
def test_many_degrees_of_freedom_are_nearly_normal(level):
    normal = NormalDist().inv_cdf(0.5 + level / 2)
    assert two_sided_quantile(level, 399) == pytest.approx(normal, rel=0.02)
    assert two_sided_quantile(level, 400) == pytest.approx(normal)
