"""What is an expression, and where exactly it is wrong."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_config.errors import ExpressionError
from loadr_config.expressions import parse
from loadr_config.expressions._syntax import (
    Arithmetic,
    Call,
    Compare,
    Constant,
    Items,
    Logic,
    Negative,
    Not,
    Text,
)
from loadr_config.templates import Reference

ONE, TWO = Constant(1), Constant(2)


def name(text, column):
    return Reference("name", (text,), column=column)


@pytest.mark.parametrize(
    ("source", "tree"),
    [
        ("1", ONE),
        ("1.5e2", Constant(150.0)),
        (".5", Constant(0.5)),
        ("true", Constant(True)),
        ("null", Constant(None)),
        ("${a}", name("a", 1)),
        (" ( ${a} ) ", name("a", 4)),
        ("'a'", Text(("a",))),
        ("''", Text(())),
        ('"it\'s"', Text(("it's",))),
        (r"'it\'s'", Text(("it's",))),
        (r"'a\n\t\r\\\"'", Text(('a\n\t\r\\"',))),
        (r"'^\d+\.\w$'", Text((r"^\d+\.\w$",))),
        ("'${a}'", Text((name("a", 2),))),
        ("'x${a}y${b}'", Text(("x", name("a", 3), "y", name("b", 8)))),
        ("'$${a} $'", Text(("${a} $",))),
        ("'${data.users.it's}'", Text((Reference("data", ("users", "it's"), column=2),))),
        ("'${js: {a: \"}'\"}.a}'", Text((Reference("js", code='{a: "}\'"}.a', column=2),))),
        ("[]", Items(())),
        ("[1, 2]", Items((ONE, TWO))),
        ("[1, 2,]", Items((ONE, TWO))),
        ("len(${a})", Call("len", (name("a", 5),))),
        ("1 == 2", Compare("==", ONE, TWO)),
        ("1 === 2", Compare("==", ONE, TWO)),
        ("1 !== 2", Compare("!=", ONE, TWO)),
        ("1<=2", Compare("<=", ONE, TWO)),
        ("1 in [2]", Compare("in", ONE, Items((TWO,)))),
        ("1 not in [2]", Compare("not in", ONE, Items((TWO,)))),
        ("not 1 == 2", Not(Compare("==", ONE, TWO))),
        ("not not 1", ONE),
        ("!1", Not(ONE)),
        ("1 and 2 && 1", Logic("and", (ONE, TWO, ONE))),
        ("1 or 2 and 1 || 2", Logic("or", (ONE, Logic("and", (TWO, ONE)), TWO))),
        ("(1 or 2) and 1", Logic("and", (Logic("or", (ONE, TWO)), ONE))),
        ("1 + 2 * 1 - 2", Arithmetic(ONE, (("+", Arithmetic(TWO, (("*", ONE),))), ("-", TWO)))),
        ("1 - -2", Arithmetic(ONE, (("-", Negative(TWO)),))),
        ("--1", ONE),
        ("1 + 2 < 2 % 1", Compare("<", Arithmetic(ONE, (("+", TWO),)), Arithmetic(TWO, (("%", ONE),)))),
    ],
)
def test_an_expression_is_parsed(source, tree):
    assert parse(source) == tree


@pytest.mark.parametrize(
    ("source", "column", "message", "suggestion"),
    [
        ("", 1, "ends where a value should follow", None),
        ("${a} <", 7, "ends where a value should follow", None),
        ("${a} == ok", 9, '"ok" is no value', "a text is written 'ok', a variable ${ok}"),
        ("${a} AND ${b}", 6, '"AND" is no value', 'write "and"'),
        ("True == ${a}", 1, '"True" is no value', 'write "true"'),
        ("${a} = 1", 6, '"=" sets nothing here', 'write "==" to compare'),
        ("${a}.length", 5, '"." is no operator', "members are part of the reference: ${user.name}"),
        ("1 < ${a} < 5", 10, "comparisons cannot be chained", "write “a < b and b < c”"),
        ("${a} & 1", 6, '"&" is no part of an expression', None),
        ("${a} == 5px", 9, '"5px" is no number', "put a text into quotes: '5px'"),
        ("${a} == 'ok", 9, "the text has no closing '", None),
        ('${a} == "ok', 9, 'the text has no closing "', None),
        ("(${a} == 1", 1, '"(" has no closing ")"', None),
        ("[1, 2", 1, '"[" has no closing "]"', None),
        ("[1 2]", 4, '"2" is not expected here', None),
        ("(1]", 3, '"]" is not expected here', None),
        ("1 2", 3, '"2" is not expected here', None),
        ("1 'a b'", 3, "'a b' is not expected here", None),
        ("${a} in", 8, "ends where a value should follow", None),
        ("* 2", 1, '"*" is not expected here', None),
        ("1 + and", 5, '"and" is not expected here', None),
        ("1 true", 3, '"true" is not expected here', None),
        ("1 not 2", 3, '"not" is not expected here', None),
        ("lenn(${a})", 1, 'there is no function "lenn"', 'did you mean "len"?'),
        ("sqrt(${a})", 1, 'there is no function "sqrt"', None),
        ("len(${a}, 1)", 1, '"len" takes 1 argument, got 2', "write len(value)"),
        ("1 < contains(${a})", 5, '"contains" takes 2 arguments, got 1', "write contains(text, part)"),
        (
            "matches(${a}, '(')",
            15,
            "the text is no regular expression: missing ), unterminated subpattern",
            None,
        ),
        ("matches(${a}, ${b})", 15, "must be a text without references", None),
        ("matches(${a}, 'x${b}')", 15, "must be a text without references", None),
        ("1 == ${", 6, 'no closing "}"', None),
        ("1 == '${a b}'", 7, '"a b" is no name', None),
        ("(" * 41 + "1" + ")" * 41, 41, "nested more than 40 deep", None),
        ("9" * 101, 1, "at most 100 digits", None),
        ("1" + " " * 10_000, 10_001, "at most 10,000 characters", None),
    ],
)
def test_a_mistake_is_told_with_its_column(source, column, message, suggestion):
    with pytest.raises(ExpressionError) as caught:
        parse(source)
    assert caught.value.column == column
    assert message in caught.value.message
    if suggestion is not None:
        assert caught.value.suggestion == suggestion
    assert str(caught.value) == f"{caught.value.message} (at column {column})"


def test_a_long_chain_is_no_deep_nest():
    source = " or ".join(["${a} == 1"] * 500)
    assert len(parse(source).operands) == 500
    assert parse("not " * 2000 + "1") == ONE
    assert parse("-" * 5000 + "1") == ONE


@given(st.text(alphabet="${}ab1.' \"()[],=<>!&|+-*/%\\norit", max_size=40))
def test_any_text_is_an_expression_or_a_mistake_within_it(source):
    with suppress(ExpressionError):
        parse(source)
        return
    with pytest.raises(ExpressionError) as caught:
        parse(source)
    assert 1 <= caught.value.column <= len(source) + 1
