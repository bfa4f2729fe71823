"""Conditions and lists of steps."""

import pytest

from loadr_config.errors import EvaluationError
from loadr_core.errors import PlanRefusedError
from loadr_core.spi import RenderError, Scope, VuContext
from loadr_core.templating import TextCompiler
from loadr_core.templating.conditions import compile_condition, compile_items

TEXTS = TextCompiler({"limit": "5", "text": "x"}, {"REGION": "eu"}, {"key": "s3cret"})


@pytest.fixture
def scope():
    scope = Scope(VuContext(7, "main"))
    scope.iteration = 3
    scope.variables = {"n": 4, "user": {"roles": ["admin"], "age": "30"}, "none": None, "text": "own"}
    return scope


@pytest.mark.parametrize(
    ("source", "holds"),
    [
        ("${n} < ${vars.limit}", True),
        ("${n} < ${limit}", True),
        ("${text} == 'own'", True),
        ("${vars.text} == 'x'", True),
        ("${env.REGION} == 'eu' and ${secrets.key} == 's3cret'", True),
        ("${vu} == 7 and ${iteration} == 3 and ${scenario} == 'main'", True),
        ("${user.roles.0} == 'admin' and ${user.age} > 9", True),
        ("'admin' in ${user.roles}", True),
        ("${user.roles.1} == null and ${user.roles.x} == null and ${user.name} == null", True),
        ("${n.x} == null and ${gone.x} == null and ${none} == null and ${gone} == null", True),
        ("${none}", False),
    ],
)
def test_a_condition_looks_into_everything(source, holds, scope):
    assert compile_condition(source, TEXTS)(scope) is holds


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("n < 5", "'n < 5' is for a script engine, and there is no VU that has a script here"),
        ("${n} < five", "'${n} < five': \"five\" is no value (at column 8)"),
        ("${n} < 1 / 0", "'${n} < 1 / 0': there is no division by 0"),
        ("${env.NOPE} == 1", "`${env.NOPE}` in '${env.NOPE} == 1' has no value; set it with -e NOPE=VALUE"),
        ("${js: 1} == 1", "`${js...}` in '${js: 1} == 1' is not built yet"),
    ],
)
def test_what_cannot_be_a_condition_is_refused(source, problem):
    with pytest.raises(PlanRefusedError) as caught:
        compile_condition(source, TEXTS)
    assert caught.value.problems == (problem,)


@pytest.mark.parametrize(
    ("items", "listed"),
    [
        ([], []),
        ([1, "a", None], [1, "a", None]),
        (["${n}", "n${n}", {"k": ["${text}"]}], [4, "n4", {"k": ["own"]}]),
        ("${user.roles}", ["admin"]),
        ('["${text}", ${n}]', ["own", 4]),
        (["${vars.limit}"], ["5"]),
    ],
)
def test_items(items, listed, scope):
    assert list(compile_items(items, TEXTS)(scope)) == listed


def test_a_regular_expression_that_backtracks_for_ever_is_stopped(scope):
    scope.variables["n"] = "a" * 60 + "b"
    with pytest.raises(EvaluationError, match="the regular expression was stopped"):
        compile_condition(r"matches(${n}, '^(a|aa)+$')", TEXTS)(scope)
    assert compile_condition(r"matches(${n}, '^a+b$')", TEXTS)(scope)


def test_a_fixed_list_is_made_once(scope):
    items = compile_items([{"id": 1}, "a"], TEXTS)
    assert items(scope) is items(scope)


def test_items_that_are_no_list(scope):
    with pytest.raises(EvaluationError, match="the items are no list but a text"):
        compile_items("${vars.text}", TEXTS)(scope)
    with pytest.raises(EvaluationError, match="the items are no list but an object"):
        compile_items("${user}", TEXTS)(scope)
    with pytest.raises(RenderError):
        compile_items("${gone}", TEXTS)(scope)
    with pytest.raises(PlanRefusedError):
        compile_items("list()", TEXTS)
