"""A run over several members: exact sums, one start, aborts that reach all, members that are lost."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loadr_core.vitals import Vitals
from loadr_core.worker.messages import Finish, Go, Stop
from loadr_testing.fakes import Answer

ENDLESS = {"vus": 4, "duration": "1h"}
ABORT = {"type": "status", "equals": 200, "on_failure": "abort_test"}


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(vus=st.integers(1, 9), iterations=st.integers(1, 60), workers=st.integers(1, 8))
def test_iterations_and_vus_are_shared_exactly(run_fleet, plan_of, vus, iterations, workers):
    plan = plan_of("shared-iterations", vus=vus, iterations=iterations)
    done = run_fleet(plan, workers=workers)
    assert done.code == 0
    assert done.iterations() == done.total("iterations") == len(done.sent) == iterations
    assert {request.vu for request in done.sent} <= set(range(1, vus + 1))
    iterations_of = Counter((request.vu, request.iteration) for request in done.sent)
    assert max(iterations_of.values()) == 1, "no two members use one VU's number"


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rate=st.integers(1, 60), workers=st.integers(1, 8), arrival=st.sampled_from(["uniform", "poisson"]))
def test_starts_are_shared_exactly(run_fleet, plan_of, rate, workers, arrival):
    plan = plan_of("constant-arrival-rate", rate=rate, duration="3s", pre_allocated_vus=80, arrival=arrival)
    rule = lambda _: Answer(seconds=0.001)  # noqa: E731
    alone, together = run_fleet(plan, rule), run_fleet(plan, rule, workers=workers)

    def offsets(done, zero):
        return sorted(round(request.at - zero, 6) for request in done.sent)

    assert offsets(alone, 0.0) == offsets(together, 0.1 if workers > 1 else 0.0)
    if arrival == "uniform":
        assert together.iterations() == 3 * rate


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_random_choices_follow_the_vu_whatever_the_number_of_workers(run_fleet, plan_of, workers):
    choices = [{"weight": 1, "name": name, "steps": [{"request": {"url": f"/{name}"}}]} for name in "abc"]
    flow = [{"random": {"strategy": "weighted", "choices": choices}}]
    plan = plan_of("per-vu-iterations", flow, vus=6, iterations=5)

    def sequence(done):
        return {(request.vu, request.iteration): request.url for request in done.sent}

    assert sequence(run_fleet(plan, workers=workers)) == sequence(run_fleet(plan))


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_every_vu_runs_its_iterations_whatever_the_number_of_workers(run_fleet, plan_of, workers):
    done = run_fleet(plan_of("per-vu-iterations", vus=6, iterations=3), workers=workers)
    assert Counter(request.vu for request in done.sent) == dict.fromkeys(range(1, 7), 3)
    assert done.summary.scenarios[0].max_vus == 6


def test_all_members_start_at_the_same_moment(run_fleet, plan_of):
    done = run_fleet(plan_of("per-vu-iterations", vus=4, iterations=1), workers=4)
    assert len({request.at for request in done.sent}) == 1
    assert len({member.commands[0].start_at for member in done.members}) == 1
    for member in done.members:
        assert [type(command) for command in member.commands] == [Go, Finish]


def test_every_second_has_the_reports_of_all(run_fleet, plan_of):
    done = run_fleet(plan_of("constant-vus", vus=4, duration="3s"), lambda _: Answer(seconds=0.24), workers=2)
    assert [round(point.rps) for point in done.summary.timeline] == [16, 16, 16, 33]
    assert [snapshot.requests for snapshot in done.snapshots] == [16, 32, 48, 52]
    assert done.summary.duration_secs == pytest.approx(3.12)


def test_samples_carry_the_number_of_their_worker(run_fleet, plan_of):
    top = {"thresholds": {f"fake_reqs{{instance:{number}}}": "count==6" for number in (1, 2)}}
    done = run_fleet(plan_of("per-vu-iterations", vus=4, iterations=3, top=top), workers=2)
    assert [threshold.observed for threshold in done.summary.thresholds] == [6, 6]


def test_each_worker_has_an_account_of_its_own(run_fleet, plan_of):
    plan = plan_of("per-vu-iterations", vus=4, iterations=30)
    done = run_fleet(plan, lambda request: Answer(seconds=0.25 if request.vu % 2 == 0 else 0.1), workers=2)
    first, second = done.summary.workers
    assert (first.number, first.place, first.iterations, first.requests) == (1, "in this process", 60, 60)
    assert (round(first.iteration_med), round(second.iteration_med)) == (100, 250)
    assert not first.is_lost
    assert done.summary.health.remarks == [
        (
            "iterations of worker 2 took 250 ms (median), those of the others 100 ms: "
            "look at its machine, and at its way to the target"
        )
    ]
    assert not any("instance" in metric.tags for metric in done.summary.metrics)


# ---------------------------------------------------------------- the verdict


def test_a_strict_run_wants_samples_for_its_thresholds(run_fleet, plan_of):
    plan = plan_of("per-vu-iterations", vus=1, iterations=1, top={"thresholds": {"ws_sessions": "count>0"}})
    assert run_fleet(plan).code == 0
    done = run_fleet(plan, strict=True)
    assert done.code == 98
    assert done.result.doubts == ("threshold ws_sessions: count>0 has no samples",)


def test_a_strict_run_wants_a_trusted_generator(run_fleet, plan_of):
    async def strain(run, members, clock):
        await clock.sleep(0.5)
        members[1].vitals = Vitals(cpu=0.99)

    plan = plan_of("constant-vus", vus=4, duration="3s")
    done = run_fleet(plan, workers=2, during=strain, strict=True)
    assert done.code == 98
    assert done.result.doubts == ("the generator is suspect",)
    assert done.summary.health.reasons[0].startswith("worker 2 used more than 90 % of its core")


def test_a_target_that_is_too_slow_is_told_apart(run_fleet, plan_of):
    plan = plan_of("constant-arrival-rate", rate=20, duration="3s", pre_allocated_vus=4)
    done = run_fleet(plan, lambda _: Answer(seconds=0.5), workers=2)
    assert done.summary.health.verdict == "trusted"
    (remark,) = done.summary.health.remarks
    assert remark.startswith("66.7% of the starts of scenario main were dropped, 40 of 60, because all 4 VUs")
    assert remark.endswith("the target is too slow for this rate, or there are too few VUs")
    assert done.snapshots[-1].health.remarks == [remark]


# ---------------------------------------------------------------- aborts


def test_an_abort_in_one_member_stops_all(run_fleet, plan_of):
    flow = [{"request": {"url": "/", "assert": [ABORT]}}]
    done = run_fleet(
        plan_of("constant-vus", flow, **ENDLESS),
        lambda request: Answer(
            seconds=0.25, status=500 if request.vu == 4 and request.iteration == 2 else 200
        ),
        workers=4,
    )
    assert done.code == 108
    assert done.summary.aborted == "assert failed in '/': status is 200"
    assert Counter(request.vu for request in done.sent) == {1: 4, 2: 4, 3: 4, 4: 3} or Counter(
        request.vu for request in done.sent
    ) == dict.fromkeys((1, 2, 3, 4), 3)
    assert all(isinstance(member.commands[1], Stop) for member in done.members)


def test_an_abort_of_a_scenario_leaves_the_others_alone(run_fleet):
    failing = {"request": {"url": "/", "assert": [{**ABORT, "on_failure": "abort_scenario"}]}}
    plan = {
        "scenarios": {
            "bad": {"executor": "constant-vus", **ENDLESS, "flow": [failing]},
            "good": {
                "executor": "per-vu-iterations",
                "vus": 4,
                "iterations": 20,
                "flow": [{"request": {"url": "/good"}}],
            },
        }
    }
    done = run_fleet(
        plan,
        lambda request: Answer(seconds=0.1, status=500 if request.vu == 1 else 200),
        workers=4,
    )
    assert done.code == 0
    assert done.summary.aborted is None
    assert done.iterations("good") == 80
    assert done.iterations("bad") <= 2 * 4
    assert done.summary.notes == ["0.1 s: scenario bad was stopped: assert failed in '/': status is 200"]


def test_the_first_reason_wins(run_fleet, plan_of):
    async def stop(run, members, clock):
        await clock.sleep(1.5)
        run.interrupt("stopped by SIGTERM")

    flow = [{"request": {"url": "/", "assert": [ABORT]}}]
    rule = lambda request: Answer(seconds=0.25, status=500 if request.at > 1.4 else 200)  # noqa: E731
    done = run_fleet(plan_of("constant-vus", flow, **ENDLESS), rule, workers=2, during=stop)
    assert done.summary.aborted == "stopped by SIGTERM"
    assert done.code == 105


def test_a_threshold_is_judged_over_all_members(run_fleet, plan_of):
    limit = {"threshold": "count<50", "abort_on_fail": True}
    done = run_fleet(
        plan_of("constant-vus", top={"thresholds": {"fake_reqs": [limit]}}, **ENDLESS),
        lambda _: Answer(seconds=0.1),
        workers=4,
    )
    assert done.code == 99
    assert done.summary.aborted == "threshold failed: fake_reqs: count<50"
    assert 80 <= done.total("fake_reqs") <= 88, "judged after two seconds of four VUs at 10/s"


def test_an_interrupt_before_the_start_runs_nothing(run_fleet, plan_of):
    async def stop(run, members, clock):
        run.interrupt("stopped by SIGINT")

    done = run_fleet(plan_of("constant-vus", **ENDLESS), workers=2, during=stop)
    assert done.code == 105
    assert done.sent == []
    assert done.summary.aborted == "stopped by SIGINT"
    assert done.summary.notes == []


def test_a_second_interrupt_ends_at_once(run_fleet, plan_of):
    async def stop(run, members, clock):
        await clock.sleep(2.5)
        run.interrupt("stopped by SIGINT")
        await clock.sleep(0.1)
        run.interrupt("stopped by SIGINT")

    plan = plan_of("constant-vus", graceful_stop="1h", **ENDLESS)
    done = run_fleet(
        plan, lambda request: Answer(seconds=0.1 if request.at < 2 else 3600), workers=2, during=stop
    )
    assert done.code == 130
    assert done.summary.aborted == "interrupted twice"
    assert done.duration == pytest.approx(2.6)
    assert done.total("fake_reqs") >= 40, "what was delivered is kept"


# ---------------------------------------------------------------- lost members


def kill_at(seconds, *numbers):
    async def kill(run, members, clock):
        await clock.sleep(seconds)
        for number in numbers:
            members[number - 1].kill()

    return kill


def test_a_member_that_is_lost_is_reported_and_the_others_go_on(run_fleet, plan_of):
    done = run_fleet(
        plan_of("constant-vus", vus=4, duration="4s"),
        lambda _: Answer(seconds=0.24),
        workers=2,
        during=kill_at(1.6, 2),
    )
    assert done.code == 1
    assert done.result.problems == ("worker 2 was lost (killed)",)
    assert done.summary.health.verdict == "suspect"
    assert done.summary.health.reasons == ["worker 2 was lost (killed)"]
    assert [worker.is_lost for worker in done.summary.workers] == [False, True]
    assert done.summary.aborted is None
    assert done.total("fake_reqs", name="/") == 2 * 17 + 2 * 4, "its first second is kept"
    assert [round(point.rps) for point in done.summary.timeline] == [16, 8, 8, 8, 25]


def test_when_all_are_lost_the_run_is_over(run_fleet, plan_of):
    done = run_fleet(
        plan_of("constant-vus", top={"teardown": [{"request": {"url": "/gone"}}]}, **ENDLESS),
        lambda _: Answer(seconds=0.24),
        workers=2,
        during=kill_at(1.6, 1, 2),
    )
    assert done.code == 1
    assert done.summary.aborted in {f"worker {number} was lost (killed)" for number in (1, 2)}
    assert done.duration == pytest.approx(1.6)
    assert "teardown did not run to its end" in done.summary.notes


def test_a_member_that_does_not_end_is_ended(run_fleet, plan_of):
    async def deafen(run, members, clock):
        await clock.sleep(0.5)
        members[1].post = lambda command: None

    done = run_fleet(plan_of("constant-vus", vus=2, duration="1s"), workers=2, during=deafen)
    assert done.code == 1
    assert done.result.problems == ("worker 2 was lost (killed)",)
    assert done.duration == pytest.approx(31.1, abs=0.1)


def test_a_member_that_says_nothing_does_not_keep_the_others_from_being_judged(run_fleet, plan_of):
    async def mute(run, members, clock):
        await clock.sleep(0.5)
        deaf = members[1]
        deaf._instance._report = lambda: None

    done = run_fleet(
        plan_of("constant-vus", vus=4, duration="9s"), lambda _: Answer(seconds=0.24), workers=2, during=mute
    )
    seconds = [round(snapshot.elapsed_secs, 1) for snapshot in done.snapshots]
    assert seconds[0] in {2.0, 3.0}, "after some patience"
    assert seconds[1:-1] == [float(second) for second in range(int(seconds[0]) + 1, 10)]
