import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_config.models import ConstantVus, PerVuIterations, SharedIterations
from loadr_core.schedules import closed_schedule
from loadr_core.segments import Segment

WHOLE = Segment()


def test_what_each_executor_is_bounded_by():
    constant = closed_schedule(ConstantVus(executor="constant-vus", vus=3, duration=10), WHOLE)
    each = closed_schedule(PerVuIterations(executor="per-vu-iterations", vus=3, iterations=4), WHOLE)
    shared = closed_schedule(SharedIterations(executor="shared-iterations", vus=3, iterations=4), WHOLE)
    assert (constant.vus, constant.end, constant.iterations) == (3, 10, None)
    assert (each.vus, each.end, each.iterations) == (3, 600, 12)
    assert (shared.vus, shared.end, shared.iterations) == (3, 600, 4)


@given(st.integers(1, 100), st.integers(1, 1000), st.integers(1, 8))
def test_instances_share_vus_and_iterations_exactly(vus, iterations, count):
    config = SharedIterations(executor="shared-iterations", vus=vus, iterations=iterations)
    parts = [closed_schedule(config, Segment(index, count)) for index in range(count)]
    assert sum(part.vus for part in parts) == vus
    assert sum(part.shared for part in parts) == iterations
    assert all(part.shared == 0 for part in parts if part.vus == 0)
    numbers = [part.first_vu + number for part in parts for number in range(part.vus)]
    assert numbers == list(range(vus))


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
