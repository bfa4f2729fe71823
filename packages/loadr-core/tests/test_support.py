"""Every key that the engine cannot run is refused by name; nothing is silently ignored."""

import pytest

from loadr_config.models import TestPlan
from loadr_core.support import unsupported

REQUEST = {"request": {"url": "/"}}
JS = {"js": "1"}


def plan(scenario=None, flow=None, **top):
    base = {
        "executor": "constant-vus",
        "vus": 1,
        "duration": "1s",
        "flow": [REQUEST] if flow is None else flow,
    }
    return TestPlan.model_validate({"scenarios": {"s": {**base, **(scenario or {})}}, **top})


def request(**keys):
    return plan(flow=[{"request": {"url": "/", **keys}}])


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        (plan(setup=[{"js": "1"}]), "setup[0].js"),
        *(
            (plan(flow=[step]), f"scenarios.s.flow[0].{place}")
            for step, place in [
                ({"repeat": {"times": 2, "steps": [JS]}}, "repeat.steps[0].js"),
                ({"during": {"duration": 2, "steps": [JS]}}, "during.steps[0].js"),
                ({"while": {"condition": "${x}", "steps": [JS]}}, "while.steps[0].js"),
                ({"foreach": {"items": [1], "steps": [JS]}}, "foreach.steps[0].js"),
                ({"retry": {"steps": [JS]}}, "retry.steps[0].js"),
                ({"if": {"condition": "${x}", "then": [JS]}}, "if.then[0].js"),
                ({"if": {"condition": "${x}", "then": [], "else": [JS]}}, "if.else[0].js"),
                ({"switch": {"value": "${x}", "cases": {"a": [JS]}}}, "switch.cases.a[0].js"),
                ({"switch": {"value": "${x}", "cases": {}, "default": [JS]}}, "switch.default[0].js"),
                ({"random": {"choices": [{"steps": [JS]}]}}, "random.choices[0].steps[0].js"),
                ({"parallel": {"branches": [[], [JS]]}}, "parallel.branches[1][0].js"),
                (
                    {"if": {"condition": "x", "then": []}},
                    "if.condition (an expression for a script engine)",
                ),
                (
                    {"while": {"condition": "x", "steps": []}},
                    "while.condition (an expression for a script engine)",
                ),
                (
                    {"retry": {"until": "x", "steps": []}},
                    "retry.until (an expression for a script engine)",
                ),
                (
                    {"foreach": {"items": "x", "steps": []}},
                    "foreach.items (an expression for a script engine)",
                ),
            ]
        ),
        (
            plan(flow=[{"group": {"name": "g", "steps": [{"js": "1"}]}}]),
            "scenarios.s.flow[0].group.steps[0].js",
        ),
        (
            request(**{"assert": [{"type": "js", "expression": "1"}]}),
            "scenarios.s.flow[0].request.assert[0] (js)",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_it_is_named_with_its_place(asked, place):
    assert unsupported(asked) == [f"{place}: not built yet, this version of loadr cannot run it"]


def test_what_can_be_run_is_not_refused():
    asked = plan(
        {"think_time": {"type": "constant", "duration": 1}, "tags": {"a": "b"}, "start_time": "1s"},
        flow=[
            {"group": {"name": "g", "steps": [{"think_time": {"type": "constant", "duration": 1}}]}},
            {
                "request": {
                    "url": "/",
                    "body": {"json": {"a": 1}},
                    "checks": [{"type": "status", "equals": 200}],
                }
            },
        ],
        defaults={"http": {"timeout": "5s", "keep_alive": False, "tls": {"insecure_skip_verify": True}}},
        thresholds={"http_reqs": "count>1"},
        variables={"x": "1"},
    )
    assert unsupported(asked) == []
