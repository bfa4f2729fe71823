"""Models of a process that never validates are what those of the validating one are."""

import importlib.util
import json
import pickle
import subprocess
import sys
from pathlib import Path
from typing import ClassVar

import pytest

from loadr_config import models, to_data, validating
from loadr_config._plain_models import BaseModel, Field
from loadr_config._tree.composing import Budget, compose
from loadr_config._tree.findings import Findings
from loadr_config._tree.nodes import Source
from loadr_config._validation.validation import validate

# What both processes say about the models; the child has forgone validating before.
FACTS = """
from loadr_config import models
from loadr_config.checks._walk import _holders, _marked, _plain
from loadr_config.models._base import PlanModel
from loadr_config.models._scalars import TEMPLATE, VERBATIM
classes = {
    name: found
    for name in models.__all__
    if isinstance(found := getattr(models, name), type) and issubclass(found, PlanModel)
}
facts = {
    name: {
        "fields": [[field, about.alias] for field, about in model.model_fields.items()],
        "templates": _marked(model, TEMPLATE),
        "verbatim": _marked(model, VERBATIM),
        "plain": _plain(model),
        "holders": _holders(model),
    }
    for name, model in classes.items()
}
made = {name: model.model_construct() for name, model in classes.items()}
"""


def never_validating(program, given=b""):
    """Run a program in a process that has forgone validating; what it writes."""
    whole = f"from loadr_config import validating\nvalidating.forgo()\nimport pickle, sys\n{program}"
    done = subprocess.run([sys.executable, "-c", whole], input=given, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def table_plans():
    spec = importlib.util.spec_from_file_location("key_table", Path(__file__).with_name("key_table.py"))
    table = sys.modules["key_table"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(table)
    plans = []
    for case in table.ROWS:
        findings = Findings()
        text, _ = table.PLACES[case.place].plan(case.key, case.value)
        root = compose(Source("plan.yaml", text), findings, Budget())
        plans.append(validate(root, findings).plan)
        assert findings.diagnostics == []
    return plans


def facts():
    found = {}
    exec(FACTS, found)
    return found


@pytest.mark.process
def test_plans_with_every_key_come_back_as_they_were():
    plans = table_plans()
    program = (
        "plans = pickle.load(sys.stdin.buffer)\n"
        "assert 'pydantic' not in sys.modules\n"
        "sys.stdout.buffer.write(pickle.dumps(plans))"
    )
    returned = pickle.loads(never_validating(program, pickle.dumps(plans)))
    assert returned == plans
    assert [to_data(plan) for plan in returned] == [to_data(plan) for plan in plans]


@pytest.mark.process
def test_fields_aliases_and_markers_are_the_same():
    program = f"import json\n{FACTS}\nprint(json.dumps(facts))"
    own = json.loads(json.dumps(facts()["facts"]))
    assert len(own) > 60
    assert json.loads(never_validating(program)) == own


@pytest.mark.process
def test_defaults_are_the_same():
    returned = pickle.loads(never_validating(f"{FACTS}\nsys.stdout.buffer.write(pickle.dumps(made))"))
    own = facts()["made"]
    for name, model in own.items():
        assert vars(returned[name]) == vars(model), name
        assert returned[name].model_fields_set == model.model_fields_set, name


def test_validating_cannot_be_forgone_once_the_models_are_there():
    assert models.TestPlan
    with pytest.raises(RuntimeError, match="imported before"):
        validating.forgo()
    assert not validating.is_forgone()


# ---------------------------------------------------------------- the stand-ins themselves


class Point(BaseModel):
    kind: ClassVar[str] = "point"

    x: int = Field(description="Required.")
    y: int = Field(0, alias="why")


class Spot(Point):
    label: str | None = None


@pytest.fixture
def spot():
    return Spot.model_construct(x=1, label="here")


def test_a_model_is_read(spot):
    assert (spot.x, spot.y, spot.label) == (1, 0, "here")
    assert spot.model_fields_set == {"x", "label"}
    assert spot.model_extra is None
    assert repr(spot) == "Spot(y=0, label='here', x=1)"


def test_a_required_field_without_a_value_is_not_there():
    with pytest.raises(AttributeError):
        _ = Spot.model_construct().x


def test_fields_are_those_of_the_bases_first():
    assert [(name, field.alias) for name, field in Spot.model_fields.items()] == [
        ("x", None),
        ("y", "why"),
        ("label", None),
    ]


def test_a_model_is_immutable(spot):
    with pytest.raises(AttributeError, match="immutable"):
        spot.x = 2


def test_a_copy_differs_in_what_was_updated(spot):
    copied = spot.model_copy(update={"y": 5})
    assert (copied.x, copied.y, spot.y) == (1, 5, 0)
    assert copied.model_fields_set == {"x", "y", "label"}
    assert copied != spot


def test_equal_models_have_equal_hashes(spot):
    assert spot == spot.model_copy()
    assert hash(spot) == hash(spot.model_copy())
    received = Spot.__new__(Spot)  # as from pydantic, which keeps the order of the fields
    received.__setstate__({**spot.__getstate__(), "__dict__": {"x": 1, "y": 0, "label": "here"}})
    assert received == spot
    assert hash(received) == hash(spot)
    assert spot != Point.model_construct(x=1)


@pytest.mark.parametrize("name", ["model_validate", "model_dump", "model_rebuild"])
def test_nothing_validates(name):
    assert not hasattr(Spot, name)
    with pytest.raises(TypeError):
        Spot(x=1)
