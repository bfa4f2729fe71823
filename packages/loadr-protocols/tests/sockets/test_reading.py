"""When an exchange has read enough, however its bytes are split over reads."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_protocols.sockets.reading import (
    ReadCount,
    ReadFirst,
    ReadNothing,
    ReadToEnd,
    ReadUntil,
    TooLong,
)


def feed_all(reading, pieces):
    """Feed pieces; the bytes left over when it was complete, `None` if it never was."""
    for number, piece in enumerate(pieces):
        surplus = reading.feed(piece)
        if surplus is not None:
            return surplus + b"".join(pieces[number + 1 :])
    return None


def split(octets, cuts):
    edges = [0, *sorted(min(cut, len(octets)) for cut in cuts), len(octets)]
    return [octets[a:b] for a, b in pairwise(edges)]


CUTS = st.lists(st.integers(0, 40), max_size=6)


@given(st.binary(max_size=40), st.integers(1, 30), CUTS)
def test_a_count_takes_exactly_so_many_bytes(octets, count, cuts):
    reading = ReadCount(100, count)
    surplus = feed_all(reading, split(octets, cuts))
    if len(octets) < count:
        assert surplus is None
        assert reading.content == octets
    else:
        assert (reading.content, surplus) == (octets[:count], octets[count:])


@given(
    st.lists(st.sampled_from(b"ab"), max_size=40),
    st.lists(st.sampled_from(b"ab"), min_size=1, max_size=4),
    CUTS,
)
def test_a_delimiter_is_found_wherever_reads_split_it(octets, delimiter, cuts):
    octets, delimiter = bytes(octets), bytes(delimiter)
    reading = ReadUntil(100, delimiter)
    surplus = feed_all(reading, split(octets, cuts))
    before, found, after = octets.partition(delimiter)
    if found:
        assert (reading.content, surplus) == (before + delimiter, after)
    else:
        assert surplus is None
        assert reading.content == octets


def test_the_first_bytes_complete():
    reading = ReadFirst(10)
    assert reading.feed(b"abc") == b""
    assert reading.content == b"abc"


def test_nothing_leaves_everything():
    reading = ReadNothing(10)
    assert reading.wants_nothing
    assert reading.feed(b"abc") == b"abc"
    assert reading.content == b""


def test_the_end_alone_completes_a_reading_to_the_end():
    reading = ReadToEnd(10)
    assert feed_all(reading, [b"ab", b"c"]) is None
    assert reading.is_complete_at_end
    assert reading.content == b"abc"


@pytest.mark.parametrize(
    "model",
    [ReadFirst(8), ReadCount(8, 5), ReadCount(3, 5), ReadUntil(8, b"ab"), ReadToEnd(8), ReadNothing(8)],
    ids=lambda reading: type(reading).__name__,
)
@given(octets=st.lists(st.sampled_from(b"ab"), min_size=1, max_size=12).map(bytes))
def test_what_completes_at_once_completes_a_fresh_one(model, octets):
    end = model.at_once(octets)
    reading = model.fresh()
    try:
        surplus = reading.feed(octets)
    except TooLong:
        surplus = None
    assert (end < 0) is (surplus is None)
    if surplus is not None:
        assert (reading.content, surplus) == (octets[:end], octets[end:])
    assert (model.size, model.expects) == (0, model.fresh().expects), "the model was fed nothing"


@pytest.mark.parametrize(
    "reading",
    [ReadFirst(3), ReadCount(3, 10), ReadUntil(3, b"\n"), ReadToEnd(3)],
    ids=lambda reading: type(reading).__name__,
)
def test_more_than_the_limit_is_refused(reading):
    with pytest.raises(TooLong, match="max_response_size, 3 bytes"):
        feed_all(reading, [b"abc", b"d"] if not isinstance(reading, ReadFirst) else [b"abcd"])


@pytest.mark.parametrize(
    ("reading", "fed", "words"),
    [
        (ReadCount(10, 4), b"ab", "4 bytes (2 came)"),
        (ReadUntil(10, b"\r\n"), b"ab", r"the delimiter '\r\n' (2 bytes came)"),
        (ReadUntil(10, b"\xff\x00"), b"", "the delimiter 'ff 00' (0 bytes came)"),
        (ReadToEnd(10), b"ab", "the end of the stream (2 bytes came)"),
        (ReadFirst(10), b"", "any byte"),
    ],
)
def test_what_is_missing_is_told(reading, fed, words):
    if fed:
        reading.feed(fed)
    assert reading.expects == words
