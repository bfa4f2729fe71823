"""Pacing spaces the starts of iterations over all VUs of a scenario."""

from itertools import pairwise

import pytest

from loadr_core.segments import Segment
from loadr_testing.fakes import Answer

PACED = {"pacing": {"iterations_per_second": 4}}


def moments(done):
    return [request.at for request in done.handler.sent]


def test_starts_are_spaced_however_many_vus_there_are(run_plan, scenario):
    done = run_plan(scenario("constant-vus", vus=10, duration="5s", **PACED), lambda _: Answer(seconds=0.1))
    assert moments(done) == pytest.approx([number / 4 for number in range(20)])


def test_vus_that_are_too_slow_start_when_they_are_free(run_plan, scenario):
    done = run_plan(scenario("constant-vus", vus=1, duration="4s", **PACED), lambda _: Answer(seconds=1.1))
    assert moments(done) == pytest.approx([0, 1.1, 2.2, 3.3])


def test_iterations_that_are_counted_are_paced_as_well(run_plan, scenario):
    done = run_plan(scenario("shared-iterations", vus=3, iterations=6, **PACED))
    assert moments(done) == pytest.approx([number / 4 for number in range(6)])


def test_instances_share_the_pace(run_plan, scenario):
    plan = scenario("constant-vus", vus=5, duration="3s", **PACED)
    parts = [run_plan(plan, lambda _: Answer(seconds=0.01), segment=Segment(i, 2)) for i in range(2)]
    assert sorted(moment for part in parts for moment in moments(part)) == pytest.approx(
        [number / 4 for number in range(12)]
    )
    assert [len(moments(part)) for part in parts] == [7, 5]


def test_a_stop_ends_the_wait_for_a_turn(run_plan, scenario):
    async def stop(engine, clock):
        await clock.sleep(0.3)
        engine.stop("enough")

    plan = scenario("constant-vus", vus=5, duration="1h", **PACED)
    done = run_plan(plan, lambda _: Answer(seconds=0.01), during=stop)
    assert done.duration == pytest.approx(0.3)
    assert done.total("iterations") == 2
    assert done.total("interrupted_iterations") == 0


def test_the_end_of_the_schedule_ends_the_wait_for_a_turn(run_plan, scenario):
    plan = scenario("constant-vus", vus=3, duration="1s", pacing={"iterations_per_second": 0.01})
    done = run_plan(plan, lambda _: Answer(seconds=0.01))
    assert done.duration == pytest.approx(1)
    assert done.total("iterations") == 1


def test_a_pause_gives_no_burst_afterwards(run_plan, scenario):
    async def pause(engine, clock):
        await clock.sleep(0.6)
        engine.executors["main"].pause()
        await clock.sleep(2)
        engine.executors["main"].resume()

    plan = scenario("constant-vus", vus=3, duration="2s", **PACED)
    done = run_plan(plan, lambda _: Answer(seconds=0.01), during=pause)
    starts = moments(done)
    assert not [start for start in starts if 0.6 < start < 2.6]
    assert min(later - earlier for earlier, later in pairwise(starts)) > 0.1


def test_vus_that_were_scaled_up_take_their_turns(run_plan, scenario):
    async def scale(engine, clock):
        await clock.sleep(1.1)
        engine.executors["main"].scale(vus=2)

    plan = scenario("constant-vus", vus=1, duration="3s", **PACED)
    parts = [
        run_plan(plan, lambda _: Answer(seconds=0.01), segment=Segment(i, 2), during=scale) for i in range(2)
    ]
    assert sorted(moment for part in parts for moment in moments(part)) == pytest.approx(
        [number / 4 for number in range(12)]
    )


def test_vus_that_come_and_go_keep_the_pace(run_plan, scenario):
    stages = [
        {"duration": "1s", "target": 9},
        {"duration": "2s", "target": 2},
        {"duration": "1s", "target": 9},
    ]
    done = run_plan(scenario("ramping-vus", stages=stages, **PACED), lambda _: Answer(seconds=0.01))
    starts = moments(done)
    assert all(start % 0.25 == pytest.approx(0, abs=1e-6) for start in starts[1:])
    assert len(starts) <= 16
