"""Plan → model → YAML → model is the identity; models travel between processes."""

import importlib.util
import pickle
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loadr_config import load_plan, to_data, to_yaml
from loadr_config._tree.composing import Budget, compose
from loadr_config._tree.findings import Findings
from loadr_config._tree.nodes import Source
from loadr_config._validation.validation import validate
from loadr_config.models import TestPlan


def _table():
    spec = importlib.util.spec_from_file_location("key_table", Path(__file__).with_name("key_table.py"))
    module = sys.modules["key_table"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TABLE = _table()


def read(text):
    """Read a plan without judging what it means."""
    findings = Findings()
    root = compose(Source("plan.yaml", text), findings, Budget())
    plan = validate(root, findings).plan
    assert findings.diagnostics == []
    return plan


@pytest.mark.parametrize("case", TABLE.ROWS, ids=lambda case: case.id)
def test_every_key_survives(case):
    text, _ = TABLE.PLACES[case.place].plan(case.key, case.value)
    plan = read(text)
    assert read(to_yaml(plan)) == plan
    assert TestPlan.model_validate(to_data(plan), by_alias=True, by_name=False) == plan


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12).map(
    lambda text: text.replace("${", "$ {")
)
NAME = TEXT.filter(bool)
SECONDS = st.integers(0, 10**6) | st.sampled_from(["300ms", "1h 30m", 0.25])
POSITIVE = st.integers(1, 10**6)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
MAP = st.dictionaries(NAME, TEXT | st.integers() | st.booleans() | st.floats(allow_nan=False), max_size=3)
ON_FAILURE = {"on_failure": st.sampled_from(["continue", "abort_iteration", "abort_test"]), "name": TEXT}
CONDITION = st.one_of(
    st.fixed_dictionaries(
        {"type": st.just("status"), "one_of": st.lists(st.integers(0, 999), min_size=1)}, optional=ON_FAILURE
    ),
    st.fixed_dictionaries(
        {"type": st.just("body_contains"), "value": TEXT}, optional={"negate": st.booleans()}
    ),
    st.fixed_dictionaries({"type": st.just("jsonpath"), "expression": TEXT}, optional={"equals": JSON}),
    st.fixed_dictionaries({"type": st.just("duration"), "max": SECONDS}, optional=ON_FAILURE),
    st.fixed_dictionaries({"type": st.just("plugin"), "plugin": NAME, "level": JSON}),
)
TRANSFORM = st.sampled_from(["trim", {"append": "x"}, {"replace": ["", "~"]}, {"substring": [0, 2]}])
EXTRACTOR = st.one_of(
    st.fixed_dictionaries(
        {"type": st.just("regex"), "name": NAME, "expression": st.just("(a)(?P<b>.)")},
        optional={"group": st.integers(0, 2) | st.just("b"), "default": JSON},
    ),
    st.fixed_dictionaries(
        {"chain": NAME, "jmespath": NAME},
        optional={"as": st.just("int"), "transform": st.lists(TRANSFORM), "default": JSON},
    ),
)
BODY = st.one_of(
    TEXT,
    st.fixed_dictionaries({"json": JSON}),
    st.fixed_dictionaries({"form": MAP}),
    st.just({"multipart": [{"name": "a", "file": "b"}]}),
)
REQUEST = st.fixed_dictionaries(
    {"url": TEXT},
    optional={
        "name": TEXT,
        "headers": MAP,
        "params": MAP,
        "body": BODY,
        "timeout": POSITIVE,
        "tags": MAP,
        "expected_statuses": st.lists(st.sampled_from([200, "200-399", "404"]), max_size=3),
        "assert": st.lists(CONDITION, max_size=2),
        "checks": st.lists(CONDITION, max_size=2),
        "extract": st.lists(EXTRACTOR, max_size=2),
        "ws": st.fixed_dictionaries(
            {"send": st.lists(TEXT | st.just({"text": "a", "delay": 1}), max_size=2)}
        ),
    },
).map(lambda body: {"request": body})
STEP = st.recursive(
    REQUEST
    | st.just({"js": "x()"})
    | st.fixed_dictionaries({"think_time": st.just({"type": "uniform", "min": 0, "max": "2s"})}),
    lambda inner: st.one_of(
        st.fixed_dictionaries(
            {"group": st.fixed_dictionaries({"name": TEXT, "steps": st.lists(inner, max_size=2)})}
        ),
        st.fixed_dictionaries(
            {
                "if": st.fixed_dictionaries(
                    {"condition": TEXT, "then": st.lists(inner, max_size=2)},
                    optional={"else": st.lists(inner, max_size=2)},
                )
            }
        ),
        st.fixed_dictionaries(
            {
                "switch": st.fixed_dictionaries(
                    {"value": TEXT, "cases": st.dictionaries(TEXT, st.lists(inner, max_size=2), max_size=2)}
                )
            }
        ),
        st.fixed_dictionaries(
            {
                "parallel": st.fixed_dictionaries(
                    {"branches": st.lists(st.lists(inner, max_size=2), min_size=1, max_size=2)}
                )
            }
        ),
        st.fixed_dictionaries(
            {"foreach": st.fixed_dictionaries({"items": JSON, "steps": st.lists(inner, max_size=2)})}
        ),
    ),
    max_leaves=5,
)
COMMON = {"flow": st.lists(STEP, max_size=3), "tags": MAP, "start_time": SECONDS}
SCENARIO = st.one_of(
    st.fixed_dictionaries(
        {"executor": st.just("constant-vus"), "vus": POSITIVE, "duration": POSITIVE}, optional=COMMON
    ),
    st.fixed_dictionaries(
        {
            "executor": st.just("ramping-arrival-rate"),
            "stages": st.lists(
                st.fixed_dictionaries({"duration": SECONDS, "target": st.floats(0, 1e6)}),
                min_size=1,
                max_size=3,
            ),
        },
        optional=COMMON,
    ),
)
THRESHOLD = st.sampled_from(
    ["p(95)<400", "avg <= 1.5s", {"threshold": "rate<0.1", "abort_on_fail": True, "delay_abort_eval": "5s"}]
)
PLAN = st.fixed_dictionaries(
    {"scenarios": st.dictionaries(NAME, SCENARIO, min_size=1, max_size=2)},
    optional={
        "name": TEXT,
        "variables": MAP,
        "setup": st.lists(STEP, max_size=2),
        "defaults": st.fixed_dictionaries(
            {}, optional={"tags": MAP, "http": st.just({"hosts": {"A": "::1"}, "tls": {"min_version": 1.2}})}
        ),
        "thresholds": st.dictionaries(
            st.sampled_from(["checks", "m{a: b}"]),
            THRESHOLD | st.lists(THRESHOLD, min_size=1, max_size=2),
            max_size=2,
        ),
        "outputs": st.lists(
            st.sampled_from([{"type": "json", "path": "p"}, {"type": "kafka", "brokers": ["a"]}]), max_size=2
        ),
    },
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(PLAN)
def test_any_plan_survives(data):
    plan = TestPlan.model_validate(data, by_alias=True, by_name=False)
    assert read(to_yaml(plan)) == plan


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(PLAN)
def test_any_plan_can_be_pickled(data):
    plan = TestPlan.model_validate(data, by_alias=True, by_name=False)
    assert pickle.loads(pickle.dumps(plan)) == plan


def test_models_that_python_makes_keep_their_tag():
    text = (
        'scenarios: {s: {executor: constant-vus, vus: 1, duration: 1s, flow: [{request: {url: "http://x"}}]}}'
    )
    plan = load_plan("plan.yaml", text=text).require()
    made = plan.model_copy(update={"scenarios": {"s": type(plan.scenarios["s"])(vus=2, duration=5)}})
    assert to_data(made) == {"scenarios": {"s": {"executor": "constant-vus", "vus": 2, "duration": 5.0}}}
