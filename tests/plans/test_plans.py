"""Whole plans, as people and other implementations of the format write them: all sections, all styles.

They load unchanged, mean the same after a round trip, fit the schema, and can be explained and inspected.
"""

import copy
import json
from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

from loadr_cli.charts import BLOCKS
from loadr_cli.explaining import explained
from loadr_cli.resolved import resolved
from loadr_config import json_schema, load_plan, to_yaml
from loadr_config.models import TestPlan

ROOT = Path(__file__).resolve().parents[2]
STARTERS = ROOT / "packages/loadr-cli/src/loadr_cli/starters"
HERE = sorted(Path(__file__).parent.glob("*.yaml"))
PLANS = [*HERE, *sorted((ROOT / "examples").glob("*.yaml")), *sorted(STARTERS.glob("*.yaml"))]
EVERY_PLAN = pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.stem)


def data_of(plan):
    return json.loads(json.dumps(YAML(typ="safe", pure=True).load(plan.read_text(encoding="utf-8"))))


@pytest.fixture(scope="module")
def validator():
    return jsonschema.Draft202012Validator(json_schema())


@EVERY_PLAN
def test_a_plan_loads_unchanged(plan):
    assert load_plan(plan).errors == ()


@EVERY_PLAN
def test_a_plan_is_the_same_after_a_round_trip(plan):
    loaded = load_plan(plan).require()
    again = load_plan("again.yaml", text=to_yaml(loaded), check_files=False)
    assert again.require() == loaded


@EVERY_PLAN
def test_the_resolved_plan_is_the_plan_with_its_defaults(plan):
    loaded = load_plan(plan).require()
    data = resolved(loaded)
    again = load_plan("again.yaml", text=json.dumps(data), check_files=False).require()
    assert resolved(again) == data
    assert again.scenarios.keys() == loaded.scenarios.keys()
    assert TestPlan.model_validate(data, by_alias=True, by_name=False) == again


@EVERY_PLAN
def test_a_plan_can_be_explained(plan):
    loaded = load_plan(plan).require()
    text = explained(loaded, BLOCKS)
    assert all(name in text for name in loaded.scenarios)


@EVERY_PLAN
def test_an_editor_has_nothing_to_mark(plan, validator):
    validator.validate(data_of(plan))


@pytest.mark.parametrize("plan", HERE, ids=lambda plan: plan.stem)
def test_every_overlay_can_be_laid_over(plan):
    for name in data_of(plan).get("env", {}):
        assert load_plan(plan, overlay=name).errors == ()


EVERYTHING = data_of(Path(__file__).with_name("everything.yaml"))


def paths_in(node, path=()):
    if path:
        yield path
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for part, child in children:
        yield from paths_in(child, (*path, part))


# A prime number apart: the kinds of places come in turn, and the test takes seconds.
PLACES = list(paths_in(EVERYTHING))[::23]


@pytest.mark.parametrize("path", PLACES, ids=lambda path: "/".join(map(str, path)))
def test_an_editor_marks_what_the_loader_refuses(path, validator):
    """A list in a list fits nowhere but where any value does, and both say so."""
    data = copy.deepcopy(EVERYTHING)
    owner = data
    for part in path[:-1]:
        owner = owner[part]
    owner[path[-1]] = [[]]
    refused = bool(load_plan("plan.yaml", text=json.dumps(data), check_files=False).errors)
    assert validator.is_valid(data) is not refused


def test_the_plan_of_everything_has_every_section():
    keys = set(json_schema()["properties"])
    assert keys - EVERYTHING.keys() == {"extends"}
