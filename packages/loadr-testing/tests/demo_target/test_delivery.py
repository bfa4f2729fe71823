import pytest

from loadr_testing.demo_target._delivery import deliver
from loadr_testing.demo_target._replies import Ending, Raw, Response, Stream
from loadr_testing.demo_target._request import Request

TEXT = Response(b"hi", content_type="text/plain")


@pytest.mark.parametrize(
    ("reply", "request_", "expected", "ending"),
    [
        pytest.param(
            TEXT,
            Request("GET", "/"),
            b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nhi",
            Ending.KEEP,
            id="ordinary",
        ),
        pytest.param(
            TEXT,
            Request("HEAD", "/"),
            b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n",
            Ending.KEEP,
            id="head",
        ),
        pytest.param(
            TEXT,
            Request("GET", "/", keep_alive=False),
            b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi",
            Ending.CLOSE,
            id="close",
        ),
        pytest.param(
            TEXT,
            Request("GET", "/", version="1.0"),
            b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nhi",
            Ending.KEEP,
            id="http-1.0-kept",
        ),
        pytest.param(
            Response(b"{}", 204),
            Request("GET", "/"),
            b"HTTP/1.1 204 No Content\r\n\r\n",
            Ending.KEEP,
            id="204",
        ),
        pytest.param(
            Response(b"{}", 205),
            Request("GET", "/"),
            b"HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n",
            Ending.KEEP,
            id="205",
        ),
        pytest.param(
            Response(b"", 599),
            Request("GET", "/"),
            b"HTTP/1.1 599 Unknown\r\nContent-Length: 0\r\n\r\n",
            Ending.KEEP,
            id="unknown-status",
        ),
        pytest.param(
            Stream([b"ab", b"", b"cde"]),
            Request("GET", "/"),
            b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n",
            Ending.KEEP,
            id="chunked",
        ),
        pytest.param(
            Stream([]),
            Request("GET", "/"),
            b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            Ending.KEEP,
            id="chunked-empty",
        ),
        pytest.param(
            Stream([b"ab", b"c"], length=3),
            Request("GET", "/"),
            b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nabc",
            Ending.KEEP,
            id="known-length",
        ),
        pytest.param(
            Stream([b"ab", b"c"]),
            Request("GET", "/", version="1.0"),
            b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\nabc",
            Ending.CLOSE,
            id="stream-until-close-for-http-1.0",
        ),
        pytest.param(
            Stream([b"ab"]),
            Request("HEAD", "/"),
            b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n",
            Ending.KEEP,
            id="stream-head",
        ),
        pytest.param(Raw((b"x",), Ending.RESET), Request("GET", "/"), b"x", Ending.RESET, id="raw"),
    ],
)
def test_bytes_of_a_reply(reply, request_, expected, ending):
    delivery = deliver(reply, request_)
    assert b"".join(delivery.pieces) == expected
    assert delivery.ending is ending


def test_a_stream_ends_with_its_last_piece():
    pieces = list(deliver(Stream([b"a", b"b"], interval=1.0), Request("GET", "/")).pieces)
    assert pieces[1:] == [b"1\r\na\r\n", b"1\r\nb\r\n0\r\n\r\n"]
