"""rendezvous: all go on together, or after the timeout."""

import pytest

from loadr_testing.fakes import Answer


def meet(users, timeout="30s", name="gate"):
    return {"rendezvous": {"name": name, "users": users, "timeout": timeout}}


def arrivals(done):
    return [(round(sent.at, 6), sent.vu) for sent in done.handler.sent if sent.url == "/after"]


def slower(request):
    """VU 1 takes a second to arrive, VU 2 two, ..."""
    return Answer(seconds=float(request.vu) if request.url == "/before" else 0.01)


def test_users_go_on_when_enough_have_arrived(run_flow, get):
    done = run_flow(get("/before"), meet(2), get("/after"), vus=4, answer=slower)
    assert sorted(arrivals(done)) == [(2.0, 1), (2.0, 2), (4.0, 3), (4.0, 4)]
    assert done.causes == {}


def test_one_user_waits_for_nobody(run_flow, get):
    assert arrivals(run_flow(meet(1), get("/after"))) == [(0.0, 1)]


def test_after_the_timeout_of_the_first_all_go_on_and_it_is_counted(run_flow, get):
    done = run_flow(get("/before"), meet(3, "1500ms"), get("/after"), vus=2, answer=slower)
    assert sorted(arrivals(done)) == [(2.5, 1), (2.5, 2)]
    assert done.causes == {("exceptions", "scenarios.main.flow[1].rendezvous", "RendezvousTimeout"): 2}
    assert done.total("iterations") == 2


def test_names_are_different_places(run_flow, get):
    flow = [meet(2, "1s", "a"), get("/after")]
    other = {"if": {"condition": "${vu} == 1", "then": [meet(2, "5s", "b")], "else": flow}}
    done = run_flow(other, vus=2)
    assert arrivals(done) == [(1.0, 2)]


def test_scenarios_of_one_run_meet_each_other(run_plan, get):
    config = {"executor": "per-vu-iterations", "vus": 1, "iterations": 1}
    early = {**config, "flow": [meet(2), get("/after")]}
    done = run_plan({"scenarios": {"a": early, "b": {**early, "start_time": "3s"}}})
    assert [round(sent.at, 6) for sent in done.handler.sent] == [3.0, 3.0]


def test_who_is_interrupted_is_waited_for_no_longer(run_plan, scenario, get):
    async def stop(engine, clock):
        await clock.sleep(1)
        engine.kill("enough")

    plan = scenario("per-vu-iterations", flow=[meet(2), get("/after")], vus=1, iterations=1)
    plan["scenarios"]["main"]["vus"] = 1
    done = run_plan(plan, during=stop)
    assert done.total("interrupted_iterations") == 1
    assert done.duration == pytest.approx(1)


def test_a_branch_that_is_ended_while_it_waits_counts_no_more(run_flow, get, abort):
    """VU 1 leaves the gate at 0.5 s, so VU 2 and 3 have to wait for each other."""
    waiting = [meet(2), get("/after")]
    leaving = {"parallel": {"branches": [waiting, [get("/leave"), abort()]]}}
    flow = {"if": {"condition": "${vu} == 1", "then": [leaving], "else": [get("/before"), *waiting]}}
    seconds = {"/leave": 0.5, "/abort": 0.0}
    done = run_flow(
        flow,
        vus=3,
        answer=lambda request: Answer(seconds=seconds.get(request.url, float(request.vu))),
    )
    assert sorted(arrivals(done)) == [(3.0, 2), (3.0, 3)]
