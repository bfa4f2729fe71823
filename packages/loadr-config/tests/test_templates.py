from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_config.errors import TemplateError
from loadr_config.templates import Literal, Reference, parse


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ()),
        ("plain", (Literal("plain"),)),
        ("$ $x {x}", (Literal("$ $x {x}"),)),
        ("${vu}", (Reference("vu", column=1),)),
        ("${iteration}", (Reference("iteration", column=1),)),
        ("${scenario}", (Reference("scenario", column=1),)),
        ("a${ vu }b", (Literal("a"), Reference("vu", column=2), Literal("b"))),
        ("${env.HOME}", (Reference("env", ("HOME",), column=1),)),
        ("${vars.x}", (Reference("vars", ("x",), column=1),)),
        ("${vars.a.b}", (Reference("vars", ("a.b",), column=1),)),
        ("${secrets.x}", (Reference("secrets", ("x",), column=1),)),
        ("${data.users.name}", (Reference("data", ("users", "name"), column=1),)),
        ("${data.users.first name}", (Reference("data", ("users", "first name"), column=1),)),
        ("${token}", (Reference("name", ("token",), column=1),)),
        ("${user.name.0}", (Reference("name", ("user", "name", "0"), column=1),)),
        ("${vus}", (Reference("name", ("vus",), column=1),)),
        ("${js: 1 + 1}", (Reference("js", code="1 + 1", column=1),)),
        ("${python: 7 // 2}", (Reference("python", code="7 // 2", column=1),)),
        ("${python: {'a': {'}'}}}!", (Reference("python", code="{'a': {'}'}}", column=1), Literal("!"))),
        ("${python: f'{a}' + \"{\"}", (Reference("python", code="f'{a}' + \"{\"", column=1),)),
        ('${python: """}"\n""" }', (Reference("python", code='"""}"\n"""', column=1),)),
        ("${python: a # }\n }", (Reference("python", code="a # }", column=1),)),
        ("${js:({a: {b: 1}}).a.b}!", (Reference("js", code="({a: {b: 1}}).a.b", column=1), Literal("!"))),
        ("${js: '}' + \"}\"}", (Reference("js", code="'}' + \"}\"", column=1),)),
        (r"${js: 'it\'s }'}", (Reference("js", code=r"'it\'s }'", column=1),)),
        ("${js: `a${ {b: '}'}.b }}`}", (Reference("js", code="`a${ {b: '}'}.b }}`", column=1),)),
        ("${js: /* } */ 1}", (Reference("js", code="/* } */ 1", column=1),)),
        ("${js: 1 // }\n}", (Reference("js", code="1 // }", column=1),)),
        ("$${vu}", (Literal("${vu}"),)),
        ("a$${b}${vu}", (Literal("a${b}"), Reference("vu", column=7))),
        ("$$${vu}", (Literal("$${vu}"),)),
        ("${a}${b}", (Reference("name", ("a",), column=1), Reference("name", ("b",), column=5))),
    ],
)
def test_a_template_is_parsed(text, parts):
    assert parse(text).parts == parts


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("${", 1, 'no closing "}"'),
        ("abc ${vars.x", 5, 'no closing "}"'),
        ("${a ${b}", 1, "before the next"),
        ("x${}", 2, "needs a name"),
        ("${ }", 1, "needs a name"),
        ("${env.}", 1, "needs a name after the dot"),
        ("${vars}", 1, "needs a name after the dot"),
        ("${secrets. }", 1, "needs a name after the dot"),
        ("${data.users}", 1, "data.source.column"),
        ("${data}", 1, "data.source.column"),
        ("${a b}", 1, "is no name"),
        ("${1 + 1}", 1, "${js: 1 + 1}"),
        ("${a..b}", 1, "is no name"),
        ("${js: {}", 1, 'no closing "}"'),
        ("${js: `}", 1, 'no closing "}"'),
        ("${js: }", 1, "needs an expression"),
        ("ok ${vu} ${js: '}'", 10, 'no closing "}"'),
    ],
)
def test_a_mistake_is_told_with_its_column(text, column, message):
    with pytest.raises(TemplateError) as caught:
        parse(text)
    assert caught.value.column == column
    assert message in caught.value.message
    assert str(column) in str(caught.value)


def test_a_constant_template_has_a_text():
    assert parse("$${x}").constant == "${x}"
    assert parse("").constant == ""
    assert parse("${vu}").constant is None


PIECES = st.sampled_from(
    [
        "$",
        "{",
        "}",
        "$${",
        "${vu}",
        "${js: {}}",
        "${js: '}'}",
        "${data.a.b c}",
        "${user.name}",
        "${env.X}",
        " ",
        "é",
        "$$",
    ]
)


@given(st.lists(PIECES | st.text(max_size=5), max_size=12).map("".join))
def test_a_printed_template_parses_to_the_same_parts(text):
    try:
        template = parse(text)
    except TemplateError as error:
        assert 1 <= error.column <= len(text)  # noqa: PT017
        return
    again = parse(str(template))
    assert [str(part) for part in again.parts] == [str(part) for part in template.parts]
    assert len(again.references) == len(template.references)


@given(st.text(alphabet="${}js:'\"`/* \n.av", max_size=60))
def test_any_text_is_a_template_or_a_template_error(text):
    try:
        parts = parse(text).parts
    except TemplateError:
        return
    assert not any(
        isinstance(left, Literal) and isinstance(right, Literal) for left, right in pairwise(parts)
    )
