"""The schema for editors, judged by a real validator."""

import importlib.util
import json
import sys
from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

from loadr_config import json_schema
from loadr_config.models._families import FAMILIES


def _table():
    spec = importlib.util.spec_from_file_location("key_table", Path(__file__).with_name("key_table.py"))
    module = sys.modules["key_table"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TABLE = _table()


@pytest.fixture(scope="module")
def schema():
    return json_schema()


@pytest.fixture(scope="module")
def validator(schema):
    return jsonschema.Draft202012Validator(schema)


def parse(text):
    return json.loads(json.dumps(YAML(typ="safe", pure=True).load(text)))


def test_it_is_a_schema_of_its_dialect(schema):
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("case", TABLE.ROWS, ids=lambda case: case.id)
def test_every_right_plan_fits(validator, case):
    text, _ = TABLE.PLACES[case.place].plan(case.key, case.value)
    validator.validate(parse(text))


@pytest.mark.parametrize(
    "text",
    [
        "name: x",
        "scenario: {}",
        "scenarios: {}",
        "scenarios: {s: {executor: constant-vus, vus: 1}}",
        "scenarios: {s: {vus: 1, duration: 1s}}",
        "scenarios: {s: {executor: constant-vu, vus: 1, duration: 1s}}",
        "scenarios: {s: {executor: constant-vus, vus: x, duration: 1s}}",
        "scenarios: {s: {executor: constant-vus, vus: 1, duration: 5 parsecs}}",
        "scenarios: {s: {executor: constant-vus, vus: 1, duration: 1s, flow: [{requst: {url: x}}]}}",
        "scenarios: {s: {executor: constant-vus, vus: 1, duration: 1s, flow: [{}]}}",
        "scenarios: {s: {executor: constant-vus, vus: 1, duration: 1s, flow: [{js: x, request: {url: x}}]}}",
        "scenarios: {s: {executor: constant-vus, vus: 1, duration: 1s, flow: [{request: {}}]}}",
        "scenarios: {s: {executor: constant-vus, vus: 1, duration: 1s, flow: [{request: {url: x, checks: [{equals: 1}]}}]}}",
        "extends: x\nthresholds: {a: {threshold: x, abort: true}}",
        "extends: x\ndefaults: {http: {version: http3}}",
        "extends: x\nenv: {ci: {scenario: {}}}",
        "extends: x\nenv: {ci: {scenarios: {s: {vus: many}}}}",
        "extends: x\nenv: {ci: {scenarios: {s: {vsu: 1}}}}",
        "extends: x\nenv: {ci: {defaults: {http: {timeout: soon}}}}",
        "extends: x\nenv: {ci: {scenarios: {s: {flow: [{request: {}}]}}}}",
        "extends: x\nenv: {ci: {data: {d: {type: yaml}}}}",
    ],
    ids=lambda text: text[-40:],
)
def test_a_wrong_plan_does_not_fit(validator, text):
    assert not validator.is_valid(parse(text))


@pytest.mark.parametrize(
    "text",
    [
        "extends: base.yaml",
        "extends: x\nenv: {ci: {name: x}}\nthresholds: {checks: [rate>0.9]}",
        "extends: x\nenv: {ci: {scenarios: {s: {vus: 2}, t: {tags: {a: b}}}, defaults: {http: {tls: {}}}}}",
        "extends: x\nenv: {ci: {data: {d: {path: x, pick: random}}, defaults: {think_time: {max: 2s}}}}",
        "extends: x\nenv: {ci: {js: {timeout: 1s}, secrets: {a: {env: B}}, setup: [{request: {url: a}}]}}",
    ],
)
def test_a_plan_in_parts_fits(validator, text):
    validator.validate(parse(text))


def test_every_key_is_described(schema):
    for definition in [schema, *schema["$defs"].values()]:
        assert definition.get("description"), definition
        for key, value in definition.get("properties", {}).items():
            if key not in {"type", "executor"}:
                assert value.get("description"), (definition["description"], key)


def test_defaults_are_shown_as_people_write_them(schema):
    assert schema["$defs"]["HttpDefaults"]["properties"]["timeout"]["default"] == "30s"
    assert schema["$defs"]["HttpDefaults"]["properties"]["max_redirects"]["default"] == 10


def test_a_step_has_exactly_its_key(schema):
    for member, model in FAMILIES["step"].members.items():
        definition = schema["$defs"][model.__name__]
        assert definition["required"] == [member]
        assert list(definition["properties"]) == [member]
        assert definition["additionalProperties"] is False
