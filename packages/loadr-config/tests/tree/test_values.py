import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_config._tree.values import plain_value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("Null", None),
        ("nULL", "nULL"),
        ("true", True),
        ("False", False),
        ("yes", "yes"),
        ("on", "on"),
        ("No", "No"),
        ("12", 12),
        ("-12", -12),
        ("+12", 12),
        ("012", 12),
        ("0o17", 15),
        ("0x1F", 31),
        ("1_000", "1_000"),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1.", 1.0),
        ("1e3", 1000.0),
        ("-.inf", -math.inf),
        (".inf", math.inf),
        ("1:30", "1:30"),
        ("2020-01-01", "2020-01-01"),
        ("0b11", "0b11"),
        ("+", "+"),
        (".", "."),
        ("1.2.3", "1.2.3"),
        ("9" * 5000, "9" * 5000),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_plain_scalars_follow_the_core_schema(text, value):
    found = plain_value(text)
    assert found == value
    assert isinstance(found, type(value))


def test_nan_is_a_number():
    assert math.isnan(plain_value(".nan"))


@given(st.integers() | st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_read_as_python_writes_it(number):
    assert plain_value(repr(number)) == number


@given(st.from_regex(r"[-+]?[0-9]{1,6}(\.[0-9]{1,4})?(e[0-9])?", fullmatch=True))
def test_a_number_keeps_its_text(text):
    value = plain_value(text)
    assert getattr(value, "text", str(value)) == text
