import itertools

from hypothesis import given
from hypothesis import strategies as st

from loadr_testing.demo_target._faults import failing_share


@given(percent=st.integers(0, 100), seed=st.integers(0, 1000), skipped=st.integers(0, 500))
def test_every_hundred_in_a_row_has_exactly_its_share(percent, seed, skipped):
    failing = itertools.islice(failing_share(percent, seed), skipped, skipped + 100)
    assert sum(failing) == percent


def test_the_seed_chooses_which_fail():
    first, again, other = (list(itertools.islice(failing_share(50, seed), 100)) for seed in (1, 1, 2))
    assert first == again
    assert first != other
