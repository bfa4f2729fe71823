"""The open executors on virtual time: starts on schedule, pools, waiting, control, and books that balance."""

import asyncio
from collections import Counter
from itertools import pairwise

import pytest

from loadr_core.errors import ControlError
from loadr_core.segments import Segment
from loadr_testing.fakes import Answer


def constant(scenario, rate=10, duration="2s", **knobs):
    return scenario("constant-arrival-rate", rate=rate, duration=duration, **knobs)


def busy(seconds):
    return lambda _request: Answer(seconds=seconds)


def moments(done):
    return [request.at for request in done.handler.sent]


def books(done):
    """Completed, interrupted and dropped iterations."""
    return tuple(done.total(f"{kind}iterations") for kind in ("", "interrupted_", "dropped_"))


@pytest.mark.parametrize("seconds", [0.001, 0.5, 5.0])
def test_starts_do_not_depend_on_responses(seconds, run_plan, scenario):
    done = run_plan(constant(scenario, pre_allocated_vus=50), busy(seconds))
    assert moments(done) == pytest.approx([number / 10 for number in range(20)])
    assert books(done) == (20, 0, 0)
    assert done.duration == pytest.approx(max(2.0, 1.9 + seconds))


def test_a_ramp_of_rates(run_plan, scenario):
    stages = [{"duration": "2s", "target": 4}, {"duration": "1s", "target": 4}]
    done = run_plan(scenario("ramping-arrival-rate", stages=stages, pre_allocated_vus=9))
    assert moments(done) == pytest.approx([1, 2**0.5, 3**0.5, 2, 2.25, 2.5, 2.75, 3])
    assert done.duration == pytest.approx(3.01)


def test_a_start_without_a_free_vu_is_dropped(run_plan, scenario):
    done = run_plan(constant(scenario, pre_allocated_vus=3), busy(0.95))
    # Three VUs start at 0, 0.1, 0.2, then again at 1, 1.1, 1.2.
    assert moments(done) == pytest.approx([0, 0.1, 0.2, 1, 1.1, 1.2])
    assert books(done) == (6, 0, 14)
    assert done.total("loadr_late_starts") == 0
    assert done.trend("iteration_start_delay").max == 0


def test_a_pool_grows_to_max_vus_without_dropping_the_start_that_it_grows_for(run_plan, scenario):
    done = run_plan(constant(scenario, pre_allocated_vus=1, max_vus=4), busy(60))
    assert [request.vu for request in done.handler.sent] == [1, 2, 3, 4]
    assert books(done) == (0, 4, 16)


def test_vus_that_have_waited_longest_go_first(run_plan, scenario):
    done = run_plan(constant(scenario, pre_allocated_vus=3), busy(0.01))
    assert [request.vu for request in done.handler.sent] == [1, 2, 3] * 6 + [1, 2]
    assert [request.iteration for request in done.handler.sent][-2:] == [6, 6]


def test_a_pool_that_sizes_itself_has_what_it_needs(run_plan, scenario):
    done = run_plan(constant(scenario), busy(0.45))
    assert books(done) == (20, 0, 0)
    assert {request.vu for request in done.handler.sent} == {1, 2, 3, 4, 5}
    assert done.engine.executors["main"].most_vus == 5


def test_a_pool_that_sizes_itself_stops_at_ten_times_what_the_rate_needs(run_plan, scenario):
    def freezes(request):
        return Answer(seconds=0.0095 if request.at < 1 else 60)

    done = run_plan(constant(scenario, rate=100), freezes)
    # Ten times 100/s times 9.5 ms, rounded up.
    assert max(request.vu for request in done.handler.sent) == 10
    assert books(done) == (100, 10, 90)


def test_kept_starts_run_on_the_next_free_vu_with_their_intended_time(run_plan, scenario):
    def freezes(request):
        return Answer(seconds=1.05 if request.at == 0 else 0.05)

    done = run_plan(constant(scenario, pre_allocated_vus=1, when_busy="wait"), freezes)
    assert books(done) == (20, 0, 0)
    assert moments(done)[:3] == pytest.approx([0, 1.05, 1.1])
    delays = done.trend("iteration_start_delay")
    assert delays.max == pytest.approx(950_000, rel=0.002)
    # The generator had no part in it: there was no VU.
    assert done.total("loadr_late_starts") == 0


def test_kept_starts_that_found_no_vu_until_the_end_are_dropped(run_plan, scenario):
    done = run_plan(constant(scenario, pre_allocated_vus=1, when_busy="wait", graceful_stop="9s"), busy(0.75))
    assert books(done) == (3, 0, 17)
    assert done.duration == pytest.approx(2.25)


def test_after_the_grace_time_iterations_are_interrupted(run_plan, scenario):
    done = run_plan(constant(scenario, rate=2, pre_allocated_vus=9, graceful_stop="1s"), busy(1.75))
    assert books(done) == (3, 1, 0)
    assert done.duration == pytest.approx(3.0)
    assert sorted(done.handler.closed_sessions) == list(range(1, 10))


@pytest.mark.parametrize(
    "knobs", [{"pre_allocated_vus": 4}, {"pre_allocated_vus": 4, "when_busy": "wait"}, {}]
)
def test_the_books_balance(knobs, run_plan, scenario):
    def uneven(request):
        return Answer(
            seconds=(0.02, 0.4, 3.0)[request.iteration % 3], error_kind="timeout" if request.vu == 2 else None
        )

    done = run_plan(constant(scenario, rate=33, graceful_stop="1s", **knobs), uneven)
    assert sum(books(done)) == 66


@pytest.mark.parametrize("count", [2, 3, 8])
def test_instances_together_do_what_one_does(count, run_plan, scenario):
    plan = constant(scenario, rate=30, pre_allocated_vus=7, arrival="poisson")
    whole = run_plan(plan, busy(0.01))
    parts = [run_plan(plan, busy(0.01), segment=Segment(index, count)) for index in range(count)]
    assert sorted(moment for part in parts for moment in moments(part)) == pytest.approx(moments(whole))
    assert {request.vu for part in parts for request in part.handler.sent} <= set(range(1, 8))
    vus = [{request.vu for request in part.handler.sent} for part in parts]
    assert all(not one & other for place, one in enumerate(vus) for other in vus[:place])


def test_poisson_arrivals_repeat(run_plan, scenario):
    plan = constant(scenario, rate=50, pre_allocated_vus=50, arrival="poisson")
    first, second = (moments(run_plan(plan)) for _ in range(2))
    assert first == second
    assert len({round(later - earlier, 9) for earlier, later in pairwise(first)}) > 50


def test_what_an_iteration_draws_follows_its_start_not_its_vu(run_plan, scenario):
    flow = [
        {"think_time": {"type": "uniform", "min": "0s", "max": "1s"}},
        {"request": {"url": "/"}},
    ]

    def think_times(**knobs):
        done = run_plan(constant(scenario, rate=1, duration="8s", flow=flow, **knobs), busy(0.01))
        return [request.at for request in done.handler.sent]

    assert think_times(pre_allocated_vus=1, max_vus=2) == pytest.approx(think_times(pre_allocated_vus=30))
    assert len({round(at % 1, 6) for at in think_times(pre_allocated_vus=30)}) == 8


def test_a_paused_schedule_starts_nothing_and_goes_on_where_it_was(run_plan, scenario):
    async def pause(engine, clock):
        await clock.sleep(0.55)
        engine.executors["main"].pause()
        await clock.sleep(10)
        engine.executors["main"].resume()

    done = run_plan(constant(scenario, duration="1s", pre_allocated_vus=9), during=pause)
    assert moments(done) == pytest.approx([0, 0.1, 0.2, 0.3, 0.4, 0.5, 10.6, 10.7, 10.8, 10.9])
    assert done.trend("iteration_start_delay").max <= 1


def test_kept_starts_wait_for_the_end_of_a_pause(run_plan, scenario):
    async def pause(engine, clock):
        await clock.sleep(0.25)
        engine.executors["main"].pause()
        await clock.sleep(5)
        engine.executors["main"].resume()

    plan = constant(scenario, duration="1s", pre_allocated_vus=1, when_busy="wait")
    done = run_plan(plan, lambda request: Answer(seconds=1 if request.at == 0 else 0.01), during=pause)
    assert moments(done)[:2] == pytest.approx([0, 5.25])
    assert books(done) == (10, 0, 0)


def test_a_stop_starts_nothing_new_and_lets_iterations_finish(run_plan, scenario):
    async def stop(engine, clock):
        await clock.sleep(0.45)
        engine.stop("enough")

    done = run_plan(constant(scenario, pre_allocated_vus=1, when_busy="wait"), busy(1), during=stop)
    assert books(done) == (1, 0, 4)
    assert done.duration == pytest.approx(1.0)


def test_stopping_before_the_start_time_runs_nothing(run_plan, scenario):
    async def stop(engine, clock):
        await clock.sleep(1)
        engine.stop("enough")

    done = run_plan(constant(scenario, start_time="1m", pre_allocated_vus=2), during=stop)
    assert done.handler.sent == []
    assert sorted(done.handler.closed_sessions) == [1, 2]


def test_a_kill_interrupts_at_once_and_counts_what_it_interrupted(run_plan, scenario):
    async def kill(engine, clock):
        await clock.sleep(1.95)
        engine.kill("enough")

    done = run_plan(constant(scenario, rate=2, duration="1h"), busy(60), during=kill)
    assert books(done) == (0, 4, 0)
    assert done.duration == pytest.approx(1.95)


def test_a_kill_in_the_moment_of_a_start_loses_nothing(run_plan, scenario):
    async def kill(engine, clock):
        await clock.sleep(1.0)
        engine.executors["main"]._start_due()
        engine.kill("enough")

    done = run_plan(constant(scenario, rate=2, duration="1h"), busy(60), during=kill)
    assert books(done) == (0, 3, 0)
    assert sorted(done.handler.closed_sessions) == [1, 2, 3]


def test_the_rate_can_be_scaled(run_plan, scenario):
    async def scale(engine, clock):
        await clock.sleep(1.05)
        engine.executors["main"].scale(rate=20)

    done = run_plan(constant(scenario, duration="3s", pre_allocated_vus=9), during=scale)
    per_second = Counter(int(moment) for moment in moments(done))
    assert per_second == {0: 10, 1: 20, 2: 20}


def test_instances_share_a_scaled_rate(run_plan, scenario):
    async def scale(engine, clock):
        await clock.sleep(1.05)
        engine.executors["main"].scale(rate=20)

    plan = constant(scenario, duration="3s", pre_allocated_vus=9)
    parts = [run_plan(plan, during=scale, segment=Segment(index, 2)) for index in range(2)]
    assert sum(len(moments(part)) for part in parts) == 50


def test_an_open_scenario_has_no_vus_to_scale(run_plan, scenario):
    seen = []

    async def scale(engine, clock):
        with pytest.raises(ControlError) as caught:
            engine.executors["main"].scale(vus=3)
        seen.append(str(caught.value))

    run_plan(constant(scenario, pre_allocated_vus=1), during=scale)
    assert seen == ["scenario 'main' has no number of VUs to scale: its executor is constant-arrival-rate"]


def test_progress_tells_state_fraction_and_vus(run_plan, scenario):
    seen = []

    async def look(engine, clock):
        seen.append(engine.progress()[0])
        await clock.sleep(0.5)
        seen.append(engine.progress()[0])

    done = run_plan(constant(scenario, pre_allocated_vus=9), busy(0.25), during=look)
    (last,) = done.engine.progress()
    assert (seen[0].state, seen[0].active_vus, seen[0].iterations) == ("waiting", 0, 0)
    assert (seen[1].state, seen[1].active_vus) == ("running", 3)
    assert seen[1].fraction == pytest.approx(0.25)
    assert (last.state, last.fraction, last.active_vus, last.iterations, last.most_vus) == (
        "done",
        1.0,
        0,
        20,
        3,
    )


def test_many_starts_that_are_due_together_all_start(run_plan, scenario):
    done = run_plan(constant(scenario, rate=50_000, duration="20ms", pre_allocated_vus=2000), busy(0.001))
    assert books(done) == (1000, 0, 0)


def test_starts_that_the_generator_makes_late_are_counted(run_plan, scenario):
    async def block(engine, clock):
        await clock.sleep(0.15)
        # The loop does nothing for 300 ms of virtual time.
        asyncio.get_running_loop()._jumping.time += 0.3

    done = run_plan(constant(scenario, duration="1s", pre_allocated_vus=9), busy(0.001), during=block)
    assert books(done) == (10, 0, 0)
    assert done.total("loadr_late_starts") == 3
    assert done.trend("iteration_start_delay").max == pytest.approx(250_000, rel=0.01)
