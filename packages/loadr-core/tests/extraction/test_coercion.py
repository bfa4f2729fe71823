import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_core.extraction.coercion import coercion_to, number_in
from loadr_core.spi import ContentError

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
TYPES = {"int": int, "float": float, "bool": bool, "string": str}


@pytest.mark.parametrize(
    ("kind", "value", "result"),
    [
        ("int", 7, 7),
        ("int", "7", 7),
        ("int", " -07\n", -7),
        ("int", "+7", 7),
        ("int", 7.0, 7),
        ("int", 2**70, 2**70),
        ("float", 7, 7.0),
        ("float", "7", 7.0),
        ("float", " 1.5e3 ", 1500.0),
        ("float", ".5", 0.5),
        ("float", "5.", 5.0),
        ("bool", True, True),
        ("bool", "TRUE", True),
        ("bool", " yes ", True),
        ("bool", "on", True),
        ("bool", 1, True),
        ("bool", "1", True),
        ("bool", False, False),
        ("bool", "False", False),
        ("bool", "No", False),
        ("bool", "off", False),
        ("bool", 0, False),
        ("bool", "0", False),
        ("string", "x", "x"),
        ("string", 7, "7"),
        ("string", 0.5, "0.5"),
        ("string", True, "true"),
        ("string", None, "null"),
        ("string", [1, "ü"], '[1,"ü"]'),
    ],
)
def test_coercion(kind, value, result):
    made = coercion_to(kind)(value)
    assert (made, type(made)) == (result, type(result))


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        *[
            ("int", value)
            for value in (True, None, "", "x", "7.0", "1_000", "\u0663", "0x1f", 7.5, [], {}, math.inf)
        ],
        ("int", "9" * 5000),
        *[
            ("float", value)
            for value in (True, None, "", "nan", "inf", "1,5", "1_0", "1e999", [], "\u0663.\u0665")
        ],
        ("float", 10**400),
        *[("bool", value) for value in (None, "", "y", 2, 1.5, "2", [], {})],
    ],
)
def test_what_is_not_of_the_type_is_refused(kind, value):
    with pytest.raises(ContentError, match="the value is"):
        coercion_to(kind)(value)


@given(st.sampled_from(sorted(TYPES)), JSON)
def test_a_coercion_gives_its_type_or_a_reason_and_changes_nothing_the_second_time(kind, value):
    coerce = coercion_to(kind)
    try:
        made = coerce(value)
    except ContentError:
        return
    assert type(made) is TYPES[kind]
    assert coerce(made) == made


@given(st.integers(min_value=-(10**1000), max_value=10**1000))
def test_integers_survive_as_text(number):
    assert coercion_to("int")(coercion_to("string")(number)) == number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_floats_survive_as_text(number):
    assert coercion_to("float")(coercion_to("string")(number)) == number


@pytest.mark.parametrize(
    ("value", "number"),
    [(7, 7), (0.5, 0.5), ("7", 7.0), (" 7 ", 7.0), (True, None), ("x", None), (None, None), ([7], None)],
)
def test_the_number_in_a_value(value, number):
    assert number_in(value) == number
