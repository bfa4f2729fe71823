import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_config.models import ConstantArrivalRate
from loadr_core.schedules import PoolSize
from loadr_core.segments import Segment

WHOLE = Segment()


def pool(segment=WHOLE, **knobs):
    config = ConstantArrivalRate.model_validate(
        {"executor": "constant-arrival-rate", "rate": 1, "duration": 1, **knobs}
    )
    return PoolSize(config, segment)


CASES = {
    "both": ({"pre_allocated_vus": 2, "max_vus": 5}, 2, 5),
    "only those made before": ({"pre_allocated_vus": 2}, 2, 2),
    "only the most": ({"max_vus": 5}, 0, 5),
    "neither": ({}, 0, 10_000),
    "none made before, and no bound": ({"pre_allocated_vus": 0}, 0, 10_000),
}


@pytest.mark.parametrize(("knobs", "first", "limit"), CASES.values(), ids=CASES)
def test_what_the_plan_says(knobs, first, limit):
    assert (pool(**knobs).first, pool(**knobs).limit(100.0)) == (first, limit)


def test_a_bound_of_the_plan_does_not_depend_on_what_is_observed():
    bounded = pool(max_vus=5)
    bounded.observe(0.001)
    assert bounded.limit(1.0) == 5


def test_a_pool_that_sizes_itself_may_have_ten_times_what_the_rate_keeps_busy():
    own = pool()
    for number in range(100):
        own.observe(0.2 if number >= 94 else 0.01)
    assert own.limit(50.0) == 100
    assert own.limit(1.0) == 2
    assert own.limit(0.01) == 1
    assert own.limit(1e6) == 10_000


def test_it_follows_a_target_that_becomes_slow():
    own = pool()
    own.observe(0.001)
    assert own.limit(100.0) == 1
    own.observe(1.0)
    assert own.limit(100.0) == 1000


@given(st.integers(0, 500), st.integers(1, 500), st.integers(1, 8))
def test_instances_partition_the_vus(first, more, count):
    parts = [
        pool(Segment(index, count), pre_allocated_vus=first, max_vus=first + more) for index in range(count)
    ]
    assert sum(part.first for part in parts) == first
    assert sum(part.most for part in parts) == first + more
