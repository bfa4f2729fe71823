import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_core.extraction.operands import bounds_shown, compile_equals, json_equal, shown
from loadr_core.spi import RenderError, Scope, VuContext
from loadr_core.templating import TextCompiler

TEXTS = TextCompiler({"n": "7", "text": "007", "json": '{"a": 1}'}, {}, {})
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=6,
)


@pytest.fixture
def scope():
    scope = Scope(VuContext(7, "main"))
    scope.variables = {"n": 7, "text": "7", "yes": True, "list": [1, "a"], "null": None}
    return scope


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        (1, 1.0, True),
        (1, True, False),
        (0, False, False),
        (True, True, True),
        ("1", 1, False),
        (None, None, True),
        (None, False, False),
        ([1, [True]], [1, [True]], True),
        ([1], [True], False),
        ([1, 2], [2, 1], False),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ({"a": 1}, {"a": True}, False),
        ({"a": 1}, {"a": 1, "b": 2}, False),
        ({}, [], False),
    ],
)
def test_equality_of_json(one, other, equal):
    assert json_equal(one, other) is equal
    assert json_equal(other, one) is equal


@given(JSON)
def test_a_value_equals_itself_and_a_literal_of_it(value):
    assert json_equal(value, value)
    assert compile_equals(value, TEXTS.compile)(value, None)


@pytest.mark.parametrize(
    ("operand", "value", "equal"),
    [
        (7, 7, True),
        (7, "7", False),
        ("7", 7, False),
        ("7", "7", True),
        (None, None, True),
        ("${vars.n}", 7, True),
        ("${vars.n}", "7", True),
        ("${vars.n}", 7.0, True),
        ("${vars.text}", 7, False),
        ("${vars.text}", "007", True),
        ("${vars.json}", {"a": 1}, True),
        ("${n}", 7, True),
        ("${n}", "7", True),
        ("${text}", 7, True),
        ("${yes}", True, True),
        ("${yes}", 1, False),
        ("${yes}", "true", True),
        ("${null}", None, True),
        ("${list}", [1, "a"], True),
        ("item ${n}", "item 7", True),
        (["${text}", 7], ["7", 7], True),
        ({"a": "${text}"}, {"a": "7"}, True),
        ({"a": "${text}"}, {"a": 7}, False),
        ("$${n}", "${n}", True),
    ],
)
def test_operands(operand, value, equal, scope):
    assert compile_equals(operand, TEXTS.compile)(value, scope) is equal


@pytest.mark.parametrize(
    ("operand", "value", "equal"),
    [
        (7, "7", True),
        (7, 7, True),
        (1.5, "1.5", True),
        (True, "true", True),
        (None, "null", True),
        (7, "7.0", False),
        ("7", 7, False),
        ([7], ["7"], False),
    ],
)
def test_a_lenient_literal_equals_a_text_that_is_written_like_it(operand, value, equal, scope):
    assert compile_equals(operand, TEXTS.compile, lenient=True)(value, scope) is equal


@pytest.mark.parametrize("operand", ["${nothing}", ["${nothing}"], {"a": "x${nothing}"}])
def test_a_reference_without_a_value(operand, scope):
    with pytest.raises(RenderError, match="variable 'nothing' has no value"):
        compile_equals(operand, TEXTS.compile)("x", scope)


@pytest.mark.parametrize(
    ("operand", "text"),
    [("a", "'a'"), (7, "7"), (True, "true"), (None, "null"), ([1, "a"], '[1,"a"]'), ("${x}", "'${x}'")],
)
def test_an_operand_in_a_name(operand, text):
    assert shown(operand) == text


def test_a_long_operand_is_cut():
    assert shown("x" * 1000) == f"'{'x' * 59}…"


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [(1, None, "at least 1"), (None, 2.5, "at most 2.5"), (0, 10, "at least 0 and at most 10")],
)
def test_bounds_in_a_name(low, high, text):
    assert bounds_shown(low, high) == text
