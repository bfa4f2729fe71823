import pytest

from loadr_config.models import TestPlan
from loadr_config.usage import scenarios_using, sources_in, sources_used_once

REQUEST = {"request": {"url": "/"}}
BASE = {"executor": "constant-vus", "vus": 1, "duration": "1s"}


def plan(**scenarios):
    rows = {"type": "inline", "rows": [{"a": 1}]}
    flows = {name: {**BASE, "flow": flow} for name, flow in scenarios.items()}
    return {"data": {"d": rows, "e": rows}, "scenarios": flows}


@pytest.mark.parametrize(
    "step",
    [
        {"request": {"url": "/${data.d.a}"}},
        {"request": {"url": "/", "headers": {"x": "${data.d.a}"}}},
        {"request": {"url": "/", "params": {"x": "${data.d.a}"}}},
        {"request": {"url": "/", "tags": {"x": "${data.d.a}"}}},
        {"request": {"url": "/", "body": {"json": {"x": ["${data.d.a}"]}}}},
        {"request": {"url": "/", "checks": [{"type": "status", "equals": "${data.d.a}"}]}},
        {"group": {"name": "${data.d.a}", "steps": [REQUEST]}},
        {"repeat": {"times": 2, "steps": [{"request": {"url": "${data.d.a}"}}]}},
        {"if": {"condition": "${data.d.a} == 1", "then": [REQUEST]}},
        {"if": {"condition": "${vu} == 1", "then": [REQUEST], "else": [{"request": {"url": "${data.d.a}"}}]}},
        {"while": {"condition": "${data.d.a} == 1", "steps": [REQUEST]}},
        {"foreach": {"items": "${data.d.a}", "steps": [REQUEST]}},
        {"switch": {"value": "${data.d.a}", "cases": {"1": [REQUEST]}}},
        {"retry": {"until": "${data.d.a} == 1", "steps": [REQUEST]}},
        {"parallel": {"branches": [[REQUEST], [{"request": {"url": "${data.d.a}"}}]]}},
    ],
    ids=str,
)
def test_a_source_is_found_wherever_templates_stand(step):
    made = TestPlan.model_validate(plan(one=[step], other=[REQUEST]))
    assert scenarios_using(made) == {"d": ["one"], "e": []}


def test_what_all_requests_share_counts_for_all_scenarios():
    document = plan(one=[REQUEST], other=[REQUEST])
    made = TestPlan.model_validate(
        {**document, "defaults": {"http": {"headers": {"x": "${data.e.a}"}}}},
    )
    assert scenarios_using(made) == {"d": [], "e": ["one", "other"]}


def test_setup_and_teardown_are_apart():
    document = plan(one=[REQUEST])
    made = TestPlan.model_validate({**document, "setup": [{"request": {"url": "${data.d.a}"}}]})
    assert scenarios_using(made) == {"d": [], "e": []}
    assert sources_used_once(made) == {"d"}
    assert sources_in(made.setup) == {"d"}


JS_CHECK = {"request": {"url": "/", "checks": [{"type": "js", "expression": "true"}]}}


@pytest.mark.parametrize(
    "knobs",
    [
        {"exec": "main"},
        {"on_start": "main"},
        {"on_stop": "main"},
        {"flow": [{"group": {"name": "g", "steps": [{"js": "1"}]}}]},
        {"flow": [JS_CHECK]},
    ],
    ids=str,
)
def test_a_scenario_that_calls_a_script_may_use_every_source(knobs):
    document = plan(one=[REQUEST], other=[REQUEST])
    document["scenarios"]["one"].update(knobs)
    made = TestPlan.model_validate({**document, "js": {"script": "x"}})
    assert scenarios_using(made) == {"d": ["one"], "e": ["one"]}
