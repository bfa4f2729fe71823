import pytest

from loadr_config.models import TestPlan
from loadr_config.outlook import outlook, requests_of

REQUEST = {"request": {"url": "/"}}


def of(executor, flow=None, **knobs):
    scenario = {"executor": executor, "flow": [REQUEST] if flow is None else flow, **knobs}
    return outlook(TestPlan.model_validate({"scenarios": {"s": scenario}}).scenarios["s"])


@pytest.mark.parametrize(
    ("executor", "knobs", "words", "duration", "max_vus", "iterations"),
    [
        ("constant-vus", {"vus": 3, "duration": "1m"}, "3 VUs start iterations for 1m", 60, 3, None),
        (
            "per-vu-iterations",
            {"vus": 3, "iterations": 4},
            "3 VUs run 4 iterations each, for at most 10m",
            600,
            3,
            12,
        ),
        (
            "shared-iterations",
            {"vus": 1, "iterations": 1},
            "1 VU share 1 iteration, for at most 10m",
            600,
            1,
            1,
        ),
        (
            "ramping-vus",
            {"stages": [{"duration": "10s", "target": 5}, {"duration": "10s", "target": 0}]},
            "up to 5 VUs in 2 stages",
            20,
            5,
            None,
        ),
        (
            "constant-arrival-rate",
            {"rate": 0.5, "duration": "10s", "pre_allocated_vus": 2},
            "0.5 iterations start every 1s for 10s",
            10,
            2,
            5,
        ),
        (
            "constant-arrival-rate",
            {"rate": 90, "time_unit": "1m", "duration": "1s", "max_vus": 7},
            "90 iterations start every 1m for 1s",
            1,
            7,
            2,
        ),
        (
            "ramping-arrival-rate",
            {
                "stages": [
                    {"duration": "10s", "target": 10},
                    {"duration": "0s", "target": 2},
                    {"duration": "5s", "target": 2},
                ]
            },
            "up to 10 starts every 1s in 3 stages",
            15,
            None,
            60,
        ),
        (
            "externally-controlled",
            {"max_vus": 9},
            "0 VUs at the start, scaled by hand up to 9, until it is stopped",
            None,
            9,
            None,
        ),
    ],
)
def test_what_each_executor_will_do(executor, knobs, words, duration, max_vus, iterations):
    future = of(executor, **knobs)
    assert (future.words, future.duration, future.max_vus, future.iterations) == (
        words,
        duration,
        max_vus,
        iterations,
    )


@pytest.mark.parametrize(
    ("flow", "requests"),
    [
        ([], 0),
        ([REQUEST, {"think_time": {"type": "constant", "duration": 1}}, REQUEST], 2),
        (
            [
                {
                    "group": {
                        "name": "g",
                        "steps": [REQUEST, {"repeat": {"times": 3, "steps": [REQUEST, REQUEST]}}],
                    }
                }
            ],
            7,
        ),
        ([{"while": {"condition": "${x} < 1", "steps": [REQUEST]}}], None),
        ([{"repeat": {"times": 3, "steps": [{"js": "x"}]}}], None),
    ],
    ids=["none", "two", "nested", "decided at run time", "decided inside a loop"],
)
def test_requests_of_one_iteration(flow, requests):
    scenario = {"executor": "constant-vus", "vus": 1, "duration": "1s", "flow": flow, "exec": "f"}
    plan = TestPlan.model_validate({"js": {"script": "x"}, "scenarios": {"s": scenario}})
    assert requests_of(plan.scenarios["s"].flow) == requests
