"""What an expression is worth: numbers, texts, nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_config.errors import EvaluationError
from loadr_config.expressions import compile_condition, compile_expression, holds, parse, text_of
from loadr_config.expressions._values import equal, number_of, order

TRUE = [
    # numbers are compared as numbers when both sides are
    ("${a} < 10", {"a": 9}),
    ("${a} < 10", {"a": "9"}),
    ("${a} < ${b}", {"a": "9", "b": "10"}),
    ("${a} == 5", {"a": "5.0"}),
    ("${a} == 5", {"a": " 5 "}),
    ("${a} == ${b}", {"a": "007", "b": 7}),
    ("${a} >= 1.5", {"a": 1.5}),
    ("${a} > 1", {"a": 1.5}),
    ("1 <= ${a}", {"a": 1}),
    ("not ${a} == 5", {"a": "5x"}),
    # else as texts
    ("${a} == 'ok'", {"a": "ok"}),
    ("${a} != 'ok'", {"a": "OK"}),
    ("${a} < 'b'", {"a": "a"}),
    ("${a} > 5", {"a": "x"}),
    ("${a} == true", {"a": "true"}),
    ("${a} == 'true'", {"a": True}),
    ("${a} == '5'", {"a": 5}),
    # quotes make text
    ("'${a}' != '5'", {"a": "05"}),
    ("'${a}' < '9'", {"a": "10"}),
    ("${a} < '9'", {"a": 10}),
    ("'${a}-${b}' == '1-x'", {"a": 1, "b": "x"}),
    ("'${a}' == '[1,{\"k\":null}]'", {"a": [1, {"k": None}]}),
    ("'${a}' == '1.5'", {"a": 1.5}),
    # nothing
    ("${a} == null", {}),
    ("${a} == ''", {}),
    ("'' == ${a}", {}),
    ("'${a}' == ''", {}),
    ("${a} == ${b}", {}),
    ("${a} != 0", {}),
    ("${a} != 'x'", {}),
    ("not (${a} < 5) and not (${a} >= 5)", {}),
    ("not ${a}", {}),
    # lists, objects, texts
    ("${a} in ['x', 'y']", {"a": "y"}),
    ("${a} in [1, 2]", {"a": "2"}),
    ("${a} not in ['1', '2']", {"a": "02"}),
    ("${a} in ${b}", {"a": "2", "b": [1, 2]}),
    ("'02' not in ${b}", {"b": [1, 2]}),
    ("'k' in ${b}", {"b": {"k": 1}}),
    ("'b' in ${a}", {"a": "abc"}),
    ("1 not in ${a}", {}),
    ("${a} in ['', 'x']", {}),
    ("${a} == ${b}", {"a": [1, 2], "b": [1, 2]}),
    ("${a} == ${b}", {"a": {"x": 1, "y": 2}, "b": {"y": 2, "x": 1}}),
    ("[${a}, 2] == ${b}", {"a": 1, "b": [1, 2]}),
    ("null in ${a}", {"a": [None]}),
    # functions
    ("contains(${a}, 'b')", {"a": "abc"}),
    ("contains(${a}, 2)", {"a": [1, "2"]}),
    ("not contains(${a}, 'b')", {}),
    ("starts_with(${a}, 'ab') and ends_with(${a}, 'bc')", {"a": "abc"}),
    ("starts_with(${a}, 2)", {"a": 200}),
    (r"matches(${a}, '^\d{3}$')", {"a": 200}),
    ("not matches(${a}, 'x')", {}),
    ("len(${a}) == 3", {"a": "äöü"}),
    ("len(${a}) == 2", {"a": [1, 2]}),
    ("len(${a}) == 1", {"a": {"k": 1}}),
    ("len(${a}) == 0", {}),
    ("lower(${a}) == 'abc' and upper(${a}) == 'ABC'", {"a": "aBc"}),
    ("trim(${a}) == 'x'", {"a": " x\n"}),
    ("trim(${a}) < 10", {"a": " 9 "}),
    # arithmetic
    ("${a} + 1 == 6", {"a": "5"}),
    ("${a} % 3 == 0 and ${a} / 3 == 2", {"a": 6}),
    ("'${a}' + 1 == '51'", {"a": 5}),
    ("${a} + 'x' == 'x'", {}),
    ("${a} + ${b} == 'xy'", {"a": "x", "b": "y"}),
    ("2 + 3 * 4 - -1 == 15 and ${a}", {"a": 1}),
    ("'${a}' == '3'", {"a": 3}),
    ("'' + ${a} / 2 == '3'", {"a": 6}),
    ("-${a} == -1.5", {"a": "1.5"}),
    ("${a} * 2 == 200000000000000000002", {"a": "100000000000000000001"}),
    # logic
    ("${a} == 1 or ${b} == 1", {"b": 1}),
    ("${a} and ${b} and ${c}", {"a": 1, "b": "x", "c": True}),
    ("${a} or ${b} or ${c}", {"c": 1}),
    ("!${a} || ${b}", {"a": "false"}),
]


@pytest.mark.parametrize(("source", "variables"), TRUE)
def test_a_condition_holds_and_its_opposite_does_not(source, variables, holds):
    assert holds(source, **variables) is True
    assert holds(f"not ({source})", **variables) is False


@pytest.mark.parametrize(
    ("value", "true"),
    [
        (True, True),
        (False, False),
        (None, False),
        (0, False),
        (0.0, False),
        (2, True),
        ("", False),
        ("  ", False),
        ("false", False),
        ("FALSE", False),
        ("0", False),
        ("0.0", False),
        ("no", True),
        ("x", True),
        ([], False),
        ([0], True),
        ({}, False),
    ],
)
def test_what_holds(value, true, holds):
    assert holds("${a}", a=value) is true


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("x", "x"),
        (True, "true"),
        (None, "null"),
        (7, "7"),
        (1.5, "1.5"),
        (["ä", 1, None], '["ä",1,null]'),
        ({"a": {"b": True}}, '{"a":{"b":true}}'),
    ],
)
def test_the_text_of_a_value(value, text):
    assert text_of(value) == text


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("5", 5),
        ("-5.50", -5.5),
        ("+.5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("\t7\n", 7),
        ("0x10", None),
        ("1_000", None),
        ("1,5", None),
        ("٣", None),
        ("nan", None),
        ("", None),
        (".", None),
        ("1" * 101, None),
        (True, None),
        ([1], None),
    ],
)
def test_what_reads_as_a_number(text, number):
    assert number_of(text) == number
    assert type(number_of(text)) is type(number)


@pytest.mark.parametrize(
    ("source", "variables", "message"),
    [
        ("${a} - 1 > 0", {}, "- needs numbers, got nothing"),
        ("${a} + 1 > 0", {}, "+ needs numbers, got nothing"),
        ("${a} * 2 > 0", {"a": "x"}, "* needs numbers, got a text"),
        ("${a} * 2 > 0", {"a": [1]}, "* needs numbers, got a list"),
        ("${a} * 2 > 0", {"a": {}}, "* needs numbers, got an object"),
        ("${a} * 2 > 0", {"a": True}, "* needs numbers, got true or false"),
        ("'${a}' - 1 > 0", {"a": "x"}, "- needs numbers, got a text"),
        ("-${a} > 0", {"a": "x"}, "- needs numbers, got a text"),
        ("1 / ${a} > 0", {"a": 0}, "there is no division by 0"),
        ("1 % ${a} > 0", {"a": "0"}, "there is no division by 0"),
        ("1e308 / ${a} > 0", {"a": 1e-308}, "the result of / is too large"),
        (" * ".join(["${a}"] * 20), {"a": "9" * 100}, "the result of * is too large"),
    ],
)
def test_what_cannot_be_computed(source, variables, message, evaluate):
    with pytest.raises(EvaluationError) as caught:
        evaluate(source, **variables)
    assert str(caught.value) == message


def test_a_part_that_is_always_the_same_is_computed_before_the_run():
    def lookup(_reference):
        return lambda _subject: 1

    with pytest.raises(EvaluationError, match="division by 0"):
        compile_expression(parse("${a} > 1 / 0"), lookup)
    assert compile_expression(parse("2 * 3"), lookup)(None) == 6


def test_what_is_not_needed_is_not_looked_at(holds):
    assert not holds("${a} and 1 / ${b} > 0", a=False, b=0)
    assert holds("${a} or 1 / ${b} > 0", a=True, b=0)
    assert not holds("${a} and ${a} and 1 / ${b} > 0", a=False, b=0)


def test_the_regular_expression_is_compiled_by_whom_the_caller_says():
    compiled = []

    def search(pattern):
        compiled.append(pattern)
        return lambda text: text == "found"

    condition = compile_condition(parse("matches(${a}, 'x+')"), lambda _: lambda subject: subject, search)
    assert (condition("found"), condition("x")) == (True, False)
    assert compiled == ["x+"]


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 12),
    st.floats(-2, 2, allow_nan=False),
    st.sampled_from(["", "x", "9", "10", "9.0", " 9", "true", "null", "a b"]),
    st.lists(st.integers(0, 2), max_size=2),
)


@given(VALUES, VALUES)
def test_comparisons_agree_with_each_other(left, right):
    assert equal(left, right) is equal(right, left)
    one, other = order(left, right), order(right, left)
    assert (one is None) == (left is None or right is None)
    assert one is None or one == -other
    if one == 0:
        assert equal(left, right)


@given(VALUES)
def test_a_value_equals_itself_and_its_text_in_quotes(value):
    def lookup(_reference):
        return lambda subject: subject

    assert compile_condition(parse("${a} == ${a}"), lookup)(value)
    assert compile_condition(parse("'${a}' == '${a}'"), lookup)(value)
    assert holds(value) is compile_condition(parse("not not ${a}"), lookup)(value)
