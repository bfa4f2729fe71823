import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_outputs.delivery import Backoff


@pytest.mark.parametrize(
    ("failures", "seconds"), [(1, 0.25), (2, 0.5), (3, 1.0), (6, 8.0), (7, 10.0), (10_000, 10.0)]
)
def test_waits_double_up_to_the_limit(failures, seconds):
    assert Backoff().wait(failures) == seconds


@given(st.integers(1, 10**9), st.floats(0.001, 10), st.floats(10, 1000))
def test_a_wait_never_exceeds_the_limit_and_never_shrinks(failures, first, longest):
    backoff = Backoff(first, longest)
    assert first <= backoff.wait(failures) <= longest
    assert backoff.wait(failures) <= backoff.wait(failures + 1)
