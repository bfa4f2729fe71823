import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_report.compare.change import Change, Outcome, floor_on, judged, margin_on, shown
from loadr_report.compare.measures import Scale


@pytest.mark.parametrize(
    ("size", "reach", "own", "outcome"),
    [
        pytest.param(0.10, 0.04, 0.03, "worse", id="sure and large"),
        pytest.param(0.10, 0.11, 0.08, "inconclusive", id="large and unsure"),
        pytest.param(0.04, 0.01, 0.01, "same", id="sure and too small to matter"),
        pytest.param(0.04, 0.02, 0.02, "inconclusive", id="small, and may be large"),
        pytest.param(-0.10, 0.04, 0.03, "better", id="sure and better"),
        pytest.param(0.0, 0.06, 0.04, "same", id="none, its own interval within the margin"),
        pytest.param(0.0, 0.09, 0.06, "inconclusive", id="none that can be told"),
        pytest.param(0.10, None, None, "inconclusive", id="nothing known"),
    ],
)
def test_verdicts(size, reach, own, outcome):
    assert judged(Change(size, reach, own), 0.05, 0.05) == outcome


@given(st.floats(-1, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0.001, 0.5))
def test_more_is_better_is_the_mirror_of_less(size, reach, share, floor):
    mirror = {Outcome.WORSE: Outcome.BETTER, Outcome.BETTER: Outcome.WORSE}
    less = judged(Change(size, reach, reach * share), floor, floor)
    more = judged(Change(size, reach, reach * share), floor, floor, more_is_better=True)
    assert more == mirror.get(less, less)


def test_shares_have_a_floor_and_a_margin_of_their_own():
    assert floor_on(Scale.ABSOLUTE, 0.05, 0.0) == 0.001
    assert floor_on(Scale.ABSOLUTE, 0.05, 0.2) == pytest.approx(0.01)
    assert margin_on(Scale.ABSOLUTE, 0.001) == 0.005
    assert margin_on(Scale.RELATIVE, 0.001) == 0.001
    assert shown(floor_on(Scale.RELATIVE, 0.05, 7.0), Scale.RELATIVE) == pytest.approx(0.05)


def test_what_is_beyond_all_bounds_is_shown_all_the_same():
    assert shown(1e9, Scale.RELATIVE) > 1e300
