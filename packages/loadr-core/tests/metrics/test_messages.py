import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_core.metrics.messages import LONGEST, normalised


@pytest.mark.parametrize(
    ("message", "same"),
    [
        ("order 4711023 not found", "order {id} not found"),
        ("at 2024-05-17T10:20:30.5Z: late", "at {date}: late"),
        ("at 2024-05-17 10:20:30 it was late", "at {date} it was late"),
        ("took 12.0381 s, more than 10 s", "took {number} s, more than 10 s"),
        ("<Item object at 0x7f24db25a480>", "<Item object at {address}>"),
        ("no blob 1b4e28ba-2fa1-11d2-883f-0016d3cca427.", "no blob {uuid}."),
        ("commit 9fceb02d missing", "commit {hash} missing"),
        ("GET http://shop.test:8080/users/17?x=1 failed", "GET http://shop.test:8080/users/{id} failed"),
        ("status 404, expected 200", "status 404, expected 200"),
        ("127.0.0.1:39253: connection refused", "127.0.0.1:39253: connection refused"),
        ("localhost:39253 refused", "localhost:39253 refused"),
        (
            "TypeError: cannot read property 'x' of undefined",
            "TypeError: cannot read property 'x' of undefined",
        ),
        ("version v1.2.3 and es2015", "version v1.2.3 and es2015"),
        ("one\ntwo", "one"),
        ("", ""),
        ("  \n", ""),
    ],
)
def test_messages(message, same):
    assert normalised(message) == same


def test_a_long_message_is_cut():
    assert normalised("x" * 1000) == "x" * (LONGEST - 1) + "…"


@given(st.text(max_size=80) | st.text("0123456789abcdefx.:-{}/ TZhtps", max_size=60))
def test_to_normalise_twice_changes_nothing(message):
    assert normalised(normalised(message)) == normalised(message)


@given(st.integers(min_value=1000), st.integers(min_value=1000))
def test_numbers_make_no_difference(one, other):
    assert normalised(f"order {one} failed") == normalised(f"order {other} failed")
