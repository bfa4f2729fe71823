"""The slowest requests in the summary of a whole run."""

import pytest

from loadr_core.spi import Sample
from loadr_testing.fakes import Answer


def slow_at(vu, iteration, seconds, **more):
    def rule(request):
        is_slow = (request.vu, request.iteration) == (vu, iteration)
        return Answer(seconds=seconds, **more) if is_slow else Answer(seconds=0.01)

    return rule


def test_the_slowest_request_is_told_with_who_when_and_why(run_fleet, plan_of):
    rule = slow_at(4, 2, 1.5, status=503, trace_id="abc")
    flow = [{"request": {"url": "/", "name": "home", "tags": {"tier": "gold"}}}]
    done = run_fleet(plan_of("per-vu-iterations", flow, vus=4, iterations=5), rule, workers=2)
    first, second, *_ = done.summary.exemplars
    assert (first.name, first.vu, first.iteration, first.worker) == ("home", 4, 2, 2)
    assert (first.duration, first.trace_id) == (pytest.approx(1500), "abc")
    assert first.elapsed_secs == pytest.approx(0.01 * 2 + 1.5)
    assert first.at_ms == pytest.approx((0.1 + 0.01 * 2 + 1.5) * 1000), "two workers start in 0.1 s"
    assert first.tags == {
        "expected_response": "false",
        "method": "GET",
        "proto": "FAKE/1",
        "scenario": "main",
        "status": "503",
        "tier": "gold",
    }
    assert (second.duration, second.trace_id) == (pytest.approx(10), None)
    assert len(done.summary.exemplars) == 5


def test_requests_of_setup_have_no_place_in_the_load(run_fleet, plan_of):
    plan = plan_of("per-vu-iterations", vus=1, iterations=1)
    done = run_fleet({**plan, "setup": [{"request": {"url": "/", "name": "login"}}]})
    assert {each.name: each.elapsed_secs for each in done.summary.exemplars} == {"login": None, "/": 0.01}


def test_an_iteration_on_a_schedule_is_named_by_its_start(run_fleet, plan_of):
    plan = plan_of("constant-arrival-rate", rate=10, duration="1s", pre_allocated_vus=10)
    done = run_fleet(plan, lambda request: Answer(seconds=0.5 if 0.55 < request.at < 0.65 else 0.001))
    assert done.summary.exemplars[0].iteration == 6


def test_exchanges_on_the_way_count_as_well(run_fleet, plan_of):
    hop = Sample((0.0, 7.0, 0.0, 0.0), 302, "FAKE/1", "GET", expected=True)
    done = run_fleet(plan_of("per-vu-iterations", vus=1, iterations=1), lambda _: Answer(further=(hop,)))
    assert [(each.duration, each.tags["status"]) for each in done.summary.exemplars] == [
        (pytest.approx(7000), "302"),
        (pytest.approx(10), "200"),
    ]


def test_secrets_are_masked(run_fleet, plan_of):
    flow = [{"request": {"url": "/", "tags": {"key": "${secrets.key}"}}}]
    top = {"secrets": {"key": {"env": "KEY"}}}
    done = run_fleet(
        plan_of("per-vu-iterations", flow, top, vus=1, iterations=1), environment={"KEY": "hunter22"}
    )
    assert "hunter22" not in done.summary.model_dump_json()
