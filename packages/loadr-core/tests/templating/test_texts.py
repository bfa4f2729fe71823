import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_core.errors import PlanRefusedError
from loadr_core.spi import RenderError, Scope, VuContext
from loadr_core.templating import TextCompiler
from loadr_core.templating.variables import resolve_variables

TEXTS = TextCompiler(
    {"host": "shop", "fallback": "plan", "dotted.name": "plan's"}, {"USER": "ann"}, {"key": "s3cret"}
)


@pytest.fixture
def scope():
    scope = Scope(VuContext(7, "main"))
    scope.iteration = 3
    scope.variables = {
        "token": "t1",
        "number": 42,
        "user": {"name": "bob", "tags": ["a", {"deep": True}]},
        "flag": False,
        "null": None,
        "list": [1, "x"],
    }
    return scope


@pytest.mark.parametrize(
    ("source", "static"),
    [
        ("", ""),
        ("plain", "plain"),
        ("https://${vars.host}/", "https://shop/"),
        ("${env.USER}:${secrets.key}", "ann:s3cret"),
        ("$${vars.host}", "${vars.host}"),
    ],
)
def test_what_is_known_before_the_run_is_folded(source, static, scope):
    text = TEXTS.compile(source)
    assert (text.static, text.render(scope)) == (static, static)


@pytest.mark.parametrize(
    ("source", "rendered"),
    [
        ("${vu}", "7"),
        ("/u/${vu}", "/u/7"),
        ("/u/${vu}/", "/u/7/"),
        ("${iteration}-${vu}", "3-7"),
        ("a${scenario}b${vu}c${iteration}d", "amainb7c3d"),
        ("5%${vu}%s", "5%7%s"),
        ("${vu}${number}", "742"),
        ("%${vu}%s${flag}%", "%7%sfalse%"),
        ("%s${vu}%d${number}%%${scenario}%", "%s7%d42%%main%"),
        ("${vars.host}/${token}", "shop/t1"),
        ("${number}", "42"),
        ("${fallback}", "plan"),
        ("${user.name}", "bob"),
        ("${user.tags.0}", "a"),
        ("<${user.tags.1.deep}>", "<true>"),
        ("${dotted.name}", "plan's"),
        ("${flag}", "false"),
        ("${null}", "null"),
        ("${list}${user.tags}", '[1,"x"]["a",{"deep":true}]'),
    ],
)
def test_what_changes_is_rendered(source, rendered, scope):
    text = TEXTS.compile(source)
    assert text.static is None
    assert text.render(scope) == rendered


def test_a_variable_of_the_vu_wins_over_the_plans(scope):
    scope.variables["fallback"] = "vu"
    assert TEXTS.compile("${fallback}").render(scope) == "vu"


def test_a_variable_without_a_value_is_a_render_error(scope):
    with pytest.raises(RenderError, match="variable 'nothing' has no value"):
        TEXTS.compile("${nothing}").render(scope)


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("${env.NOPE}", r"`\$\{env.NOPE\}` in '\$\{env.NOPE\}' has no value; set it with -e NOPE=VALUE"),
        ("${vars.nope}", "has no value"),
        ("${data.users.name}", "is not built yet"),
        ("${js: 1 + 1}", "is not built yet"),
    ],
)
def test_a_reference_that_cannot_be_had_is_refused_before_the_run(source, problem):
    with pytest.raises(PlanRefusedError, match=problem):
        TEXTS.compile(source)


@given(st.text(alphabet=st.characters(exclude_characters="$")))
def test_a_text_without_a_dollar_is_itself(text):
    assert TEXTS.compile(text).static == text


def test_variables_are_resolved_with_the_environment():
    assert resolve_variables({"url": "http://${env.HOST}/", "n": "1"}, {"HOST": "h"}) == {
        "url": "http://h/",
        "n": "1",
    }


def test_all_variables_that_cannot_be_resolved_are_named():
    with pytest.raises(PlanRefusedError) as refused:
        resolve_variables({"a": "${env.X}", "b": "${vu}"}, {})
    assert refused.value.problems == (
        "variables.a: `${env.X}` is not set; set it with -e X=VALUE",
        "variables.b: a variable can use ${env.…} only, not `${vu}`",
    )


def test_a_text_tells_what_it_is():
    assert repr(TEXTS.compile("x")) == "<Text 'x' fixed>"
    assert repr(TEXTS.compile("${vu}")) == "<Text '${vu}'>"
