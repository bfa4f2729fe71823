import pytest

from loadr_core.errors import PlanRefusedError

FLOW = [{"request": {"url": "/", "headers": {"X-Own": "1"}}}]


def plan(scenario, http):
    return {**scenario("per-vu-iterations", flow=FLOW, vus=1, iterations=1), "defaults": {"http": http}}


def test_templates_of_the_defaults_are_resolved(run_plan, scenario):
    http = {
        "base_url": "fake://${env.HOST}",
        "headers": {"X-Vu": "${vu}", "x-own": "${vu}", "X-Fixed": "${env.HOST}"},
    }
    done = run_plan(plan(scenario, http), environment={"HOST": "target"})
    (request,) = done.handler.sent
    assert request.headers == {"X-Vu": "1", "X-Own": "1"}


def test_a_base_url_must_be_known_before_the_run(run_plan, scenario):
    with pytest.raises(PlanRefusedError, match=r"defaults\.http\.base_url: must be known before the run"):
        run_plan(plan(scenario, {"base_url": "fake://${vu}"}))
