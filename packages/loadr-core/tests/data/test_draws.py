"""Shares of a shared source: exact, whatever the number of instances."""

from hypothesis import given
from hypothesis import strategies as st

from loadr_config.models import TestPlan
from loadr_core.data import Draws, draws_of, plan_draws
from loadr_core.segments import Segment

INSTANCES = st.integers(1, 8)
HOLDERS = st.lists(st.integers(0, 20), min_size=1, max_size=3).filter(any)


def fleet(instances, holders, **keys):
    return [draws_of(Segment(index, instances), holders, **keys) for index in range(instances)]


def made(draws, below):
    """The draws of an instance below a bound."""
    numbers = []
    while draws.seats and (number := draws(len(numbers))) < below:
        numbers.append(number)
    return numbers


@given(INSTANCES, HOLDERS, st.booleans(), st.integers(0, 200))
def test_every_draw_is_made_by_exactly_one_instance_in_order(instances, holders, once, below):
    parts = [made(draws, below) for draws in fleet(instances, holders, once=once)]
    assert sorted(number for part in parts for number in part) == list(range(below))
    assert all(part == sorted(part) for part in parts)


@given(INSTANCES, HOLDERS, st.integers(1, 30), st.integers(1, 5))
def test_no_row_is_handed_out_twice_within_a_lap(instances, holders, rows, laps):
    parts = [made(draws, rows * laps) for draws in fleet(instances, holders)]
    for lap in range(laps):
        numbers = [number % rows for part in parts for number in part if number // rows == lap]
        assert sorted(numbers) == list(range(rows))


@given(INSTANCES, HOLDERS)
def test_an_instance_has_seats_where_it_has_vus(instances, holders):
    for index, draws in enumerate(fleet(instances, holders)):
        assert draws.seats == sum(len(Segment(index, instances).stripe(vus)) for vus in holders)
        assert draws.total == sum(holders)


@given(INSTANCES, HOLDERS, st.integers(1, 10))
def test_while_all_vus_are_equally_fast_rows_go_in_the_order_of_the_file(instances, holders, rounds):
    taken = [draws(k) for draws in fleet(instances, holders) for k in range(draws.seats * rounds)]
    assert sorted(taken) == list(range(sum(holders) * rounds))


def test_one_instance_draws_everything():
    assert draws_of(Segment(), [5]) == Draws(0, 5, 5)
    assert [Draws(0, 5, 5)(taken) for taken in range(7)] == [0, 1, 2, 3, 4, 5, 6]


def test_a_plan_gives_seats_to_those_who_use_a_source():
    rows = {"type": "inline", "rows": [{"a": 1}]}
    scenario = {"executor": "constant-vus", "duration": "1s"}
    plan = TestPlan.model_validate(
        {
            "data": {"both": rows, "one": rows, "none": rows, "setup": rows},
            "setup": [{"request": {"url": "/${data.setup.a}"}}],
            "scenarios": {
                "a": {**scenario, "vus": 3, "flow": [{"request": {"url": "/${data.both.a}${data.one.a}"}}]},
                "b": {**scenario, "vus": 2, "flow": [{"request": {"url": "/${data.both.a}"}}]},
            },
        }
    )
    assert plan_draws(plan, Segment(0, 2)) == {
        "both": Draws(0, 3, 5),
        "one": Draws(0, 2, 3),
        "none": Draws(0, 3, 5),
        "setup": Draws(0, 1, 1),
    }
    assert plan_draws(plan, Segment(1, 2)) == {
        "both": Draws(3, 2, 5),
        "one": Draws(2, 1, 3),
        "none": Draws(3, 2, 5),
        "setup": Draws(1, 0, 1),
    }
