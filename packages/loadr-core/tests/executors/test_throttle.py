"""A throttle bounds the requests of a whole scenario, whatever its executor."""

import pytest

from loadr_core.segments import Segment
from loadr_testing.fakes import Answer

THROTTLED = {"throttle": {"requests_per_second": 8}}
FLOW = [
    {"request": {"url": "/1"}},
    {"group": {"name": "inner", "steps": [{"request": {"url": "/2"}}]}},
    {"repeat": {"times": 2, "steps": [{"request": {"url": "/3"}}]}},
]
EXECUTORS = {
    "constant-vus": {"vus": 5, "duration": "3s"},
    "ramping-vus": {"start_vus": 5, "stages": [{"duration": "3s", "target": 6}]},
    "shared-iterations": {"vus": 5, "iterations": 9},
    "constant-arrival-rate": {"rate": 20, "duration": "3s", "pre_allocated_vus": 9},
}


def moments(done):
    return sorted(request.at for request in done.handler.sent)


@pytest.mark.parametrize(("executor", "knobs"), EXECUTORS.items(), ids=EXECUTORS)
def test_every_request_waits_for_its_turn(executor, knobs, run_plan, scenario):
    done = run_plan(scenario(executor, FLOW, **knobs, **THROTTLED), lambda _: Answer(seconds=0.01))
    sent = moments(done)
    assert len(sent) >= 24
    assert sent == pytest.approx([number / 8 for number in range(len(sent))])


@pytest.mark.parametrize("count", [2, 3, 8])
def test_instances_share_the_turns(count, run_plan, scenario):
    plan = scenario("constant-vus", FLOW, vus=11, duration="2950ms", graceful_stop="0s", **THROTTLED)
    parts = [run_plan(plan, lambda _: Answer(seconds=0.01), segment=Segment(i, count)) for i in range(count)]
    sent = sorted(moment for part in parts for moment in moments(part))
    assert sent == pytest.approx([number / 8 for number in range(24)])


def test_the_turns_begin_with_the_scenario(run_plan, scenario):
    plan = scenario("constant-vus", vus=3, duration="1s", start_time="1500ms", **THROTTLED)
    assert moments(run_plan(plan))[:3] == pytest.approx([1.5, 1.625, 1.75])


def test_two_scenarios_have_a_throttle_each(run_plan, scenario):
    one = scenario("constant-vus", vus=3, duration="950ms", graceful_stop="0s", **THROTTLED)["scenarios"][
        "main"
    ]
    done = run_plan({"scenarios": {"a": one, "b": one}})
    assert moments(done) == pytest.approx(sorted([number / 8 for number in range(8)] * 2))


def test_waiting_for_a_turn_is_part_of_no_request(run_plan, scenario):
    done = run_plan(
        scenario("constant-vus", vus=3, duration="2s", **THROTTLED), lambda _: Answer(seconds=0.01)
    )
    assert done.trend("fake_req_duration").max == pytest.approx(10_000, rel=0.01)
    assert done.trend("iteration_duration").max > 300_000


def test_an_interrupted_iteration_gives_its_turn_back(run_plan, scenario):
    plan = scenario(
        "ramping-vus",
        start_vus=3,
        stages=[
            {"duration": "100ms", "target": 3},
            {"duration": "0s", "target": 1},
            {"duration": "2s", "target": 1},
        ],
        graceful_ramp_down="0s",
        throttle={"requests_per_second": 2},
    )
    assert moments(run_plan(plan, lambda _: Answer(seconds=0.01)))[:4] == pytest.approx([0, 0.5, 1, 1.5])
