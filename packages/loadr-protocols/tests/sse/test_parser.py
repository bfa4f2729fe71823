"""Event streams by the rules of the HTML standard, however their bytes are split."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_protocols.sse.parser import Event, EventParser, EventTooLong


def parse(stream, cuts=(), limit=1000):
    parser = EventParser(limit)
    edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    events = []
    for start, end in pairwise(edges):
        events += parser.feed(stream[start:end])
    return events, parser


@pytest.mark.parametrize(
    ("stream", "events"),
    [
        (b"data: a\n\n", [("message", "a")]),
        (b"data:a\n\n", [("message", "a")]),
        (b"data:  a\n\n", [("message", " a")]),
        (b"data\n\n", [("message", "")]),
        (b"data: a\ndata: b\n\n", [("message", "a\nb")]),
        (b"data: a\ndata\n\n", [("message", "a\n")]),
        (b"event: add\ndata: 1\n\n", [("add", "1")]),
        (b"event: add\n\n", []),
        (b"event: add\n\ndata: 1\n\n", [("message", "1")]),
        (b": comment\ndata: 1\n:\n\n", [("message", "1")]),
        (b"\xef\xbb\xbfdata: 1\n\n", [("message", "1")]),
        (b"data: \xef\xbb\xbf1\n\n", [("message", "\ufeff1")]),
        (b"data: 1\r\n\r\ndata: 2\r\rdata: 3\n\n", [("message", "1"), ("message", "2"), ("message", "3")]),
        (b"unknown: x\ndata: 1\n\n", [("message", "1")]),
        (b"Data: 1\n\n", []),
        (b"data: 1\n", []),
        (b"data: 1", []),
        (b"\n\n\n", []),
        ("data: grüß\n\n".encode(), [("message", "grüß")]),
        (b"data: \xff\n\n", [("message", "\ufffd")]),
    ],
)
def test_stream(stream, events):
    assert parse(stream)[0] == events
    assert parse(stream, range(len(stream)))[0] == events, "byte by byte"


LINES = st.sampled_from(
    [b"data: x", b"data", b"event: e", b"id: 7", b": c", b"retry: 5", b"", b"", b"data: y: z", b"nonsense"]
)
ENDS = st.sampled_from([b"\n", b"\r", b"\r\n"])


@given(st.lists(st.tuples(LINES, ENDS), max_size=12), st.lists(st.integers(0, 80), max_size=8))
def test_where_reads_split_a_stream_makes_no_difference(lines, cuts):
    stream = b"".join(line + end for line, end in lines)
    whole, parser = parse(stream)
    split, other = parse(stream, cuts)
    assert split == whole
    assert (other.last_id, other.retry) == (parser.last_id, parser.retry)


@pytest.mark.parametrize(
    ("stream", "last_id"),
    [
        (b"id: 1\ndata: a\n\n", "1"),
        (b"id: 1\n\n", "1"),
        (b"id: 1\ndata: a\n", ""),
        (b"id: 1\n\ndata: b\n\n", "1"),
        (b"id: 1\n\nid\n\n", ""),
        (b"id: 1\n\nid: a\x00b\n\n", "1"),
    ],
)
def test_last_id(stream, last_id):
    assert parse(stream)[1].last_id == last_id


@pytest.mark.parametrize(
    ("stream", "retry"),
    [
        (b"retry: 1500\n", 1.5),
        (b"retry: 0\n", 0.0),
        (b"retry: 1.5\n", None),
        (b"retry:\n", None),
        (b"", None),
    ],
)
def test_retry(stream, retry):
    assert parse(stream)[1].retry == retry


def test_a_new_connection_forgets_what_was_not_complete():
    parser = EventParser(100)
    assert parser.feed(b"id: 1\ndata: a\n\nid: 2\ndata: lost") == [Event("message", "a")]
    parser.begin_again()
    assert parser.feed(b"data: b\n\n") == [Event("message", "b")]
    assert parser.last_id == "1"


@pytest.mark.parametrize("stream", [b"data: " + b"x" * 100, b"data: x\n" * 30, b"x" * 101 + b"\n"])
def test_an_event_that_never_ends_is_refused(stream):
    with pytest.raises(EventTooLong, match="max_response_size, 90 bytes"):
        parse(stream, limit=90)


def test_many_events_in_one_read_are_not_one_long_event():
    assert len(parse(b"data: 1234567890\n\n" * 100, limit=90)[0]) == 100
