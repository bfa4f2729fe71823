"""Expressions and statements of a script engine within a plan, with an engine whose language is Python."""

import pytest

from loadr_testing.fakes import fake_scripts


@pytest.fixture
def run(run_plan, scenario):
    def running(*steps, **knobs):
        plan = scenario("per-vu-iterations", list(steps), vus=1, iterations=1, **knobs)
        return run_plan(plan, scripts=fake_scripts())

    return running


def request(name, **more):
    return {"request": {"name": name, "url": f"fake://{name}", **more}}


def paths(done):
    return [sent.url for sent in done.handler.sent]


def test_conditions_and_items_without_references_are_the_engine_s(run):
    done = run(
        {"if": {"condition": "1 < 2", "then": [request("yes")], "else": [request("no")]}},
        {"foreach": {"items": "[1, 2]", "steps": [request("item-${item}")]}},
        {"while": {"condition": "False", "steps": [request("never")]}},
    )
    assert paths(done) == ["fake://yes", "fake://item-1", "fake://item-2"]


def test_a_condition_sees_the_last_response(run):
    done = run(
        {"if": {"condition": "response is None", "then": [request("first")]}},
        {"if": {"condition": "response.status == 200", "then": [request("second")]}},
    )
    assert paths(done) == ["fake://first", "fake://second"]


def test_a_template_has_the_value_of_an_expression(run):
    assert paths(run(request("a-${js: 1 + 1}"))) == ["fake://a-2"]


def test_an_expression_that_fails_fails_its_request_or_its_iteration(run):
    done = run(request("a-${js: nothing}"))
    assert paths(done) == []
    assert done.rate("http_req_failed") == (1, 1)
    done = run({"if": {"condition": "nothing", "then": [request("never")]}}, request("after"))
    assert paths(done) == []
    assert done.total("vu_exceptions") == 1


def test_a_check_is_what_the_expression_says(run):
    checks = [
        {"type": "js", "name": n, "expression": e}
        for n, e in (("ok", "response.status == 200"), ("no", "0"), ("bad", "x"))
    ]
    done = run(request("a", checks=checks))
    assert done.rate("checks") == (1, 3)


def test_a_step_runs_statements(run):
    assert paths(run({"js": "1 + 1"}, request("after"))) == ["fake://after"]
    done = run({"js": "1 / 0"}, request("after"))
    assert paths(done) == []
    assert [cause for category, _, cause in done.causes if category == "exceptions"] == [
        "ZeroDivisionError: division by zero"
    ]
