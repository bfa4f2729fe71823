"""Which scenarios remain: names, tags, and what excludes them."""

import pytest

from loadr_cli.overrides import OverrideError
from loadr_cli.selection import Selection, described, listed
from loadr_config.models import TestPlan

ENVIRONMENT = {"STAGE": "night"}


def plan(**tags):
    base = {"executor": "per-vu-iterations", "flow": []}
    return TestPlan.model_validate(
        {
            "variables": {"team": "web"},
            "secrets": {"key": {"env": "KEY"}},
            "scenarios": {name: {**base, "tags": own} for name, own in tags.items()},
        }
    )


PLAN = plan(
    browse={"kind": "smoke", "team": "${vars.team}"},
    buy={"kind": "full", "team": "${vars.team}"},
    report={"kind": "${env.STAGE}", "key": "${secrets.key}"},
    bare={},
)
ALL = ["browse", "buy", "report", "bare"]


@pytest.mark.parametrize(
    ("selection", "remaining"),
    [
        (Selection(), ALL),
        (Selection(scenarios=["buy"]), ["buy"]),
        (Selection(scenarios=["bare", "browse"]), ["browse", "bare"]),
        (Selection(tags=["smoke"]), ["browse"]),
        (Selection(tags=["smoke", "full"]), ["browse", "buy"]),
        (Selection(tags=["web"]), ["browse", "buy"]),
        (Selection(tags=["night"]), ["report"]),
        (Selection(exclude_tags=["web"]), ["report", "bare"]),
        (Selection(tags=["web"], exclude_tags=["full"]), ["browse"]),
        (Selection(scenarios=["browse", "report"], tags=["web"]), ["browse"]),
        (Selection(exclude_tags=["nobody has this"]), ALL),
    ],
    ids=repr,
)
def test_what_remains(selection, remaining):
    assert list(selection.apply(PLAN, ENVIRONMENT).scenarios) == remaining


@pytest.mark.parametrize(
    ("selection", "problem"),
    [
        (Selection(tags=["nobody"]), "--tags nobody: no scenario remains"),
        (
            Selection(tags=["smoke"], exclude_tags=["web"]),
            "--tags smoke --exclude-tags web: no scenario remains",
        ),
        (Selection(tags=["kind"]), "--tags kind: no scenario remains"),
        (Selection(tags=["${secrets.key}"]), "no scenario remains"),
        (Selection(scenarios=["c"]), "--scenario c: the plan has no such scenario"),
    ],
    ids=repr,
)
def test_an_empty_selection_is_a_mistake(selection, problem):
    with pytest.raises(OverrideError) as refused:
        selection.apply(PLAN, ENVIRONMENT)
    assert problem in str(refused.value)
    assert "browse" in refused.value.hint


def test_the_hint_tells_the_tags():
    with pytest.raises(OverrideError) as refused:
        Selection(tags=["x"]).apply(PLAN, ENVIRONMENT)
    assert (
        refused.value.hint == "browse has smoke, web; buy has full, web; report has night; bare has no tags"
    )


def test_words_stand_apart_by_commas():
    assert listed(["a, b", "c,", ""]) == ("a", "b", "c")


def test_what_remains_is_told():
    selected = Selection(tags=["web"]).apply(PLAN, ENVIRONMENT)
    assert described(selected, PLAN) == "scenarios: browse, buy (2 of 4)"
