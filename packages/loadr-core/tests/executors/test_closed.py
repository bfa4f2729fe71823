"""The closed executors on virtual time: totals, deadlines, grace, interruption."""

import pytest

from loadr_core.errors import ControlError
from loadr_core.segments import Segment
from loadr_testing.fakes import Answer


def test_constant_vus_loop_until_the_duration_is_over(run_plan, scenario):
    done = run_plan(scenario("constant-vus", vus=3, duration="1s"), lambda _: Answer(seconds=0.125))
    assert done.total("iterations") == 24
    assert done.total("fake_reqs") == 24
    assert done.duration == pytest.approx(1.0)


def test_an_iteration_that_runs_at_the_end_may_finish(run_plan, scenario):
    done = run_plan(scenario("constant-vus", vus=2, duration="1s"), lambda _: Answer(seconds=0.7))
    assert done.total("iterations") == 4
    assert done.total("interrupted_iterations") == 0
    assert done.duration == pytest.approx(1.4)


def test_after_the_grace_time_iterations_are_interrupted_and_counted_apart(run_plan, scenario):
    plan = scenario("constant-vus", vus=2, duration="1s", graceful_stop="500ms")
    done = run_plan(plan, lambda _: Answer(seconds=10))
    assert done.total("iterations") == 0
    assert done.total("interrupted_iterations") == 2
    assert done.duration == pytest.approx(1.5)
    assert sorted(done.handler.closed_sessions) == [1, 2]


def test_per_vu_iterations(run_plan, scenario):
    done = run_plan(
        scenario("per-vu-iterations", vus=3, iterations=5), lambda request: Answer(seconds=0.1 * request.vu)
    )
    assert done.total("iterations") == 15
    assert [sum(request.vu == vu for request in done.handler.sent) for vu in (1, 2, 3)] == [5, 5, 5]
    assert done.duration == pytest.approx(1.5)


def test_shared_iterations_go_to_whoever_is_free(run_plan, scenario):
    done = run_plan(
        scenario("shared-iterations", vus=2, iterations=11),
        lambda request: Answer(seconds=0.1 if request.vu == 1 else 1.0),
    )
    assert done.total("iterations") == 11
    assert [sum(request.vu == vu for request in done.handler.sent) for vu in (1, 2)] == [10, 1]


@pytest.mark.parametrize("executor", ["per-vu-iterations", "shared-iterations"])
def test_max_duration_ends_iterations_that_are_left(executor, run_plan, scenario):
    plan = scenario(executor, vus=1, iterations=100, max_duration="1s")
    done = run_plan(plan, lambda _: Answer(seconds=0.125))
    assert done.total("iterations") == 8


def test_start_time_shifts_a_scenario(run_plan):
    flow = [{"request": {"url": "/"}}]
    plan = {
        "scenarios": {
            "first": {"executor": "per-vu-iterations", "vus": 1, "iterations": 1, "flow": flow},
            "second": {
                "executor": "per-vu-iterations",
                "vus": 1,
                "iterations": 1,
                "start_time": "3s",
                "flow": flow,
            },
        }
    }
    done = run_plan(plan)
    assert [request.at for request in done.handler.sent] == pytest.approx([0.0, 3.0])
    assert done.total("iterations", scenario="second") == 1


def test_vus_are_numbered_over_all_scenarios(run_plan):
    scenario = {
        "executor": "per-vu-iterations",
        "vus": 2,
        "iterations": 1,
        "flow": [{"request": {"url": "/"}}],
    }
    done = run_plan({"scenarios": {"a": scenario, "b": scenario}})
    assert sorted(request.vu for request in done.handler.sent) == [1, 2, 3, 4]


def test_instances_together_do_what_one_does(run_plan, scenario):
    plan = scenario("shared-iterations", vus=5, iterations=23)
    parts = [run_plan(plan, segment=Segment(index, 3)) for index in range(3)]
    assert sum(part.total("iterations") for part in parts) == 23
    assert {request.vu for part in parts for request in part.handler.sent} == {1, 2, 3, 4, 5}


def test_stopping_starts_nothing_new_and_lets_iterations_finish(run_plan, scenario):
    async def stop(engine, clock):
        await clock.sleep(0.25)
        engine.stop("enough")
        engine.stop("a later reason")

    done = run_plan(
        scenario("constant-vus", vus=2, duration="1h"), lambda _: Answer(seconds=0.1), during=stop
    )
    assert done.total("iterations") == 6
    assert done.total("interrupted_iterations") == 0
    assert done.duration == pytest.approx(0.3)
    assert done.engine.stop_signal.reason == "enough"


def test_stopping_before_the_start_time_runs_nothing(run_plan, scenario):
    async def stop(engine, clock):
        await clock.sleep(1)
        engine.stop("enough")

    done = run_plan(scenario("constant-vus", vus=2, duration="1h", start_time="1m"), during=stop)
    assert done.handler.sent == []
    assert done.duration == pytest.approx(1)


def test_progress_tells_state_fraction_and_counts(run_plan, scenario):
    seen = []

    async def look(engine, clock):
        seen.append(engine.progress()[0])
        await clock.sleep(0.5625)
        seen.append(engine.progress()[0])
        seen.append(engine.active_vus)

    done = run_plan(
        scenario("constant-vus", vus=2, duration="1s"), lambda _: Answer(seconds=0.125), during=look
    )
    (last,) = done.engine.progress()
    assert (seen[0].state, seen[0].fraction, seen[0].active_vus) == ("waiting", 0.0, 0)
    assert (seen[1].state, seen[1].active_vus, seen[1].iterations) == ("running", 2, 8)
    assert seen[1].fraction == pytest.approx(0.5625)
    assert seen[2] == 2
    assert (last.state, last.fraction, last.active_vus, last.iterations) == ("done", 1.0, 0, 16)


def test_an_iteration_that_never_waits_does_not_starve_the_others(run_plan, scenario):
    plan = scenario(
        "shared-iterations", flow=[{"group": {"name": "empty", "steps": []}}], vus=2, iterations=1000
    )
    done = run_plan(plan)
    assert done.total("iterations") == 1000


def test_a_paused_schedule_stands_still_and_goes_on_where_it_was(run_plan, scenario):
    async def pause(engine, clock):
        await clock.sleep(0.25)
        executor = engine.executors["main"]
        executor.pause()
        executor.pause()
        await clock.sleep(10)
        assert executor.is_paused
        assert executor.progress().fraction == pytest.approx(0.25)
        executor.resume()
        executor.resume()

    plan = scenario("constant-vus", vus=2, duration="1s")
    done = run_plan(plan, lambda _: Answer(seconds=0.125), during=pause)
    assert done.total("iterations") == 16
    assert done.duration == pytest.approx(11)
    sent = [request.at for request in done.handler.sent]
    assert not [at for at in sent if 0.25 < at < 10.25]


def test_a_pause_before_the_start_time_delays_the_start(run_plan, scenario):
    async def pause(engine, clock):
        engine.executors["main"].pause()
        await clock.sleep(5)
        engine.executors["main"].resume()

    plan = scenario("per-vu-iterations", vus=1, iterations=1, start_time="2s")
    done = run_plan(plan, during=pause)
    assert [request.at for request in done.handler.sent] == [pytest.approx(7)]


def test_a_paused_scenario_can_be_stopped(run_plan, scenario):
    async def stop(engine, clock):
        await clock.sleep(0.1)
        engine.executors["main"].pause()
        await clock.sleep(1)
        engine.stop("enough")

    done = run_plan(scenario("constant-vus", vus=2, duration="1h"), during=stop)
    assert done.duration == pytest.approx(1.1)


def test_a_kill_interrupts_running_iterations_at_once(run_plan, scenario):
    async def kill(engine, clock):
        await clock.sleep(0.5)
        engine.kill("enough of it")

    plan = scenario("constant-vus", vus=2, duration="1h")
    done = run_plan(plan, lambda _: Answer(seconds=10), during=kill)
    assert done.total("interrupted_iterations") == 2
    assert done.duration == pytest.approx(0.5)
    assert done.engine.stop_signal.reason == "enough of it"


@pytest.mark.parametrize(
    ("knobs", "message"),
    [
        ({"rate": 5.0}, "scenario 'main' has no rate to scale: its executor is per-vu-iterations"),
        ({"vus": 5}, "scenario 'main' has no number of VUs to scale: its executor is per-vu-iterations"),
        ({}, "scale needs either a number of VUs or a rate"),
    ],
)
def test_an_executor_without_a_knob_says_so(knobs, message, run_plan, scenario):
    seen = []

    async def scale(engine, clock):
        await clock.sleep(0)
        with pytest.raises(ControlError) as caught:
            engine.executors["main"].scale(**knobs)
        seen.append(str(caught.value))

    run_plan(scenario("per-vu-iterations", vus=1, iterations=1), during=scale)
    assert seen == [message]
