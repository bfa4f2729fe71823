"""Every key loads with its meaning, and a wrong value is refused at its line and column."""

import importlib.util
import sys
from pathlib import Path

import pytest

from loadr_config import Severity, load_plan, models
from loadr_config.models._families import FAMILIES, keys_of

SECRETS = "secrets: {t: {env: T}}\n"


def _table():
    # Tests are imported one by one (importlib mode): a neighbour is no package member.
    spec = importlib.util.spec_from_file_location("key_table", Path(__file__).with_name("key_table.py"))
    module = sys.modules["key_table"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TABLE = _table()
CASES = pytest.mark.parametrize("case", TABLE.ROWS, ids=lambda case: case.id)


def plan_of(case, value):
    text, line = TABLE.PLACES[case.place].plan(case.key, value)
    if not case.place.startswith("secret") and case.key != "secrets":
        text += SECRETS
    return text, line


@CASES
def test_the_key_loads_with_its_meaning(case):
    place = TABLE.PLACES[case.place]
    text, _ = plan_of(case, case.value)
    loaded = load_plan("plan.yaml", text=text, check_files=False)
    errors = [found for found in loaded.errors if "script module" not in found.message]
    assert errors == []
    plan = loaded.plan
    if plan is None:  # a function of a script, without the script: meant here is only the key
        plan = load_plan("plan.yaml", text=f"js: {{script: x}}\n{text}", check_files=False).require()
    owner = place.get(plan)
    found = owner if case.attribute == "SELF" else getattr(owner, case.attribute or case.key)
    assert found == case.means
    assert type(found) is type(case.means)


@CASES
def test_a_wrong_value_is_refused_at_its_place(case):
    text, line = plan_of(case, case.wrong)
    loaded = load_plan("plan.yaml", text=text, check_files=False)
    assert loaded.plan is None
    about = [found for found in loaded.diagnostics if case.message in found.message]
    assert about, [found.message for found in loaded.diagnostics]
    found = about[0]
    assert found.severity is Severity.ERROR
    indent = TABLE.PLACES[case.place].indent
    value_column = indent + len(case.key) + 3
    if case.at == -1:
        column = indent + 1
    elif isinstance(case.at, str):
        column = value_column + case.wrong.index(case.at)
    else:
        column = value_column + case.at
    assert (found.line, found.column) == (line, column), found
    assert found.path


def test_every_key_of_the_language_is_in_the_table():
    known = {
        (_definer(model, key), key)
        for model in _all_models()
        for key in keys_of(model)
        if key not in {"type", "executor"}
    }
    covered = {
        (_definer(TABLE.PLACES[case.place].model, case.key), case.key)
        for case in TABLE.ROWS
        if case.key in keys_of(TABLE.PLACES[case.place].model)
    }
    steps = {(model, next(iter(keys_of(model)))) for model in FAMILIES["step"].members.values()}
    bodies = {(model, next(iter(keys_of(model)))) for model in FAMILIES["body"].members.values() if model}
    in_table = {case.key for case in TABLE.ROWS if case.place in {"flow", "body"}}
    covered |= {pair for pair in steps | bodies if pair[1] in in_table}
    elsewhere = {
        ("TestPlan", "thresholds"),
        ("Tls", "cert_file"),
        ("Tls", "key_file"),
        *(("ClientCertificate", key) for key in ("cert", "key", "cert_file", "key_file")),
        ("ChainExtractor", "chain"),
    }
    elsewhere |= {("Plugin", "name"), ("ExtractCheck", "on_failure"), ("Transform", "operation")}
    elsewhere |= {("Transform", "arguments")}
    missing = {(model.__name__, key) for model, key in known - covered}
    assert missing - elsewhere == set()


def _definer(model, key):
    attribute = next(name for name, field in model.model_fields.items() if (field.alias or name) == key)
    owners = [owner for owner in model.__mro__ if attribute in getattr(owner, "__annotations__", {})]
    return owners[-1]


def _all_models():
    found = [getattr(models, name) for name in models.__all__]
    return [item for item in found if isinstance(item, type) and hasattr(item, "model_fields")]
