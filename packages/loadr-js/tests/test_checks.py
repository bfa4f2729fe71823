"""What `loadr validate` says about the JavaScript of a plan."""

import pytest

from loadr_config import load_plan
from loadr_config.parts import PlanPart
from loadr_core.checking import check_extensions
from loadr_core.plugins import Catalog
from loadr_core.spi import Checks
from loadr_js.checks import check_snippets
from loadr_js.engine import JsEngine

PLAN = """\
name: snippets
scenarios:
  main:
    executor: per-vu-iterations
    vus: 1
    iterations: 1
    flow:
      - js: {{script: "{script}"}}
      - if: {{condition: "{condition}", then: [{{js: {{script: "1"}}}}]}}
      - request: {{url: "http://h/${{js: {url}}}"}}
"""
RIGHT = {
    "script": "const a = 1; session.vars.a = await a",
    "condition": "response.status > 1",
    "url": "1 + 1",
}


def findings(text, *path):
    part = PlanPart("script_engines", "js", path, text, 0, text)
    return [(text[finding.offset :], finding.message) for finding in check_snippets([part])]


def expression(text):
    return findings(text, "condition")


def statements(text):
    return findings(text, "js", "script")


@pytest.mark.parametrize(
    "text",
    [
        "1",
        "a.b",
        "await f()",
        "'await'",
        "{a: 1}.a",
        "x => x",
        "// comment\n1",
        "1 // comment",
        "`${1}`",
        "a\n+ b",
    ],
)
def test_expressions_that_are_right(text):
    assert expression(text) == []


@pytest.mark.parametrize(
    "text", ["let a = 1", "await f(); g()", "return", "", "// only a comment", "for (;;) {}"]
)
def test_statements_that_are_right_and_do_not_run(text):
    assert statements(text) == []


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("1 +* 2", "* 2"),
        ("a b", "b"),
        (")(", ")("),
        ("let a = 1", "a = 1"),
        ("one +\n  two two", "two"),
        ("(1", "1"),
        ("", ""),
    ],
)
def test_what_is_wrong_in_an_expression_has_its_place(text, rest):
    ((found, message),) = expression(text)
    assert message.startswith("this is no JavaScript: ")
    assert found == rest


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("const a = ;", ";"),
        ("const fine = 1;\nconst b = [1, 2;", ";"),
        ("if (1) {", "{"),
        ("import x from 'y'", "x from 'y'"),
        ("await 1; await )", ")"),
    ],
)
def test_what_is_wrong_in_statements_has_its_place(text, rest):
    ((found, message),) = statements(text)
    assert message.startswith("this is no JavaScript: ")
    assert found == rest


def test_a_text_that_the_engine_cannot_take_is_told():
    assert "cannot be parsed" in expression("'a\0b'")[0][1]


def checked(**texts):
    loaded = load_plan("plan.yaml", text=PLAN.format(**{**RIGHT, **texts}))
    assert loaded.diagnostics == ()
    return check_extensions(loaded, Catalog.read(), {}).diagnostics


def test_a_plan_whose_snippets_are_right_is_right():
    assert checked() == ()
    assert isinstance(JsEngine, Checks)


@pytest.mark.parametrize(
    ("texts", "line", "column"),
    [
        ({"script": "let = = 1"}, 8, 29),
        ({"condition": "1 1"}, 9, 28),
        ({"url": "2 2"}, 10, 42),
    ],
    ids=["step", "condition", "template"],
)
def test_a_wrong_one_is_found_in_the_plan(texts, line, column):
    (diagnostic,) = checked(**texts)
    assert (diagnostic.line, diagnostic.column) == (line, column)
