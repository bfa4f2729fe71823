from loadr_config.models import TestPlan
from loadr_core.numbering import MOST_VUS, number_vus

FLOW = [{"request": {"url": "/"}}]
SCENARIOS = {
    "constant": ({"executor": "constant-vus", "vus": 3, "duration": 1}, 3),
    "ramping": (
        {
            "executor": "ramping-vus",
            "start_vus": 2,
            "stages": [{"duration": 1, "target": 5}, {"duration": 1, "target": 1}],
        },
        5,
    ),
    "by-hand": ({"executor": "externally-controlled", "vus": 1, "max_vus": 4}, 4),
    "rate": ({"executor": "constant-arrival-rate", "rate": 1, "duration": 1, "pre_allocated_vus": 2}, 2),
    "rate-up-to": (
        {
            "executor": "constant-arrival-rate",
            "rate": 1,
            "duration": 1,
            "pre_allocated_vus": 2,
            "max_vus": 6,
        },
        6,
    ),
    "rate-free": ({"executor": "constant-arrival-rate", "rate": 1, "duration": 1}, MOST_VUS),
    "shared": ({"executor": "shared-iterations", "vus": 2, "iterations": 9}, 2),
    "each": ({"executor": "per-vu-iterations", "vus": 2, "iterations": 9}, 2),
}


def numbers():
    plan = TestPlan.model_validate(
        {"scenarios": {name: {**knobs, "flow": FLOW} for name, (knobs, _) in SCENARIOS.items()}}
    )
    return number_vus(plan.scenarios)


def test_the_planned_vus_of_all_scenarios_are_numbered_in_a_row():
    drawn = [own.number(place) for own in numbers().values() for place in range(own.planned)]
    assert {name: own.planned for name, own in numbers().items()} == {
        name: planned for name, (_, planned) in SCENARIOS.items()
    }
    assert drawn == list(range(1, len(drawn) + 1))


def test_vus_beyond_the_plan_have_numbers_of_their_own():
    drawn = [own.number(place) for own in numbers().values() for place in range(own.planned + 50)]
    assert len(set(drawn)) == len(drawn)
