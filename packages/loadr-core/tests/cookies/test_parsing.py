"""RFC 6265bis, section 5.6."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_core.cookies import SetCookie, parse_set_cookie
from loadr_core.cookies.parsing import LONGEST_LIFE

CASES = [
    ("a=b", SetCookie("a", "b"), "a pair"),
    (" a\t= b ;", SetCookie("a", "b"), "white space around both"),
    ('a="b c"', SetCookie("a", '"b c"'), "quotes belong to the value"),
    ("a=b=c", SetCookie("a", "b=c"), "a value with equals"),
    ("a=", SetCookie("a", ""), "no value"),
    ("=b", SetCookie("", "b"), "no name"),
    ("b", SetCookie("", "b"), "no equals sign"),
    ("a=\u00e9", SetCookie("a", "\u00e9"), "octets beyond ASCII"),
    ("a=b; Path=/x; Secure; HttpOnly", SetCookie("a", "b", path="/x", secure=True, http_only=True), "flags"),
    ("a=b; secure=no; HTTPONLY=", SetCookie("a", "b", secure=True, http_only=True), "flags with values"),
    ("a=b; Path=x", SetCookie("a", "b"), "a path without a slash is the request's folder"),
    ("a=b; Path=/x; Path", SetCookie("a", "b"), "the last path counts"),
    ("a=b; Domain=.Example.COM", SetCookie("a", "b", domain="example.com"), "domain"),
    ("a=b; Domain=", SetCookie("a", "b"), "empty domain"),
    ("a=b; Domain=x.com; Domain=y.com", SetCookie("a", "b", domain="y.com"), "the last domain counts"),
    ("a=b; Max-Age=60", SetCookie("a", "b", max_age=60), "max-age"),
    ("a=b; Max-Age=-60", SetCookie("a", "b", max_age=-60), "negative max-age"),
    ("a=b; Max-Age=+60", SetCookie("a", "b"), "max-age with a plus"),
    ("a=b; Max-Age=60; Max-Age=x", SetCookie("a", "b", max_age=60), "a later one that says nothing"),
    ("a=b; Max-Age=" + "9" * 400, SetCookie("a", "b", max_age=LONGEST_LIFE), "no end of digits"),
    ("a=b; Expires=Thu, 01 Jan 1970 00:00:10 GMT", SetCookie("a", "b", expires=10), "expires"),
    ("a=b; Expires=soon", SetCookie("a", "b"), "expires without a date"),
    ("a=b; SameSite=Lax", SetCookie("a", "b", same_site="lax"), "same site"),
    ("a=b; SameSite=x", SetCookie("a", "b"), "unknown same site"),
    ("a=b; Partitioned; X=y", SetCookie("a", "b"), "unknown attributes"),
    ("a=b; Path=/" + "x" * 1024, SetCookie("a", "b"), "an attribute that is too long"),
    ("", None, "nothing"),
    ("=", None, "neither name nor value"),
    ("a=b\x00", None, "a control"),
    ("a=b\tc", SetCookie("a", "b\tc"), "a tab"),
    ("a=" + "b" * 4095, SetCookie("a", "b" * 4095), "the longest"),
    ("a=" + "b" * 4096, None, "longer"),
]


@pytest.mark.parametrize(("text", "cookie", "why"), CASES, ids=[case[2] for case in CASES])
def test_table(text, cookie, why):
    assert parse_set_cookie(text) == cookie


@given(st.text(alphabet=st.characters(max_codepoint=255)))
def test_whatever_comes_is_a_cookie_or_nothing(text):
    assert isinstance(parse_set_cookie(text), SetCookie | None)


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("a=b", None),
        ("a=b; Max-Age=5; Expires=Thu, 01 Jan 1970 00:00:10 GMT", 1005),
        ("a=b; Max-Age=0", float("-inf")),
        ("a=b; Expires=Thu, 01 Jan 1970 00:00:10 GMT", 10),
        ("a=b; Expires=Fri, 01 Jan 2100 00:00:00 GMT", 1000 + LONGEST_LIFE),
    ],
)
def test_end_of_life(text, ends):
    cookie = parse_set_cookie(text)
    assert cookie is not None
    assert cookie.ends_at(1000) == ends
