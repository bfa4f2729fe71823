"""Every key that the engine cannot run is refused by name; nothing is silently ignored."""

from loadr_config.models import TestPlan
from loadr_core.support import unsupported

REQUEST = {"request": {"url": "/"}}


def plan(scenario=None, flow=None, **top):
    base = {
        "executor": "constant-vus",
        "vus": 1,
        "duration": "1s",
        "flow": [REQUEST] if flow is None else flow,
    }
    return TestPlan.model_validate({"scenarios": {"s": {**base, **(scenario or {})}}, **top})


def test_it_is_named_with_its_place(monkeypatch):
    monkeypatch.setattr("loadr_core.support._PLAN_KEYS", ("observe", "thresholds"))
    asked = plan(observe=[{"type": "prometheus", "source": "http://p", "query": "up"}])
    assert unsupported(asked) == ["observe: not built yet, this version of loadr cannot run it"]


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
        observe=[{"type": "prometheus", "source": "http://p", "query": "up"}],
    )
    assert unsupported(asked) == []
