"""What a trace tells of an iteration, on virtual time with a fake protocol."""

from pathlib import Path

import pytest

from loadr_config.models import TestPlan
from loadr_config.secrets import Masker
from loadr_core.engine import Engine
from loadr_core.engine_config import EngineConfig
from loadr_core.plugins import ProtocolRegistry
from loadr_core.recording import Recorder
from loadr_core.tracing import (
    Answered,
    Judged,
    PartBegan,
    PartEnded,
    StepBegan,
    StepEnded,
    VariablesChanged,
)
from loadr_core.tracing.trace import Trace
from loadr_testing.fakes import Answer, VirtualClock, fake_protocol, run_in_virtual_time

FLOW = "scenarios.main.flow"


def traced(*flow, rule=lambda _request: Answer(), trace=True):
    """The events of one iteration of a flow, and the requests that were sent."""
    document = {
        "defaults": {"http": {"base_url": "fake://target"}},
        "scenarios": {"main": {"executor": "per-vu-iterations", "flow": list(flow)}},
    }
    plan = TestPlan.model_validate(document)
    handler = fake_protocol(rule, measures="fake")
    events = []

    async def main():
        clock = VirtualClock()
        told = Trace(events.append, clock, Masker(["sesame"]))
        config = EngineConfig(plan, Path(), seed=1, secrets={"key": "sesame"})
        registry = ProtocolRegistry({"fake": handler}, {"fake": "fake"})
        engine = Engine(config, Recorder({}), clock, registry, trace=told if trace else None)
        with told.part("main", is_scenario=True):
            await engine.run()
        await engine.close()

    run_in_virtual_time(main())
    return events


def of_kind(events, kind):
    return [event for event in events if isinstance(event, kind)]


def request(**more):
    return {"request": {"url": "/a", **more}}


def test_a_step_tells_its_place_and_its_name():
    events = traced({"group": {"name": "g", "steps": [request(name="first"), request()]}})
    assert of_kind(events, StepBegan) == [
        StepBegan(f"{FLOW}[0]", "group", "g"),
        StepBegan(f"{FLOW}[0].group.steps[0]", "request", "first"),
        StepBegan(f"{FLOW}[0].group.steps[1]", "request", "/a"),
    ]
    ends = of_kind(events, StepEnded)
    assert [end.place for end in ends] == [
        f"{FLOW}[0].group.steps[0]",
        f"{FLOW}[0].group.steps[1]",
        f"{FLOW}[0]",
    ]
    assert [end.seconds for end in ends] == pytest.approx([0.01, 0.01, 0.02])
    assert (events[0], events[-1]) == (
        PartBegan("main", is_scenario=True),
        PartEnded("main", ends[2].seconds, None),
    )


STEPS = {
    "if": {"if": {"condition": "'1' == '1'", "then": [request()]}},
    "repeat": {"repeat": {"times": 1, "steps": [request()]}},
    "while": {
        "while": {
            "condition": "'${n}' != '1'",
            "steps": [{"repeat": {"times": 2, "counter": "n", "steps": [request()]}}],
        }
    },
    "foreach": {"foreach": {"items": [1], "var": "x", "steps": [request()]}},
    "switch": {"switch": {"value": "a", "cases": {"a": [request()]}}},
    "during": {"during": {"duration": "15ms", "steps": [request()]}},
    "retry": {"retry": {"times": 1, "steps": [request()]}},
    "parallel": {"parallel": {"branches": [[request()], [request()]]}},
    "random": {"random": {"choices": [{"steps": [request()]}]}},
    "think_time": {"think_time": {"type": "constant", "duration": "1s"}},
    "rendezvous": {"rendezvous": {"name": "r", "users": 1}},
}


@pytest.mark.parametrize("kind", STEPS)
def test_every_kind_of_step_is_told(kind):
    setting = {"repeat": {"times": 1, "counter": "n", "steps": []}}
    events = traced(setting, STEPS[kind])
    began = of_kind(events, StepBegan)
    assert (began[1].place, began[1].kind) == (f"{FLOW}[1]", kind)
    assert all(event.problem is None for event in of_kind(events, StepEnded))
    assert len(began) == len(of_kind(events, StepEnded))


ANSWERS = {
    "expected": (Answer(body=b"four"), (200, 4, None)),
    "not expected": (Answer(status=503), (503, 0, "status 503 is not expected")),
    "failed": (Answer(status=0, error_kind="timeout"), (0, 0, "timeout: made by the rule: timeout")),
}


@pytest.mark.parametrize(("answer", "told"), ANSWERS.values(), ids=ANSWERS)
def test_how_a_request_was_answered(answer, told):
    (event,) = of_kind(traced(request(), rule=lambda _request: answer), Answered)
    assert (event.status, event.size, event.problem) == told
    assert event.seconds == pytest.approx(0.01)
    assert event.place == f"{FLOW}[0]"


def test_a_request_without_a_value_is_told_as_not_sent():
    (event,) = of_kind(traced(request(headers={"X": "${missing}"})), Answered)
    assert event.problem.startswith("not sent: ")
    assert "missing" in event.problem


def test_extractions_asserts_and_checks_tell_what_came_out():
    body = b'{"id": 7, "key": "sesame"}'
    step = request(
        extract=[
            {"type": "jsonpath", "name": "id", "expression": "$.id"},
            {"type": "jsonpath", "name": "key", "expression": "$.key"},
            {"type": "jsonpath", "name": "nope", "expression": "$.nope"},
            {"chain": "again", "jsonpath": "$.id", "check": {"max": 5}},
        ],
        checks=[
            {"type": "status", "equals": 200},
            {"type": "body_contains", "value": "zebra"},
            {"type": "jsonpath", "expression": "$.id", "equals": "${missing}"},
        ],
        **{"assert": [{"type": "status", "equals": 201}]},
    )
    events = traced(step, rule=lambda _request: Answer(body=body))
    judged = [(e.kind, e.name, e.passed, e.detail) for e in of_kind(events, Judged)]
    assert judged[:5] == [
        ("extract", "id", True, "7"),
        ("extract", "key", True, "***"),
        ("extract", "nope", False, judged[2][3]),
        ("extract", "again", True, "7"),
        ("check", judged[4][1], False, "it is 7"),
    ]
    assert "$.nope" in judged[2][3]
    assert [(kind, passed) for kind, _, passed, _ in judged[5:]] == [
        ("assert", False),
        ("check", True),
        ("check", False),
        ("check", False),
    ]
    assert judged[5][3] == "the response has status 200, 26 bytes of body, and took 10 ms"
    assert "missing" in judged[8][3]
    (changed,) = of_kind(events, VariablesChanged)
    assert changed.changes == (("id", "7"), ("key", "***"), ("again", "7"))


def test_variables_are_told_when_they_change_and_when_they_go():
    answers = iter([Answer(body=b"one"), Answer(body=b""), Answer(body=b"")])
    take = {"type": "regex", "name": "word", "expression": "(o..)"}
    events = traced(*[request(extract=[take]) for _ in range(3)], rule=lambda _request: next(answers))
    assert of_kind(events, VariablesChanged) == [
        VariablesChanged(f"{FLOW}[0]", (("word", "one"),)),
        VariablesChanged(f"{FLOW}[1]", (("word", None),)),
    ]


def test_why_an_iteration_ended_is_told_at_every_step_around_it():
    stop = {"type": "status", "equals": 201, "on_failure": "abort_iteration"}
    events = traced({"group": {"name": "g", "steps": [request(**{"assert": [stop]}), request(name="never")]}})
    problems = [event.problem for event in of_kind(events, StepEnded)]
    assert len(problems) == 2
    assert len(set(problems)) == 1
    assert "status is 201" in problems[0]
    assert events[-1].problem == problems[0]
    assert "never" not in [event.label for event in of_kind(events, StepBegan)]


def test_without_a_trace_nothing_is_told():
    assert [type(event) for event in traced(request(), trace=False)] == [PartBegan, PartEnded]
