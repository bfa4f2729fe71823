"""One worker for a plan that one core can serve, else one per usable core; the reason says which."""

from math import inf

import pytest

from loadr_config.models import TestPlan
from loadr_core.fleet import fleet_size, most_requests_in_a_second

REQUEST = {"request": {"url": "http://host/"}}
THINK = {"think_time": {"type": "constant", "duration": "1s"}}
FEW, MANY = 1, 4


def arrivals(rate, **more):
    return {"executor": "constant-arrival-rate", "rate": rate, "duration": "1m", "max_vus": 50, **more}


def vus(number, **more):
    return {"executor": "constant-vus", "vus": number, "duration": "1m", **more}


def shared(iterations, **more):
    return {"executor": "shared-iterations", "vus": 500, "iterations": iterations, **more}


CASES = {
    "a low rate": (arrivals(500), FEW, "at most 500 requests/s"),
    "a high rate": (arrivals(50_000), MANY, "all usable cores: the plan may send 50,000 requests/s"),
    "a rate per minute": (arrivals(50_000, time_unit="1m"), FEW, "at most 833 requests/s"),
    "a few VUs without a pause": (vus(10), FEW, "at most 2,000 requests/s"),
    "many VUs without a pause": (vus(200), MANY, "the plan may send 40,000 requests/s"),
    "many VUs that think": (vus(5_000, flow=[REQUEST, THINK]), FEW, "at most 4,975 requests/s"),
    "a crowd that thinks": (vus(50_000, flow=[REQUEST, THINK]), MANY, "the plan may send 49,751 requests/s"),
    "a loop over time": (
        vus(500, flow=[{"during": {"duration": "10s", "steps": [REQUEST]}}]),
        MANY,
        "the plan may send 100,000 requests/s",
    ),
    "pacing": (vus(500, pacing={"iterations_per_second": 1_000}), FEW, "at most 1,000 requests/s"),
    "a throttle": (arrivals(50_000, throttle={"requests_per_second": 20}), FEW, "at most 20 requests/s"),
    "few iterations in all": (shared(1_000), FEW, "at most 1,000 requests, which one core serves"),
    "many iterations": (shared(1_000_000), MANY, "the plan may send 100,000 requests/s"),
    "a ramp": (
        {
            "executor": "ramping-arrival-rate",
            "stages": [{"duration": "1m", "target": 20_000}, {"duration": "1m", "target": 0}],
            "max_vus": 100,
        },
        MANY,
        "the plan may send 20,000 requests/s",
    ),
    "fewer VUs than cores": (
        vus(2, flow=[{"repeat": {"times": 100, "steps": [REQUEST]}}]),
        FEW,
        "at most 400 requests/s",
    ),
    "an arrival rate on two VUs": (
        arrivals(50_000, max_vus=2),
        2,
        "as many as VUs, of 4 usable cores: the plan may send 50,000 requests/s",
    ),
    "an arrival rate on one VU": (arrivals(50_000, max_vus=1), 1, "the plan has one VU"),
    "driven by hand": (
        {"executor": "externally-controlled", "max_vus": 1_000},
        MANY,
        "the plan may send 200,000 requests/s",
    ),
}


@pytest.mark.parametrize(("scenario", "workers", "reason"), CASES.values(), ids=CASES)
def test_the_number_of_workers(scenario, workers, reason):
    size = fleet_size(plan(main=scenario), cores=4)
    assert size.workers == workers, size
    assert reason in size.reason


def plan(js=None, **scenarios):
    return TestPlan.model_validate(
        {
            "scenarios": {name: {"flow": [REQUEST], **scenario} for name, scenario in scenarios.items()},
            **({"js": js} if js else {}),
        }
    )


def test_the_rates_of_all_scenarios_add_up():
    assert fleet_size(plan(a=arrivals(6_000)), cores=4).workers == 1
    assert fleet_size(plan(a=arrivals(6_000), b=arrivals(6_000)), cores=4).workers == 4


def test_scripts_cost_more():
    assert fleet_size(plan(a=arrivals(6_000), js={"script": "export default () => 1"}), cores=4).workers == 4


def test_there_may_be_only_one_core():
    size = fleet_size(plan(main=vus(200)), cores=1)
    assert (size.workers, size.reason) == (1, "there is one usable core")


BOUNDS = {
    "a rate": (arrivals(500, flow=[REQUEST, REQUEST]), 1_000),
    "a rate of iterations without requests": (arrivals(500, flow=[THINK]), 500),
    "VUs without a pause": (vus(1), inf),
    "VUs that think": (vus(1_000, flow=[REQUEST, THINK]), 1_000),
    "a loop over time": (arrivals(1, flow=[{"during": {"duration": "10s", "steps": [REQUEST]}}]), inf),
    "pacing": (vus(500, flow=[REQUEST, REQUEST], pacing={"iterations_per_second": 100}), 200),
    "a throttle": (vus(500, throttle={"requests_per_second": 20}), 20),
    "a throttle above what is asked for": (arrivals(10, throttle={"requests_per_second": 20}), 10),
    "few iterations in all": (shared(100), 100),
}


@pytest.mark.parametrize(("scenario", "expected"), BOUNDS.values(), ids=BOUNDS)
def test_no_target_is_so_fast_that_a_plan_exceeds_its_bound(scenario, expected):
    plan = TestPlan.model_validate({"scenarios": {"one": {"flow": [REQUEST], **scenario}}})
    assert most_requests_in_a_second(plan) == expected


def test_scenarios_add_up():
    one = {"flow": [REQUEST], **arrivals(100)}
    plan = TestPlan.model_validate({"scenarios": {"one": one, "two": one}})
    assert most_requests_in_a_second(plan) == 200
