import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_config.ramps import Ramp, integer_steps

stages = st.lists(st.tuples(st.floats(0, 1000), st.floats(0, 5000)), min_size=1, max_size=6)
starts = st.floats(0, 5000)


@pytest.mark.parametrize(
    ("moment", "value", "area"),
    [
        (0, 0, 0),
        (5, 50, 125),
        (10, 100, 500),
        (15, 100, 1000),
        (20, 100, 1500),
        (25, 50, 1875),
        (30, 0, 2000),
        (99, 0, 2000),
    ],
)
def test_up_flat_and_down(moment, value, area):
    ramp = Ramp(0, [(10, 100), (10, 100), (10, 0)])
    assert ramp.value(moment) == pytest.approx(value)
    assert ramp.area(moment) == pytest.approx(area)


def test_a_stage_without_length_is_a_jump():
    ramp = Ramp(10, [(5, 10), (0, 100), (5, 100), (0, 0)])
    assert [ramp.value(moment) for moment in (0, 4.999, 5, 9.999, 10)] == pytest.approx([10, 10, 100, 100, 0])
    assert (ramp.total, ramp.peak, ramp.duration) == (550, 100, 10)


@given(starts, stages)
def test_the_area_grows_and_ends_at_the_total(start, stages):
    ramp = Ramp(start, stages)
    moments = [ramp.duration * part / 20 for part in range(21)]
    areas = [ramp.area(moment) for moment in moments]
    assert all(after >= before - 1e-6 * (1 + before) for before, after in itertools.pairwise(areas))
    assert areas[-1] == pytest.approx(ramp.total)


@given(starts, stages, st.floats(0, 1))
def test_the_inverse_gives_the_moment_at_which_the_area_is_reached(start, stages, share):
    ramp = Ramp(start, stages)
    area = ramp.total * share
    moment = ramp.when(area)
    assert moment is not None
    assert 0 <= moment <= ramp.duration * (1 + 1e-9)
    assert ramp.area(moment) == pytest.approx(area, rel=1e-6, abs=1e-6 * (1 + ramp.total))


def test_an_area_beyond_the_total_is_never_reached():
    assert Ramp(1, [(10, 1)]).when(10.001) is None


@pytest.mark.parametrize(
    ("start", "stages", "steps"),
    [
        (0, [(10, 2)], [(5, 1), (10, 2)]),
        (2, [(10, 0)], [(5, 1), (10, 0)]),
        (1, [(0, 5), (10, 5)], [(0, 5)]),
        (0, [(4, 2), (0, 0), (2, 1)], [(2, 1), (4, 2), (4, 0), (6, 1)]),
        (3, [(10, 3)], []),
    ],
)
def test_whole_numbers_change_as_in_k6(start, stages, steps):
    assert list(integer_steps(Ramp(start, stages))) == steps


@given(
    st.integers(0, 50), st.lists(st.tuples(st.integers(0, 100), st.integers(0, 50)), min_size=1, max_size=6)
)
def test_steps_are_in_order_and_end_at_the_last_target(start, stages):
    ramp = Ramp(start, stages)
    steps = list(integer_steps(ramp))
    assert [moment for moment, _ in steps] == sorted(moment for moment, _ in steps)
    assert ([value for _, value in steps] or [start])[-1] == stages[-1][1]


def test_a_ramp_tells_what_it_is():
    assert repr(Ramp(0, [(10, 100), (5, 0)])) == "<Ramp of 2 pieces over 15 s, peak 100>"
