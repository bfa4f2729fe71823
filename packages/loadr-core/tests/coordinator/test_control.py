"""A run that is steered while it goes on, over several workers."""

import asyncio
from collections import Counter

import pytest

from loadr_core.errors import ControlError
from loadr_core.fleet import KillLoad, Pause, Resume, Scale, StopLoad
from loadr_testing.fakes import Answer

ENDLESS = {"vus": 4, "duration": "1h"}
SLOW = lambda _: Answer(seconds=0.25)  # noqa: E731
STUCK = lambda _: Answer(seconds=7200)  # noqa: E731


def steps(*timed, seen=None):
    """Do things at seconds of the clock; a step may be a command, or a function of the run."""

    async def during(run, members, clock):
        for second, step in timed:
            await clock.sleep_until(second)
            if callable(step):
                seen.append(step(run))
            else:
                await run.obey(step)

    return during


def between(done, start, end):
    return sum(start <= request.at < end for request in done.sent)


@pytest.mark.parametrize("workers", [1, 3])
def test_stop_is_graceful_and_105(run_fleet, plan_of, workers):
    done = run_fleet(
        plan_of("constant-vus", **ENDLESS), SLOW, workers=workers, during=steps((2.6, StopLoad()))
    )
    assert done.code == 105
    assert done.summary.aborted == "stopped by control"
    assert done.total("interrupted_iterations") == 0
    assert done.total("fake_reqs") == len(done.sent)


def test_kill_cuts_iterations_off_and_still_tears_down(run_fleet, plan_of):
    top = {"teardown": [{"request": {"url": "/remove"}}]}
    plan = plan_of("constant-vus", top=top, graceful_stop="1h", **ENDLESS)
    rule = lambda request: Answer(seconds=7200 if request.vu else 0.1)  # noqa: E731
    done = run_fleet(plan, rule, workers=2, during=steps((2.0, KillLoad())))
    assert done.code == 1, "not one iteration completed"
    assert done.summary.aborted == "killed by control"
    assert done.total("interrupted_iterations") == 4
    assert done.sent[-1].url.endswith("/remove")
    assert done.duration < 3


def test_after_a_stop_a_kill_does_not_wait_for_the_grace_time(run_fleet, plan_of):
    plan = plan_of("constant-vus", graceful_stop="1h", **ENDLESS)
    done = run_fleet(plan, STUCK, workers=2, during=steps((2.0, StopLoad()), (3.0, KillLoad())))
    assert done.summary.aborted == "stopped by control"
    assert done.duration == pytest.approx(3.0)


def test_a_paused_run_starts_nothing_and_its_time_stands_still(run_fleet, plan_of):
    plan = plan_of("constant-vus", vus=4, duration="4s")
    done = run_fleet(plan, SLOW, workers=2, during=steps((2.1, Pause()), (5.1, Resume())))
    assert between(done, 2.2, 5.05) == 0
    assert done.total("fake_reqs") == pytest.approx(4 * 4 * 4, abs=8)
    assert done.duration == pytest.approx(7.1, abs=0.3)
    assert done.summary.notes == ["2.0 s: paused by control", "5.0 s: resumed by control"]
    assert done.code == 0


def test_one_scenario_is_paused_and_stopped(run_fleet):
    scenario = {"executor": "constant-vus", "vus": 2, "duration": "6s"}
    plan = {
        "scenarios": {
            "a": {**scenario, "flow": [{"request": {"url": "/a"}}]},
            "b": {**scenario, "flow": [{"request": {"url": "/b"}}]},
        }
    }
    commands = steps((1.1, Pause("a")), (3.1, Resume("a")), (4.1, StopLoad("b")))
    done = run_fleet(plan, SLOW, workers=2, during=commands)
    at = Counter((request.url[-1], int(request.at - 0.1 + 1e-6)) for request in done.sent)
    assert at["a", 2] == at["b", 5] == 0
    assert at["a", 4] == at["b", 3] == 8
    assert done.code == 105, "part of the load was ended by hand"
    assert done.summary.aborted is None
    assert done.summary.notes[-1] == "4.0 s: scenario b was stopped: stopped by control"


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_vus_are_scaled_over_all_workers(run_fleet, plan_of, workers):
    plan = plan_of("externally-controlled", max_vus=20, duration="6s")
    commands = steps((1.1, Scale(vus=7)), (3.1, Scale("main", vus=2)), (5.1, Scale(vus=0)))
    done = run_fleet(plan, SLOW, workers=workers, during=commands)
    vus = {second: set() for second in range(6)}
    for request in done.sent:
        vus[int(request.at - 0.05)].add(request.vu)
    assert [len(vus[second]) for second in (0, 2, 4)] == [0, 7, 2]
    assert vus[2] == set(range(1, 8))
    assert done.summary.scenarios[0].max_vus == 7


# ---------------------------------------------------------------- before and after the load


def test_a_run_that_starts_paused_waits_with_its_setup(run_fleet, plan_of):
    top = {"setup": [{"request": {"url": "/make"}}]}
    seen = []
    plan = plan_of("per-vu-iterations", vus=2, iterations=1, top=top)
    phase = lambda run: run.status().phase  # noqa: E731
    commands = steps((10.0, phase), (11.0, Resume()), (11.1, phase), seen=seen)
    done = run_fleet(plan, SLOW, workers=2, paused=True, during=commands)
    assert seen == ["paused", "setup"]
    assert done.sent[0].at == pytest.approx(11.0)
    assert done.code == 0
    assert done.summary.duration_secs == pytest.approx(0.25)


def test_a_run_that_starts_paused_can_be_stopped(run_fleet, plan_of):
    done = run_fleet(plan_of("constant-vus", **ENDLESS), SLOW, paused=True, during=steps((5.0, StopLoad())))
    assert (done.code, done.sent) == (105, [])
    assert done.duration == pytest.approx(5.0)


def test_a_pause_during_setup_holds_the_load(run_fleet, plan_of):
    top = {"setup": [{"request": {"url": "/make"}}]}
    plan = plan_of("per-vu-iterations", vus=2, iterations=1, top=top)
    done = run_fleet(plan, lambda _: Answer(seconds=1), during=steps((0.5, Pause()), (9.0, Resume())))
    assert [round(request.at) for request in done.sent] == [0, 9, 9]


def test_the_phases_of_a_run(run_fleet, plan_of):
    seen = []

    def phase(run):
        return run.status().phase

    top = {"setup": [{"request": {"url": "/make"}}], "teardown": [{"request": {"url": "/remove"}}]}
    commands = steps(
        (0.5, phase),
        (1.5, phase),
        (1.6, Pause()),
        (1.7, phase),
        (1.8, Resume()),
        (1.9, StopLoad()),
        (1.95, phase),
        (2.5, phase),
        seen=seen,
    )
    plan = plan_of("constant-vus", top=top, **ENDLESS)
    done = run_fleet(plan, lambda _: Answer(seconds=1), during=commands)
    assert seen == ["setup", "running", "paused", "stopping", "teardown"]
    assert done.run.status().phase == "over"


# ---------------------------------------------------------------- refusals


REFUSED = {
    "an unknown scenario": (Pause("b"), "there is no scenario 'b'; there are main"),
    "no such knob": (Scale(rate=5.0), "scenario 'main' has no rate to scale"),
    "too many": (Scale(vus=21), "scenario 'main' cannot have 21 VUs: its max_vus is 20"),
}


@pytest.mark.parametrize(("command", "problem"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_done_is_refused_and_changes_nothing(run_fleet, plan_of, command, problem):
    async def during(run, members, clock):
        await clock.sleep(1.0)
        with pytest.raises(ControlError, match=problem):
            await run.obey(command)

    plan = plan_of("externally-controlled", vus=2, max_vus=20, duration="2s")
    done = run_fleet(plan, SLOW, workers=2, during=during)
    assert {request.vu for request in done.sent} == {1, 2}
    assert done.summary.notes == []


def test_what_is_over_or_ending_takes_no_commands(run_fleet, plan_of):
    problems = []

    async def during(run, members, clock):
        for second, command in ((1.5, StopLoad()), (1.6, Pause()), (1.7, StopLoad()), (2.5, KillLoad())):
            await clock.sleep_until(second)
            try:
                await run.obey(command)
            except ControlError as error:
                problems.append(str(error))

    top = {"teardown": [{"request": {"url": "/remove"}}]}
    run_fleet(plan_of("constant-vus", top=top, **ENDLESS), lambda _: Answer(seconds=1), during=during)
    assert problems == ["the run is ending already: stopped by control"] * 2 + ["the load is over"]


def test_which_of_several_scenarios_to_scale_has_to_be_said(run_fleet):
    scenario = {"executor": "externally-controlled", "max_vus": 5, "duration": "2s", "flow": []}

    async def during(run, members, clock):
        await clock.sleep(0.5)
        with pytest.raises(ControlError, match="choose the scenario to scale: a, b"):
            await run.obey(Scale(vus=1))

    run_fleet({"scenarios": {"a": scenario, "b": scenario}}, during=during)


def test_a_member_that_is_lost_while_it_is_asked_is_not_waited_for(run_fleet, plan_of):
    asked = []

    async def during(run, members, clock):
        await clock.sleep(1.0)
        members[1].post = asked.append
        asyncio.get_running_loop().call_later(0.5, members[1].kill)
        await run.obey(Scale(vus=6))
        assert clock.now() == pytest.approx(1.5)
        assert [worker.is_present for worker in run.status().workers] == [True, False]

    plan = plan_of("externally-controlled", vus=2, max_vus=20, duration="3s")
    done = run_fleet(plan, SLOW, workers=2, during=during)
    assert len(asked) == 1
    assert done.result.problems == ("worker 2 was lost (killed)",)


def test_a_member_that_does_not_answer_is_told(run_fleet, plan_of):
    async def during(run, members, clock):
        await clock.sleep(1.0)
        post, members[1].post = members[1].post, lambda command: None
        with pytest.raises(ControlError, match="no answer from worker 2"):
            await run.obey(Scale(vus=6))
        members[1].post = post

    plan = plan_of("externally-controlled", vus=2, max_vus=20, duration="20s")
    assert run_fleet(plan, SLOW, workers=2, during=during).code == 0


def test_a_summary_notes_only_so_many_changes(run_fleet, plan_of):
    noted = run_fleet(
        plan_of("externally-controlled", vus=1, max_vus=9, duration="1s"),
        during=steps(*[(0.5, Scale(vus=2))] * 60),
    )
    assert len(noted.summary.notes) == 51
    assert noted.summary.notes[-1] == "it was changed more often than is noted here"
