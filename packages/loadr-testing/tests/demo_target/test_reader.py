import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_testing.demo_target._reader import AwaitsContinue, ReaderEvent, Refusal, RequestReader
from loadr_testing.demo_target._request import Request

GET = b"GET /a?b=c HTTP/1.1\r\nHost: h\r\n\r\n"
POST = b"POST /p HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = (
    b"POST /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: t\r\n\r\n"
)
UPGRADE = b"GET /u HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
OLD = b"GET /o HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"

READ = {
    GET: Request("GET", "/a?b=c", headers=(("Host", "h"),)),
    POST: Request("POST", "/p", headers=(("Content-Length", "5"),), body=b"hello"),
    CHUNKED: Request("POST", "/c", headers=(("Transfer-Encoding", "chunked"),), body=b"abcde"),
    UPGRADE: Request("GET", "/u", headers=(("Connection", "Upgrade"), ("Upgrade", "h2c"))),
    OLD: Request("GET", "/o", version="1.0", headers=(("Connection", "keep-alive"),)),
}


def read(pieces: list[bytes], **limits: int) -> list[ReaderEvent]:
    reader = RequestReader(**limits)
    return [event for piece in pieces for event in reader.feed(piece)]


@pytest.mark.parametrize("data", READ, ids=["get", "content-length", "chunked", "upgrade", "http-1.0"])
@pytest.mark.parametrize("size", [1, 7, 10_000], ids=["byte-by-byte", "in-sevens", "whole"])
def test_reads_a_request(data, size):
    pieces = [data[start : start + size] for start in range(0, len(data), size)]
    assert read(pieces) == [READ[data]]


@given(
    requests=st.lists(st.sampled_from(list(READ)), min_size=1, max_size=6),
    cuts=st.lists(st.integers(0, 600), max_size=12),
)
def test_chunking_does_not_matter(requests, cuts):
    stream = b"".join(requests)
    places = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    pieces = [stream[start:end] for start, end in itertools.pairwise(places)]
    assert read(pieces) == [READ[request] for request in requests]


@pytest.mark.parametrize(
    ("data", "status"),
    [
        pytest.param(b"\x16\x03\x01 not http\r\n\r\n", 400, id="garbage"),
        pytest.param(b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n", 400, id="length-no-number"),
        pytest.param(b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400, id="bad-chunk"),
        pytest.param(b"POST / HTTP/1.1\r\nContent-Length: 101\r\n\r\n", 413, id="announced-too-large"),
        pytest.param(
            b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n" + b"x" * 101,
            413,
            id="grown-too-large",
        ),
        pytest.param(b"GET /" + b"x" * 1000 + b" HTTP/1.1\r\n\r\n", 431, id="long-target"),
        pytest.param(b"GET / HTTP/1.1\r\nA: " + b"x" * 1000 + b"\r\n\r\n", 431, id="long-header"),
    ],
)
@pytest.mark.parametrize("size", [1, 10_000], ids=["byte-by-byte", "whole"])
def test_refuses_once_and_reads_no_more(data, status, size):
    data += GET
    events = read(
        [data[start : start + size] for start in range(0, len(data), size)], body_limit=100, head_limit=500
    )
    assert [type(event) for event in events] == [Refusal]
    assert events[0].status == status


def test_refuses_a_header_without_end():
    reader = RequestReader(head_limit=500)
    assert reader.feed(b"GET / HTTP/1.1\r\nA: ") == []
    events = [event for _ in range(100) for event in reader.feed(b"x" * 10)]
    assert [event.status for event in events] == [431]


def test_asks_for_a_body_that_is_held_back():
    reader = RequestReader()
    assert reader.feed(b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n") == [
        AwaitsContinue()
    ]
    assert reader.feed(b"ok")[0].body == b"ok"


def test_knows_where_a_request_ends():
    reader = RequestReader()
    assert reader.at_boundary
    reader.feed(GET[:-1])
    assert not reader.at_boundary
    assert repr(reader) == "<RequestReader in a message, 1 requests begun>"
    reader.feed(GET[-1:])
    assert reader.at_boundary
    assert repr(reader) == "<RequestReader between messages, 1 requests begun>"


@given(st.lists(st.binary(max_size=40), max_size=10))
def test_survives_anything(pieces):
    events = read(pieces)
    assert sum(isinstance(event, Refusal) for event in events) <= 1
