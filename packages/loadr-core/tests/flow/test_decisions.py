"""if and switch."""

import pytest

from loadr_testing.fakes import Answer


@pytest.mark.parametrize(
    ("condition", "branch"),
    [
        ("${vu} == 1", "/then"),
        ("${vu} > 1", "/else"),
        ("${gone}", "/else"),
        ("${gone} == null", "/then"),
        ("${iteration} < 10 and '${scenario}' == 'main'", "/then"),
        ("${vars.tier} in ['gold', 'silver']", "/then"),
        ("'${env.REGION}' == 'eu'", "/then"),
        ("starts_with(${tier}, 'si')", "/else"),
    ],
)
def test_if_takes_one_of_two_branches(condition, branch, run_plan, scenario, get):
    flow = [{"if": {"condition": condition, "then": [get("/then")], "else": [get("/else")]}}]
    plan = scenario("per-vu-iterations", flow=flow, vus=1, iterations=1)
    done = run_plan({**plan, "variables": {"tier": "gold"}}, environment={"REGION": "eu"})
    assert [sent.url for sent in done.handler.sent] == [branch]


def test_if_without_an_else_does_nothing(urls, get):
    assert urls({"if": {"condition": "${vu} == 2", "then": [get("/then")]}}, get("/after")) == ["/after"]


@pytest.mark.parametrize(
    ("value", "branch"),
    [
        ("${vars.tier}", "/gold"),
        ("${item}", "/200"),
        ("${vars.none}", "/empty"),
        ("${vu}${vu}", "/eleven"),
        ("plain", "/default"),
        ("${gone}", "/default"),
        ("${item.member}", "/default"),
    ],
)
def test_switch_compares_texts(value, branch, urls, get):
    cases = {"gold": [get("/gold")], "200": [get("/200")], "": [get("/empty")], "11": [get("/eleven")]}
    switch = {"switch": {"value": value, "cases": cases, "default": [get("/default")]}}
    flow = {"foreach": {"items": [200], "steps": [switch]}}
    assert urls(flow, variables={"tier": "gold", "none": ""}) == [branch]


def test_switch_without_a_default_does_nothing(urls, get):
    assert urls({"switch": {"value": "x", "cases": {"y": [get("/y")]}}}, get("/after")) == ["/after"]


def test_a_condition_that_cannot_be_computed_ends_the_iteration_and_tells_its_place(run_flow, get):
    decision = {"if": {"condition": "${gone} + 1 > 2", "then": [get("/then")]}}
    flow = {"repeat": {"times": 2, "steps": [get("/before"), decision]}}
    plan = {"thresholds": {"vu_exceptions{exception:EvaluationError}": "count>0"}}
    done = run_flow(flow, iterations=3, **plan)
    place = "scenarios.main.flow[0].repeat.steps[1].if.condition"
    reason = "EvaluationError: + needs numbers, got nothing"
    assert [sent.url for sent in done.handler.sent] == ["/before"] * 3
    assert done.causes == {("exceptions", place, reason): 3}
    assert done.total("vu_exceptions", exception="EvaluationError") == 3
    assert done.total("iterations") == 3


def test_a_decision_may_follow_from_a_failed_request(urls, get):
    check = {"if": {"condition": "${attempt} == 1", "then": [get("/again")], "else": [get("/once")]}}
    retry = {"retry": {"times": 2, "steps": [get("/")]}}
    sent = urls(retry, check, answer=lambda request: Answer(status=500 if request.url == "/" else 200))
    assert sent == ["/", "/", "/again"]
