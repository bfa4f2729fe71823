"""Setup and teardown: once in the whole fleet, around the load, whatever becomes of it."""

import pytest

from loadr_core.worker.messages import RunOnce
from loadr_testing.fakes import Answer

SETUP = {"request": {"url": "/make", "name": "make"}}
TEARDOWN = {"request": {"url": "/remove", "name": "remove"}}
BOTH = {"setup": [SETUP], "teardown": [TEARDOWN]}


def rule(**statuses):
    return lambda request: Answer(seconds=0.3, status=statuses.get(request.url.rpartition("/")[2], 200))


def urls(done):
    return [request.url.rpartition("//target")[2] for request in done.sent]


@pytest.mark.parametrize("workers", [1, 3])
def test_they_run_once_before_the_first_vu_and_after_the_last(run_fleet, plan_of, workers):
    done = run_fleet(plan_of("per-vu-iterations", vus=3, iterations=2, top=BOTH), rule(), workers=workers)
    assert done.code == 0
    assert urls(done) == ["/make", *["/"] * 6, "/remove"]
    assert (done.sent[0].vu, done.sent[-1].vu) == (0, 0)
    assert done.sent[0].at + 0.29 < min(request.at for request in done.sent[1:])
    assert done.sent[-1].at > max(request.at for request in done.sent[:-1]) + 0.29


def test_their_samples_count_and_carry_a_group(run_fleet, plan_of):
    top = {
        **BOTH,
        "thresholds": {"fake_reqs{group:::setup}": "count==1", "fake_reqs{group:::teardown}": "count==1"},
    }
    done = run_fleet(plan_of("per-vu-iterations", vus=2, iterations=1, top=top), rule(), workers=2)
    assert done.code == 0, done.summary.thresholds
    assert done.total("fake_reqs") == 4
    assert done.total("iterations") == 2
    assert done.summary.duration_secs == pytest.approx(0.3), "the load alone"
    assert [point.elapsed_secs for point in done.summary.timeline] == [done.summary.duration_secs]


def test_they_think_no_think_times_of_users(run_fleet, plan_of):
    top = {
        **BOTH,
        "defaults": {
            "http": {"base_url": "fake://target"},
            "think_time": {"type": "constant", "duration": "1h"},
        },
    }
    plan = plan_of("per-vu-iterations", vus=1, iterations=1, flow=[], top=top)
    assert run_fleet(plan, rule()).duration < 2


def test_a_failing_setup_ends_the_run(run_fleet, plan_of):
    top = {**BOTH, "setup": [SETUP, {"request": {"url": "/never"}}]}
    done = run_fleet(plan_of("constant-vus", vus=2, duration="1h", top=top), rule(make=500), workers=2)
    assert done.code == 107
    assert done.summary.aborted == "setup failed: request 'make' failed: status 500"
    assert urls(done) == ["/make"], "no VU, and no teardown of what was not set up"
    assert done.result.problems == ()
    assert done.total("fake_reqs") == 1


@pytest.mark.parametrize("on_failure", ["continue", "abort_iteration", "abort_scenario", "abort_test"])
def test_a_failed_assert_fails_setup(run_fleet, plan_of, on_failure):
    missed = {"type": "body_contains", "value": "ok", "on_failure": on_failure}
    setup = [{"request": {"url": "/make", "name": "make", "assert": [missed]}}]
    done = run_fleet(plan_of("constant-vus", vus=2, duration="1h", top={"setup": setup}), rule())
    assert done.code == 107
    assert done.summary.aborted.startswith("setup failed: ")
    assert "make" in done.summary.aborted


def test_teardown_runs_after_an_abort(run_fleet, plan_of):
    failing = {
        "request": {"url": "/", "assert": [{"type": "status", "equals": 201, "on_failure": "abort_test"}]}
    }
    done = run_fleet(plan_of("constant-vus", [failing], vus=2, duration="1h", top=BOTH), rule(), workers=2)
    assert done.code == 108
    assert urls(done)[-1] == "/remove"
    assert urls(done).count("/remove") == 1


def test_teardown_runs_after_an_interrupt_and_runs_to_its_end(run_fleet, plan_of):
    async def interrupt(run, members, clock):
        await clock.sleep(1.0)
        run.interrupt("stopped by SIGINT")

    done = run_fleet(plan_of("constant-vus", vus=2, duration="1h", top=BOTH), rule(), during=interrupt)
    assert done.code == 105
    assert urls(done)[-1] == "/remove"


def test_a_failing_teardown_is_told_and_goes_on(run_fleet, plan_of):
    top = {"teardown": [TEARDOWN, {"request": {"url": "/other"}}]}
    done = run_fleet(plan_of("per-vu-iterations", vus=1, iterations=1, top=top), rule(remove=404))
    assert done.code == 0
    assert done.summary.notes == ["teardown failed: request 'remove' failed: status 404"]
    assert urls(done)[-1] == "/other"


def test_an_interrupt_during_setup_cuts_it_off(run_fleet, plan_of):
    async def interrupt(run, members, clock):
        await clock.sleep(1.0)
        run.interrupt("stopped by SIGINT")

    plan = plan_of("constant-vus", vus=2, duration="1h", top=BOTH)
    done = run_fleet(plan, lambda _: Answer(seconds=600), workers=2, during=interrupt)
    assert done.code == 105
    assert done.summary.aborted == "stopped by SIGINT"
    assert urls(done) == ["/make"]
    assert done.duration == pytest.approx(1.0)


def test_an_interrupt_during_teardown_lets_it_finish_and_stops_nothing_early(run_fleet, plan_of):
    async def interrupt(run, members, clock):
        await clock.sleep(1.0)
        run.interrupt("stopped by SIGINT")

    plan = plan_of("per-vu-iterations", vus=1, iterations=1, flow=[], top={"teardown": [TEARDOWN, TEARDOWN]})
    done = run_fleet(plan, lambda _: Answer(seconds=2), during=interrupt)
    assert done.code == 0
    assert done.summary.aborted is None
    assert urls(done) == ["/remove", "/remove"]


def test_when_the_member_that_runs_setup_is_lost_there_is_no_load(run_fleet, plan_of):
    async def kill(run, members, clock):
        await clock.sleep(0.1)
        members[0].kill()

    done = run_fleet(plan_of("constant-vus", vus=2, duration="1h", top=BOTH), rule(), workers=2, during=kill)
    assert done.code == 1
    assert done.summary.aborted == "setup was interrupted"
    assert "worker 1 was lost (killed)" in done.result.problems
    assert urls(done) == ["/make"]


def test_another_member_tears_down_when_the_first_is_lost(run_fleet, plan_of):
    async def kill(run, members, clock):
        await clock.sleep(1.0)
        members[0].kill()

    done = run_fleet(plan_of("constant-vus", vus=2, duration="2s", top=BOTH), rule(), workers=2, during=kill)
    assert urls(done)[-1] == "/remove"
    assert any(isinstance(command, RunOnce) for command in done.members[1].commands)
