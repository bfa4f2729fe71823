import pytest

from loadr_protocols.http.errors import MalformedResponse
from loadr_protocols.http.head import HEAD_LIMIT, UNKNOWN_LENGTH, HeadCache, ResponseHead

OK = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    ("raw", "status", "version"),
    [
        pytest.param(b"HTTP/1.1 200 OK\r\n", 200, "HTTP/1.1", id="usual"),
        pytest.param(b"HTTP/1.0 404 Not Found\r\n", 404, "HTTP/1.0", id="1.0"),
        pytest.param(b"HTTP/1.1 200 \r\n", 200, "HTTP/1.1", id="empty reason"),
        pytest.param(b"HTTP/1.1 200\r\n", 200, "HTTP/1.1", id="no reason, no space"),
        pytest.param(b"HTTP/1.1 999 \xff\t!\r\n", 999, "HTTP/1.1", id="odd status and reason"),
        pytest.param(b"HTTP/1.2 200 OK\r\n", 200, "HTTP/1.1", id="higher minor version"),
    ],
)
def test_status_line(raw, status, version):
    head = ResponseHead(raw)
    assert (head.status, head.version) == (status, version)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        pytest.param(b"SSH-2.0-OpenSSH\r\n", "status line", id="another protocol"),
        pytest.param(b"\r\n", "status line", id="empty line first"),
        pytest.param(b"HTTP/2.0 200 OK\r\n", "status line", id="HTTP/2.0"),
        pytest.param(b"HTTP/1.10 200 OK\r\n", "status line", id="two digits of version"),
        pytest.param(b"http/1.1 200 OK\r\n", "status line", id="lower case"),
        pytest.param(b"HTTP/1.1  200 OK\r\n", "status line", id="two spaces"),
        pytest.param(b"HTTP/1.1 20 OK\r\n", "status line", id="two digits"),
        pytest.param(b"HTTP/1.1 2000 OK\r\n", "status line", id="four digits"),
        pytest.param(b"HTTP/1.1 099 OK\r\n", "status line", id="below 100"),
        pytest.param(b"HTTP/1.1 +20 OK\r\n", "status line", id="a sign"),
        pytest.param(b"HTTP/1.1 200 O\x00K\r\n", "status line", id="NUL in the reason"),
        pytest.param(b"HTTP/1.1 200 OK\n\r\n", "status line", id="bare LF"),
        pytest.param(OK + b"No colon\r\n", "header field", id="no colon"),
        pytest.param(OK + b": empty\r\n", "header field", id="empty name"),
        pytest.param(OK + b"Length : 1\r\n", "header field", id="space before the colon"),
        pytest.param(OK + b"B\xe4r: 1\r\n", "header field", id="name beyond ASCII"),
        pytest.param(OK + b"A: 1\rB: 2\r\n", "header field", id="bare CR"),
        pytest.param(OK + b"A: 1\nB: 2\r\n", "header field", id="bare LF in a field"),
        pytest.param(OK + b"A: \x00\r\n", "header field", id="NUL"),
        pytest.param(OK + b" A: 1\r\n", "folded", id="folded status line"),
        pytest.param(OK + b"Content-Length: +5\r\n", "Content-Length", id="signed length"),
        pytest.param(OK + b"Content-Length: 1_0\r\n", "Content-Length", id="length with underscore"),
        pytest.param(OK + b"Content-Length: 0x10\r\n", "Content-Length", id="hexadecimal length"),
        pytest.param(OK + b"Content-Length: -1\r\n", "Content-Length", id="negative length"),
        pytest.param(OK + b"Content-Length:\r\n", "Content-Length", id="no length"),
        pytest.param(OK + b"Content-Length: 5, 6\r\n", "Content-Length", id="two lengths in a list"),
        pytest.param(OK + b"Content-Length: 5, \r\n", "Content-Length", id="a list that ends early"),
        pytest.param(
            OK + b"Content-Length: 5\r\nContent-Length: 6\r\n", "Content-Length", id="two lengths in fields"
        ),
        pytest.param(OK + b"Content-Length: " + b"9" * 5000 + b"\r\n", "Content-Length", id="endless length"),
        pytest.param(OK + b"Transfer-Encoding: gzip, chunked\r\n", "transfer coding", id="gzip, chunked"),
        pytest.param(OK + b"Transfer-Encoding: identity\r\n", "transfer coding", id="identity"),
        pytest.param(OK + b"Transfer-Encoding: chunked, chunked\r\n", "transfer coding", id="chunked twice"),
        pytest.param(OK + b"Transfer-Encoding: xchunked\r\n", "transfer coding", id="xchunked"),
        pytest.param(OK + b"Transfer-Encoding:\r\n", "transfer coding", id="empty transfer coding"),
    ],
)
def test_refused(raw, words):
    with pytest.raises(MalformedResponse, match=words):
        ResponseHead(raw)


@pytest.mark.parametrize(
    ("fields", "length", "chunked", "keeps_alive"),
    [
        pytest.param(b"", UNKNOWN_LENGTH, False, True, id="nothing said"),
        pytest.param(b"cOnTent-LENGTH:5\r\n", 5, False, True, id="any case, no space"),
        pytest.param(b"Content-Length: \t 5 \t\r\n", 5, False, True, id="white space around"),
        pytest.param(b"Content-Length: 5, 5\r\n", 5, False, True, id="equal lengths in a list"),
        pytest.param(b"Content-Length: 5\r\nContent-Length: 5\r\n", 5, False, True, id="equal lengths"),
        pytest.param(b"X-Content-Length: 5\r\n", UNKNOWN_LENGTH, False, True, id="another name"),
        pytest.param(b"Content-Length:\r\n 5\r\n", 5, False, True, id="folded length"),
        pytest.param(b"X: 1\r\n\tContent-Length: 5\r\n", UNKNOWN_LENGTH, False, True, id="folded away"),
        pytest.param(b"Transfer-Encoding: Chunked\r\n", UNKNOWN_LENGTH, True, True, id="chunked"),
        pytest.param(
            b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
            UNKNOWN_LENGTH,
            True,
            False,
            id="chunked wins over a length, the connection ends",
        ),
        pytest.param(b"Connection: close\r\n", UNKNOWN_LENGTH, False, False, id="close"),
        pytest.param(b"Connection: Foo, CLOSE\r\n", UNKNOWN_LENGTH, False, False, id="close in a list"),
        pytest.param(
            b"Connection: x\r\nConnection: close\r\n", UNKNOWN_LENGTH, False, False, id="close in the second"
        ),
        pytest.param(b"Connection: closet\r\n", UNKNOWN_LENGTH, False, True, id="closet"),
    ],
)
def test_framing_fields(fields, length, chunked, keeps_alive):
    head = ResponseHead(OK + fields)
    assert (head.content_length, head.chunked, head.keeps_alive) == (length, chunked, keeps_alive)


@pytest.mark.parametrize(
    ("fields", "keeps_alive"),
    [(b"", False), (b"Connection: Keep-Alive\r\n", True), (b"Connection: keep-alive, close\r\n", False)],
    ids=["default", "asked for", "both"],
)
def test_version_10_closes_unless_told(fields, keeps_alive):
    assert ResponseHead(b"HTTP/1.0 200 OK\r\n" + fields).keeps_alive is keeps_alive


def test_chunks_of_version_10_end_the_connection():
    head = ResponseHead(b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n")
    assert head.chunked
    assert not head.keeps_alive


@pytest.mark.parametrize("status", [100, 103, 204, 304])
def test_whole_length_is_unknown_where_no_body_follows(status):
    assert ResponseHead(b"HTTP/1.1 %d X\r\nContent-Length: 5\r\n" % status).whole_length == UNKNOWN_LENGTH


def test_headers():
    head = ResponseHead(OK + b"Set-Cookie: a=1\r\nX: \xe9 \r\nset-cookie: b=2\r\nE:\r\nF: a\r\n  b\r\n")
    assert head.headers == {"set-cookie": "a=1, b=2", "x": "é", "e": "", "f": "a b"}
    assert head.headers is head.headers


@pytest.mark.parametrize(("status", "interim"), [(100, True), (103, True), (101, False), (200, False)])
def test_interim(status, interim):
    assert ResponseHead(b"HTTP/1.1 %d X\r\n" % status).is_interim is interim


def test_cache_gives_the_same_head():
    cache = HeadCache()
    assert cache[OK] is cache[bytes(bytearray(OK))]


def test_cache_is_bounded_in_number():
    cache = HeadCache()
    for number in range(3 * cache.MOST_HEADS):
        assert cache[OK + b"X: %d\r\n" % number].headers == {"x": str(number)}
        assert len(cache) <= cache.MOST_HEADS


def test_cache_keeps_no_long_head():
    cache = HeadCache()
    assert cache[OK + b"X: " + b"x" * cache.LONGEST_HEAD + b"\r\n"].status == 200
    assert not cache


def test_head_is_limited():
    with pytest.raises(MalformedResponse, match="longer than"):
        HeadCache()[OK + b"X: " + b"x" * HEAD_LIMIT + b"\r\n"]


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (OK + b"Content-Length: 7\r\n", "<ResponseHead HTTP/1.1 200 length=7>"),
        (OK + b"Transfer-Encoding: chunked\r\n", "<ResponseHead HTTP/1.1 200 chunked>"),
        (b"HTTP/1.0 302 Found\r\n", "<ResponseHead HTTP/1.0 302 length=-1 close>"),
    ],
    ids=["length", "chunked", "close"],
)
def test_repr(raw, shown):
    assert repr(ResponseHead(raw)) == shown
