from itertools import pairwise
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_config.models import (
    ConstantVus,
    ExternallyControlled,
    PerVuIterations,
    RampingVus,
    SharedIterations,
)
from loadr_core.schedules import closed_schedule
from loadr_core.segments import Segment

WHOLE = Segment()


def steps_of(schedule):
    return list(schedule.steps())


def ramping(start, *stages, **knobs):
    stages = [{"duration": duration, "target": target} for duration, target in stages]
    return RampingVus.model_validate(
        {"executor": "ramping-vus", "start_vus": start, "stages": stages, **knobs}
    )


def test_what_each_executor_is_bounded_by():
    constant = closed_schedule(ConstantVus(executor="constant-vus", vus=3, duration=10), WHOLE)
    each = closed_schedule(PerVuIterations(executor="per-vu-iterations", vus=3, iterations=4), WHOLE)
    shared = closed_schedule(SharedIterations(executor="shared-iterations", vus=3, iterations=4), WHOLE)
    assert (constant.vus(constant.first_vus), constant.end, constant.iterations) == (3, 10, None)
    assert (each.vus(each.first_vus), each.end, each.iterations) == (3, 600, 12)
    assert (shared.vus(shared.first_vus), shared.end, shared.iterations) == (3, 600, 4)


def test_an_externally_controlled_scenario_lasts_until_it_is_stopped():
    config = ExternallyControlled(executor="externally-controlled", vus=2, max_vus=5)
    schedule = closed_schedule(config, WHOLE)
    assert (steps_of(schedule), schedule.end, schedule.most) == ([(0.0, 2)], inf, 5)
    assert schedule.fraction(1000, 7) == 0.0


RAMPS = {
    "up": (ramping(0, (10, 5)), [(0, 0), (2, 1), (4, 2), (6, 3), (8, 4)]),
    "down, and what comes at the end is the end": (ramping(3, (3, 0)), [(0, 3), (1, 2), (2, 1)]),
    "a jump at the start": (ramping(1, (0, 4), (5, 4)), [(0, 1), (0, 4)]),
    "a jump in between": (ramping(1, (2, 1), (0, 3), (2, 1)), [(0, 1), (2, 3), (3, 2)]),
    "a jump at the end is never reached": (ramping(2, (5, 2), (0, 9)), [(0, 2)]),
}


@pytest.mark.parametrize(("config", "expected"), RAMPS.values(), ids=RAMPS)
def test_ramps_in_whole_vus(config, expected):
    assert steps_of(closed_schedule(config, WHOLE)) == [pytest.approx(step) for step in expected]


stages = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 60)), min_size=1, max_size=5)


@given(st.integers(0, 60), stages.filter(lambda drawn: any(duration for duration, _ in drawn)))
def test_the_steps_of_a_ramp_go_forward_one_vu_at_a_time_except_in_jumps(start, drawn):
    config = ramping(start, *drawn)
    steps = steps_of(closed_schedule(config, WHOLE))
    assert steps[0] == (0.0, start)
    assert all(0 <= total <= max(start, *(target for _, target in drawn)) for _, total in steps)
    jumps = sum(duration == 0 for duration, _ in drawn)
    large = 0
    for (before, earlier), (after, later) in pairwise(steps):
        assert after >= before
        large += abs(later - earlier) > 1
    assert large <= jumps
    assert all(moment < sum(duration for duration, _ in drawn) for moment, _ in steps)


@given(
    st.integers(0, 60), stages.filter(lambda drawn: any(duration for duration, _ in drawn)), st.integers(1, 8)
)
def test_at_any_moment_the_instances_together_have_the_vus_of_the_ramp(start, drawn, count):
    config = ramping(start, *drawn)
    parts = [closed_schedule(config, Segment(index, count)) for index in range(count)]
    for _, total in steps_of(parts[0]):
        assert sum(part.vus(total) for part in parts) == total


@given(st.integers(1, 100), st.integers(1, 1000), st.integers(1, 8))
def test_instances_share_vus_and_iterations_exactly(vus, iterations, count):
    config = SharedIterations(executor="shared-iterations", vus=vus, iterations=iterations)
    parts = [closed_schedule(config, Segment(index, count)) for index in range(count)]
    assert sum(part.vus(part.first_vus) for part in parts) == vus
    assert sum(part.shared for part in parts) == iterations
    assert all(part.shared == 0 for part in parts if part.vus(vus) == 0)


@pytest.mark.parametrize(
    ("elapsed", "completed", "fraction"),
    [(0, 0, 0.0), (5, 0, 0.5), (10, 0, 1.0), (99, 0, 1.0), (-1, 0, 0.0)],
)
def test_the_fraction_of_a_schedule_bound_by_time(elapsed, completed, fraction):
    schedule = closed_schedule(ConstantVus(executor="constant-vus", vus=1, duration=10), WHOLE)
    assert schedule.fraction(elapsed, completed) == fraction


def test_the_fraction_of_a_schedule_bound_by_iterations():
    schedule = closed_schedule(PerVuIterations(executor="per-vu-iterations", vus=2, iterations=5), WHOLE)
    assert [schedule.fraction(1, done) for done in (0, 5, 10)] == [0.0, 0.5, 1.0]
