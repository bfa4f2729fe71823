"""The executors whose number of VUs changes: ramps, hands, and how VUs come and go."""

import pytest

from loadr_core.errors import ControlError
from loadr_core.segments import Segment
from loadr_testing.fakes import Answer


def stages(*pairs):
    return [{"duration": duration, "target": target} for duration, target in pairs]


def busy(seconds):
    return lambda _request: Answer(seconds=seconds)


def first_requests(done):
    """The moment of each VU's first request."""
    moments = {}
    for request in done.handler.sent:
        moments.setdefault(request.vu, request.at)
    return moments


def test_a_ramp_up_starts_vus_one_after_the_other(run_plan, scenario):
    done = run_plan(scenario("ramping-vus", stages=stages(("4s", 4), ("2s", 4))), busy(0.125))
    assert first_requests(done) == pytest.approx({1: 1.0, 2: 2.0, 3: 3.0, 4: 4.0})
    assert done.duration == pytest.approx(6.0)
    # 5 + 4 + 3 + 2 seconds of VUs, 8 iterations a second
    assert done.total("iterations") == 112
    assert done.engine.executors["main"].most_vus == 4


def test_start_vus_are_there_at_once_and_a_jump_is_immediate(run_plan, scenario):
    plan = scenario("ramping-vus", start_vus=2, stages=stages(("1s", 2), ("0s", 5), ("1s", 5)))
    done = run_plan(plan, busy(0.25))
    assert first_requests(done) == pytest.approx({1: 0.0, 2: 0.0, 3: 1.0, 4: 1.0, 5: 1.0})


def test_a_ramp_down_lets_iterations_finish_and_takes_the_last_vu_first(run_plan, scenario):
    plan = scenario(
        "ramping-vus", start_vus=2, stages=stages(("1s", 2), ("0s", 1), ("2s", 1)), graceful_ramp_down="5s"
    )
    done = run_plan(plan, busy(2))
    assert done.total("iterations") == 3
    assert done.total("interrupted_iterations") == 0
    assert [request.vu for request in done.handler.sent if request.at > 1] == [1]
    assert done.duration == pytest.approx(4)


def test_after_graceful_ramp_down_the_iteration_is_interrupted(run_plan, scenario):
    plan = scenario(
        "ramping-vus",
        start_vus=2,
        stages=stages(("500ms", 2), ("0s", 1), ("8500ms", 1)),
        graceful_ramp_down="500ms",
    )
    active = []

    async def watch(engine, clock):
        for _ in range(2):
            await clock.sleep(0.9375)
            active.append(engine.active_vus)

    done = run_plan(plan, busy(9), during=watch)
    assert active == [2, 1]
    assert done.total("iterations") == 1
    assert done.total("interrupted_iterations") == 1


def test_a_vu_that_comes_back_in_its_grace_goes_on_with_its_iteration(run_plan, scenario):
    plan = scenario(
        "ramping-vus",
        start_vus=1,
        stages=stages(("1s", 1), ("0s", 0), ("1s", 0), ("0s", 1), ("2s", 1)),
        graceful_ramp_down="2s",
    )
    done = run_plan(plan, busy(2.5))
    assert done.total("interrupted_iterations") == 0
    assert [request.iteration for request in done.handler.sent] == [0, 1]


def test_a_vu_that_comes_back_later_counts_its_iterations_on(run_plan, scenario):
    plan = scenario(
        "ramping-vus", start_vus=1, stages=stages(("1s", 1), ("0s", 0), ("5s", 0), ("0s", 1), ("1s", 1))
    )
    done = run_plan(plan, busy(0.25))
    assert [request.iteration for request in done.handler.sent] == list(range(8))
    assert {request.vu for request in done.handler.sent} == {1}
    assert done.handler.closed_sessions == [1]


def test_the_grace_time_at_the_end_cuts_that_of_a_ramp_down_short(run_plan, scenario):
    plan = scenario(
        "ramping-vus",
        start_vus=1,
        stages=stages(("1s", 1), ("0s", 0), ("1s", 0)),
        graceful_ramp_down="1m",
        graceful_stop="1s",
    )
    done = run_plan(plan, busy(100))
    assert done.total("interrupted_iterations") == 1
    assert done.duration == pytest.approx(3.0)


@pytest.mark.parametrize("count", [2, 3])
def test_instances_of_a_ramp_together_do_what_one_does(count, run_plan, scenario):
    plan = scenario("ramping-vus", stages=stages(("4s", 8), ("4s", 1)))
    whole = first_requests(run_plan(plan, busy(0.125)))
    parts = [first_requests(run_plan(plan, busy(0.125), segment=Segment(i, count))) for i in range(count)]
    together = {vu: moment for part in parts for vu, moment in part.items()}
    assert sum(len(part) for part in parts) == len(together)
    assert together == pytest.approx(whole)


def test_an_externally_controlled_scenario_follows_the_hand(run_plan, scenario):
    active = []

    async def control(engine, clock):
        for vus in (3, 1, 0, 2):
            engine.executors["main"].scale(vus=vus)
            await clock.sleep(0.9375)
            active.append(engine.active_vus)
        engine.stop("enough")

    plan = scenario("externally-controlled", max_vus=4)
    done = run_plan(plan, busy(0.125), during=control)
    assert active == [3, 1, 0, 2]
    assert 3.75 <= done.duration <= 3.875
    assert {request.vu for request in done.handler.sent} == {1, 2, 3}
    assert done.total("interrupted_iterations") == 0


def test_an_externally_controlled_scenario_ends_with_its_duration(run_plan, scenario):
    done = run_plan(scenario("externally-controlled", vus=2, max_vus=4, duration="1s"), busy(0.25))
    assert done.total("iterations") == 8
    assert done.duration == pytest.approx(1.0)


def test_paused_vus_that_are_dismissed_leave(run_plan, scenario):
    active = []

    async def control(engine, clock):
        await clock.sleep(0.1)
        executor = engine.executors["main"]
        executor.pause()
        await clock.sleep(0.5)
        executor.scale(vus=1)
        await clock.sleep(0.5)
        active.append(engine.active_vus)
        executor.resume()

    done = run_plan(
        scenario("externally-controlled", vus=3, max_vus=4, duration="1s"), busy(0.25), during=control
    )
    assert active == [1]
    assert [request.vu for request in done.handler.sent if request.at > 1] == [1, 1, 1, 1]


@pytest.mark.parametrize("executor", ["constant-vus", "ramping-vus"])
def test_what_is_scaled_stays_to_the_end(executor, run_plan, scenario):
    async def control(engine, clock):
        await clock.sleep(1)
        engine.executors["main"].scale(vus=5)

    knobs = {
        "constant-vus": {"vus": 2, "duration": "4s"},
        "ramping-vus": {"start_vus": 2, "stages": stages(("2s", 2), ("0s", 0), ("2s", 0))},
    }[executor]
    done = run_plan(scenario(executor, **knobs), busy(0.5), during=control)
    assert done.total("iterations") == 2 * 2 + 5 * 6
    assert first_requests(done) == pytest.approx({1: 0, 2: 0, 3: 1, 4: 1, 5: 1})


def test_scaling_before_the_start_sets_the_number_at_the_start(run_plan, scenario):
    async def control(engine, clock):
        engine.executors["main"].scale(vus=3)

    plan = scenario("constant-vus", vus=1, duration="1s", start_time="1s")
    assert run_plan(plan, busy(0.5), during=control).total("iterations") == 6


def test_scaled_vus_have_numbers_that_no_other_scenario_has(run_plan):
    flow = [{"request": {"url": "/"}}]
    one = {"executor": "constant-vus", "vus": 1, "duration": "1s", "flow": flow}

    async def control(engine, clock):
        for executor in engine.executors.values():
            executor.scale(vus=3)
        await clock.sleep(0)

    done = run_plan({"scenarios": {"a": one, "b": one}}, busy(0.5), during=control)
    assert sorted(first_requests(done)) == [1, 2, 3, 4, 5, 6]


def test_every_instance_takes_its_share_of_a_scale(run_plan, scenario):
    async def control(engine, clock):
        await clock.sleep(0.1)
        engine.executors["main"].scale(vus=7)

    plan = scenario("constant-vus", vus=1, duration="1s")
    parts = [run_plan(plan, busy(0.25), segment=Segment(i, 3), during=control) for i in range(3)]
    assert [len(first_requests(part)) for part in parts] == [3, 2, 2]
    assert {vu for part in parts for vu in first_requests(part)} == set(range(1, 8))


@pytest.mark.parametrize(
    ("after", "vus", "message"),
    [
        (0.0, 5, "scenario 'main' cannot have 5 VUs: its max_vus is 4"),
        (0.0, -1, "there are no negative VUs and rates to scale to"),
        (1.5, 2, "scenario 'main' is over: nothing is left to scale"),
    ],
)
def test_what_cannot_be_scaled_says_why(after, vus, message, run_plan, scenario):
    seen = []

    async def control(engine, clock):
        await clock.sleep(after)
        with pytest.raises(ControlError) as caught:
            engine.executors["main"].scale(vus=vus)
        seen.append(str(caught.value))

    plan = scenario("externally-controlled", vus=1, max_vus=4, duration="1s")
    run_plan(plan, busy(2), during=control)
    assert seen == [message]


def test_a_kill_ends_a_ramp_at_once(run_plan, scenario):
    async def control(engine, clock):
        await clock.sleep(1.5)
        engine.kill("enough")

    plan = scenario("ramping-vus", start_vus=2, stages=stages(("1s", 1), ("1h", 1)))
    done = run_plan(plan, busy(10), during=control)
    assert done.total("interrupted_iterations") == 2
    assert done.duration == pytest.approx(1.5)
    assert sorted(done.handler.closed_sessions) == [1, 2]


def test_a_kill_in_the_moment_of_a_return_closes_the_vu(run_plan, scenario):
    async def control(engine, clock):
        executor = engine.executors["main"]
        await clock.sleep(0.1)
        executor.scale(vus=0)
        await clock.sleep(1)
        executor.scale(vus=1)
        engine.kill("enough")

    done = run_plan(scenario("externally-controlled", vus=1, max_vus=1), busy(0.05), during=control)
    assert done.handler.closed_sessions == [1]
    assert done.total("interrupted_iterations") == 0
