"""RFC 6265bis, section 5.1.1: what servers write, and what is no date."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_core.cookies.dates import parse_cookie_date

NINE = 784111777.0  # Sun, 06 Nov 1994 08:49:37 GMT

DATES = [
    ("Sun, 06 Nov 1994 08:49:37 GMT", NINE, "RFC 9110"),
    ("Sunday, 06-Nov-94 08:49:37 GMT", NINE, "RFC 850"),
    ("Sun Nov  6 08:49:37 1994", NINE, "asctime"),
    ("Sun, 06-Nov-1994 08:49:37 GMT", NINE, "Netscape"),
    ("6 november 94 8:49:37", NINE, "short fields, long month"),
    ("1994 6x Nov 08:49:37", NINE, "a year may stand first"),
    ("06 Nov 69 00:00:00", 3150921600.0, "69 is 2069"),
    ("06 Nov 70 00:00:00", 26697600.0, "70 is 1970"),
    ("29 Feb 2000 00:00:00", 951782400.0, "leap day"),
    ("29 Feb 2001 00:00:00", None, "no leap day"),
    ("06 Nov 1600 00:00:00", None, "before 1601"),
    ("06 Nov 1994 24:00:00", None, "hour 24"),
    ("06 Nov 1994 00:60:00", None, "minute 60"),
    ("06 Nov 1994 00:00:60", None, "second 60"),
    ("00 Nov 1994 00:00:00", None, "day 0"),
    ("06 Nov 1994", None, "no time"),
    ("0", None, "zero"),
    ("", None, "empty"),
    ("Session", None, "a word"),
]


@pytest.mark.parametrize(("text", "seconds", "why"), DATES, ids=[case[2] for case in DATES])
def test_table(text, seconds, why):
    assert parse_cookie_date(text) == seconds


@given(st.text())
def test_whatever_comes_is_a_number_or_nothing(text):
    assert isinstance(parse_cookie_date(text), float | None)
