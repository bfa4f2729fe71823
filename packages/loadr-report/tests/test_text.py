import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_report.text import aligned, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("GET /a b", "GET /a b"),
        ("größe ✓ 名前", "größe ✓ 名前"),
        ("\x1b[2J", r"\x1b[2J"),
        ("a\r\n\tb", r"a\r\n\tb"),
        ("\u202eevil", r"\u202eevil"),
        ("\x9b31m", r"\x9b31m"),
        ("\x00", r"\x00"),
        ("\ud800", r"\ud800"),
        ("\u2028", r"\u2028"),
        ("[red]", "[red]"),
    ],
)
def test_only_what_cannot_be_seen_is_escaped(text, shown):
    assert visible(text) == shown


@given(st.text(alphabet=st.characters()))
def test_what_is_shown_is_printable_and_stays_as_it_is(text):
    assert visible(text).isprintable()
    assert visible(visible(text)) == visible(text)


def test_columns_begin_or_end_at_one_place():
    rows = [("name", "count", "note"), ("a", "1", ""), ("longer", "1,000", "x")]
    assert list(aligned(rows, right={1})) == [
        "name    count  note",
        "a           1",
        "longer  1,000  x",
    ]
