"""A rendezvous is the whole run's, whichever worker its users are in."""

import pytest

from loadr_testing.fakes import Answer


def meet(users, timeout="30s", name="gate"):
    return {"rendezvous": {"name": name, "users": users, "timeout": timeout}}


def get(url):
    return {"request": {"url": url}}


def slower(request):
    """VU 1 takes a second to arrive, VU 2 two, ..."""
    return Answer(seconds=float(request.vu) if request.url.endswith("/before") else 0.01)


def arrivals(done):
    start = 0.0 if len(done.members) == 1 else 0.1
    sent = [request for request in done.sent if request.url.endswith("/after")]
    return sorted((round(request.at - start, 3), request.vu) for request in sent)


def flow(plan_of, *steps, vus=4, **more):
    return plan_of("per-vu-iterations", list(steps), vus=vus, iterations=1, **more)


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_users_of_all_workers_meet(run_fleet, plan_of, workers):
    plan = flow(plan_of, get("/before"), meet(2), get("/after"))
    done = run_fleet(plan, slower, workers=workers)
    assert done.code == 0
    assert arrivals(done) == [(2.0, 1), (2.0, 2), (4.0, 3), (4.0, 4)]


@pytest.mark.parametrize("workers", [1, 3])
def test_after_the_timeout_of_the_first_all_go_on(run_fleet, plan_of, workers):
    plan = flow(plan_of, get("/before"), meet(5, "1500ms"), get("/after"), vus=3)
    done = run_fleet(plan, slower, workers=workers)
    assert arrivals(done) == [(2.5, 1), (2.5, 2), (4.5, 3)]
    assert sum(cause.count for cause in done.summary.failures.exceptions) == 3


def test_a_user_that_is_cut_off_is_waited_for_no_longer(run_fleet):
    scenario = {"executor": "constant-vus", "vus": 1, "duration": "1s", "graceful_stop": "0s"}
    late = {"executor": "per-vu-iterations", "vus": 2, "iterations": 1, "start_time": "2s"}
    gate = {"flow": [meet(2), get("/after")]}
    done = run_fleet({"scenarios": {"early": {**scenario, **gate}, "late": {**late, **gate}}}, workers=2)
    assert arrivals(done) == [(2.0, 2), (2.0, 3)]


def test_users_of_a_lost_worker_are_waited_for_no_longer(run_fleet, plan_of):
    async def kill(run, members, clock):
        await clock.sleep(1.5)
        members[0].kill()

    plan = flow(plan_of, get("/before"), meet(2), get("/after"), vus=5)
    done = run_fleet(plan, slower, workers=5, during=kill)
    assert arrivals(done) == [(3.0, 2), (3.0, 3), (5.0, 4), (5.0, 5)]
