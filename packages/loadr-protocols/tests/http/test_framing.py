import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_protocols.http.errors import MalformedResponse, ResponseTooLarge, TruncatedResponse
from loadr_protocols.http.framing import (
    CHUNK_LINE_LIMIT,
    COUNT,
    INTERIM_LIMIT,
    KEEP,
    NONE,
    TRAILER_LIMIT,
    ResponseReader,
)
from loadr_protocols.http.head import HEAD_LIMIT, HeadCache

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
PIECES = pytest.mark.parametrize("size", [10**9, 7, 1], ids=["whole", "sevens", "bytes"])

COMPLETE = [
    pytest.param(OK + b"cOnTent-LENGTH: 5\r\n\r\nhello", b"hello", id="length"),
    pytest.param(OK + b"Content-Length: 0\r\n\r\n", b"", id="length zero"),
    pytest.param(OK + b"Content-Length: 4\r\n\r\n\r\n\r\n", b"\r\n\r\n", id="a body like a head's end"),
    pytest.param(CHUNKED + b"0\r\n\r\n", b"", id="no chunks"),
    pytest.param(CHUNKED + b"5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n", b"hello world", id="chunks"),
    pytest.param(CHUNKED + b"A\r\n0123456789\r\n0;last\r\n\r\n", b"0123456789", id="hexadecimal, extension"),
    pytest.param(CHUNKED + b"0005  \r\nhello\r\n00 \r\n\r\n", b"hello", id="padded sizes"),
    pytest.param(CHUNKED + b'2 \t; a = "b"\r\nok\r\n0\r\n\r\n', b"ok", id="white space in an extension"),
    pytest.param(CHUNKED + b"4\r\n\r\n\r\n\r\n0\r\n\r\n", b"\r\n\r\n", id="a chunk of line ends"),
    pytest.param(CHUNKED + b"2\r\nok\r\n0\r\nX-T: 1\r\nY: 2\r\n\r\n", b"ok", id="trailers"),
    pytest.param(
        OK + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        b"hello",
        id="chunks win over a length",
    ),
    pytest.param(b"HTTP/1.1 204 No Content\r\n\r\n", b"", id="204"),
    pytest.param(b"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", b"", id="204 with a length"),
    pytest.param(b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", b"", id="304 with a length"),
    pytest.param(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n", b"", id="101"),
    pytest.param(
        b"HTTP/1.1 100 Continue\r\n\r\n" + OK + b"Content-Length: 2\r\n\r\nok", b"ok", id="one interim"
    ),
    pytest.param(
        b"HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 102 P\r\n\r\n" + CHUNKED + b"2\r\nok\r\n0\r\n\r\n",
        b"ok",
        id="two interims, chunks",
    ),
    pytest.param(OK + b"X: a\r\n  b\r\nContent-Length: 2\r\n\r\nok", b"ok", id="folded field"),
]


def reader(*, reading=KEEP):
    made = ResponseReader(HeadCache())
    made.reading = reading
    return made


def feed(to, raw, size):
    """Feed in pieces; the number of bytes it took to complete a response, or None."""
    for start in range(0, len(raw), size):
        if to.feed(raw[start : start + size]):
            return min(start + size, len(raw))
    return None


@PIECES
@pytest.mark.parametrize(("raw", "body"), COMPLETE)
def test_complete(raw, body, size):
    to = reader()
    assert feed(to, raw, size) == len(raw)
    assert to.body == body
    assert not to.surplus
    assert not to.started


@PIECES
@pytest.mark.parametrize(("raw", "body"), COMPLETE)
def test_trailing_bytes_are_surplus(raw, body, size):
    to = reader()
    taken = feed(to, raw + b"HTTP/1.1 ", size)
    assert to.body == body
    assert to.surplus is (taken > len(raw))


@PIECES
@pytest.mark.parametrize(("raw", "body"), COMPLETE)
def test_one_after_the_other(raw, body, size):
    to = reader()
    for _ in range(3):
        assert feed(to, raw, size) == len(raw)
        assert to.body == body


@PIECES
@pytest.mark.parametrize(
    "fields",
    [b"Content-Length: 500\r\n", b"Transfer-Encoding: chunked\r\n", b""],
    ids=["length", "chunked", "none"],
)
def test_head_has_no_body(fields, size):
    to = reader(reading=NONE)
    raw = OK + fields + b"\r\n"
    assert feed(to, raw, size) == len(raw)
    assert to.body == b""
    to.reading = KEEP
    assert to.feed(OK + b"Content-Length: 2\r\n\r\nok")
    assert to.body == b"ok"


def test_body_in_answer_to_head_is_surplus():
    to = reader(reading=NONE)
    assert to.feed(OK + b"Content-Length: 2\r\n\r\nok")
    assert to.body == b""
    assert to.surplus


@PIECES
@pytest.mark.parametrize("head", [OK, b"HTTP/1.0 200 OK\r\n", OK + b"Connection: close\r\n"])
def test_body_until_the_stream_ends(head, size):
    to = reader()
    assert feed(to, head + b"\r\nabc\r\n\r\ndef", size) is None
    assert to.end_of_stream()
    assert to.body == b"abc\r\n\r\ndef"


def test_end_of_stream_between_responses_completes_nothing():
    to = reader()
    assert not to.end_of_stream()
    assert to.feed(OK + b"Content-Length: 0\r\n\r\n")
    assert not to.end_of_stream()


@PIECES
@pytest.mark.parametrize(
    ("raw", "words"),
    [
        pytest.param(b"HTTP/1", "head", id="inside the status line"),
        pytest.param(OK, "head", id="inside the head"),
        pytest.param(b"HTTP/1.1 100 Continue\r\n\r\n", "head", id="after an interim response"),
        pytest.param(b"\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0\x80", "nothing but HTTP/2", id="SETTINGS"),
        pytest.param(b"\0\0\x06\x04\0\0\0\0", "head", id="no whole frame"),
        pytest.param(OK + b"Content-Length: 10\r\n\r\nabc", "after 3 bytes, 7 missing", id="inside a body"),
        pytest.param(OK + b"Content-Length: 10\r\n\r\n", "after 0 bytes, 10 missing", id="before a body"),
        pytest.param(CHUNKED, "after 0 bytes", id="before a chunk"),
        pytest.param(CHUNKED + b"5\r\nhel", "after 3 bytes", id="inside a chunk"),
        pytest.param(CHUNKED + b"5\r\nhello\r\n0\r\n", "after 5 bytes", id="before the last line"),
    ],
)
def test_truncated(raw, words, size):
    to = reader()
    assert feed(to, raw, size) is None
    assert to.started
    with pytest.raises(TruncatedResponse, match=words):
        to.end_of_stream()


@PIECES
@pytest.mark.parametrize(
    ("raw", "words"),
    [
        pytest.param(b"SSH-2.0-OpenSSH\r\n\r\n", "status line", id="another protocol"),
        pytest.param(b"HTTP/1.1 200 OK\nContent-Length: 0\n\n", "CRLF", id="LF only"),
        pytest.param(b"HTTP/1.1 200 OK\rX", "CRLF", id="CR only"),
        pytest.param(OK + b"Content-Length: +5\r\n\r\nhello", "Content-Length", id="bad length"),
        pytest.param(b"HTTP/1.1 100 X\r\n\r\n" * (INTERIM_LIMIT + 1), "interim", id="endless interims"),
        pytest.param(CHUNKED + b"5\r\nhello!\r\n", "longer than its size", id="chunk too long"),
        pytest.param(CHUNKED + b"5\r\nhello\n0\r\n", "longer than its size", id="LF behind a chunk"),
        pytest.param(CHUNKED + b"5\nhello\r\n", "CRLF", id="LF behind a size"),
        pytest.param(CHUNKED + b"\r\n", "chunk size", id="no size"),
        pytest.param(CHUNKED + b"-5\r\n", "chunk size", id="negative size"),
        pytest.param(CHUNKED + b"0x5\r\n", "chunk size", id="0x"),
        pytest.param(CHUNKED + b"5_0\r\n", "chunk size", id="underscore"),
        pytest.param(CHUNKED + b" 5\r\n", "chunk size", id="space before"),
        pytest.param(CHUNKED + b"5 5\r\n", "chunk size", id="two sizes"),
        pytest.param(CHUNKED + b"1" * 17 + b"\r\n", "chunk size", id="size of 17 digits"),
        pytest.param(CHUNKED + b"5;\x00\r\n", "chunk size", id="NUL in an extension"),
        pytest.param(CHUNKED + b"0\r\nno colon\r\n\r\n", "trailer", id="bad trailer"),
        pytest.param(CHUNKED + b"0\r\nX: 1\n\r\n", "CRLF", id="LF behind a trailer"),
    ],
)
def test_malformed(raw, words, size):
    with pytest.raises(MalformedResponse, match=words):
        feed(reader(), raw, size)


@pytest.mark.parametrize("size", [10**9, 4096], ids=["whole", "pages"])
@pytest.mark.parametrize(
    ("raw", "words"),
    [
        pytest.param(OK + b"X: " + b"x" * HEAD_LIMIT, "head is longer", id="endless head"),
        pytest.param(OK + b"X: " + b"x" * HEAD_LIMIT + b"\r\n\r\n", "head is longer", id="long head"),
        pytest.param(
            CHUNKED + b"5;" + b"x" * CHUNK_LINE_LIMIT, "line between chunks", id="endless extension"
        ),
        pytest.param(
            CHUNKED + b"0\r\nX: " + b"x" * TRAILER_LIMIT, "line between chunks", id="endless trailer"
        ),
        pytest.param(
            CHUNKED + b"0\r\n" + b"X: y\r\n" * TRAILER_LIMIT, "trailer section", id="endless trailers"
        ),
    ],
)
def test_limits(raw, words, size):
    with pytest.raises(MalformedResponse, match=words):
        feed(reader(), raw, size)


def test_long_head_byte_by_byte_is_searched_once():
    raw = OK + b"X: " + b"x" * 200_000 + b"\r\nContent-Length: 2\r\n\r\nok"
    to = reader()
    assert feed(to, raw, 1) == len(raw)
    assert to.body == b"ok"


@given(
    chunks=st.lists(st.binary(min_size=1, max_size=40), max_size=8),
    cuts=st.lists(st.integers(0, 500), max_size=12),
)
def test_cutting_does_not_matter(chunks, cuts):
    raw = CHUNKED + b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\nT: 1\r\n\r\n"
    edges = sorted({0, len(raw), *(cut % len(raw) for cut in cuts)})
    to = reader()
    outcomes = [to.feed(raw[start:end]) for start, end in itertools.pairwise(edges)]
    assert outcomes == [False] * (len(edges) - 2) + [True]
    assert to.body == b"".join(chunks)


# Heads that come again with other bodies, cut or whole: what a reader knows of the last one must not show.
LIKELY = [
    OK + b"Content-Length: 5\r\n\r\n" + body for body in (b"hello", b"world", b"\r\n\r\n\0", OK[:5])
] + [
    OK + b"Content-Length: 2\r\n\r\nok",
    OK + b"Content-Length: 24\r\n\r\n" + OK + b"X: y\r\n ",
    CHUNKED + b"5\r\nhello\r\n0\r\n\r\n",
    b"HTTP/1.1 100 Continue\r\n\r\n" + OK + b"Content-Length: 5\r\n\r\nhello",
]


@given(
    st.lists(
        st.tuples(st.sampled_from(LIKELY), st.sampled_from([KEEP, COUNT]), st.integers(0, 200)), max_size=12
    )
)
def test_what_came_before_does_not_matter(responses):
    to = reader()
    for raw, reading, cut in responses:
        alone = reader(reading=reading)
        to.reading = reading
        pieces = [piece for piece in (raw[:cut], raw[cut:]) if piece]
        assert [to.feed(piece) for piece in pieces] == [alone.feed(piece) for piece in pieces]
        assert (to.body, to.surplus, to.started) == (alone.body, alone.surplus, alone.started)
        assert repr(to.head) == repr(alone.head)


def test_a_known_head_keeps_to_the_limit():
    to = ResponseReader(HeadCache(), limit=4)
    raw = OK + b"Content-Length: 5\r\n\r\nhello"
    for _ in range(2):
        to.reading = COUNT
        assert to.feed(raw)
    to.reading = KEEP
    with pytest.raises(ResponseTooLarge):
        to.feed(raw)


def test_a_known_head_in_answer_to_head_has_no_body():
    to = reader()
    raw = OK + b"Content-Length: 5\r\n\r\nhello"
    assert to.feed(raw)
    to.reading = NONE
    assert to.feed(raw)
    assert (to.body, to.surplus) == (b"", True)
