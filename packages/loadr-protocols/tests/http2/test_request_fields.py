"""HTTP/1.1 heads as HTTP/2 fields, and their blocks."""

import hpack
import pytest

from loadr_protocols.http2.request_fields import FieldWriter, RequestFields, RequestRewriter, rewritten

GET = b"GET /a?b=1 HTTP/1.1\r\nHost: example:81\r\nUser-Agent: loadr\r\nAccept: */*"
PSEUDO = (
    (b":method", b"GET"),
    (b":scheme", b"https"),
    (b":authority", b"example:81"),
    (b":path", b"/a?b=1"),
)


def test_a_head():
    assert rewritten(GET, b"https").fields == (*PSEUDO, (b"user-agent", b"loadr"), (b"accept", b"*/*"))


@pytest.mark.parametrize(
    ("lines", "fields"),
    [
        pytest.param(b"Connection: close", (), id="connection"),
        pytest.param(b"X-A: 1\r\nConnection: x-a, close\r\nB: 2", ((b"b", b"2"),), id="named by connection"),
        pytest.param(b"Keep-Alive: 5\r\nUpgrade: h2c\r\nHTTP2-Settings: AA", (), id="about the connection"),
        pytest.param(b"TE: gzip", (), id="te"),
        pytest.param(b"TE: trailers", ((b"te", b"trailers"),), id="te trailers"),
        pytest.param(b"A:  1 \r\nA: 2", ((b"a", b"1"), (b"a", b"2")), id="repeated, with space"),
        pytest.param(b"Empty:", ((b"empty", b""),), id="empty"),
        pytest.param("N: ö".encode(), ((b"n", "ö".encode()),), id="beyond ASCII"),
        pytest.param(b"Content-Length: 4", ((b"content-length", b"4"),), id="length"),
    ],
)
def test_lines(lines, fields):
    head = b"GET /a?b=1 HTTP/1.1\r\nHost: example:81\r\n" + lines
    assert rewritten(head, b"https").fields == (*PSEUDO, *fields)


@pytest.mark.parametrize(
    ("body", "kept"),
    [(b"", None), (b"body", b"body"), (b"a\r\n\r\nb", b"a\r\n\r\nb")],
    ids=["none", "some", "lines"],
)
def test_requests_are_rewritten_once(body, kept):
    rewriter = RequestRewriter("http")
    first, sent = rewriter[GET + b"\r\n\r\n" + body]
    assert first.fields[1] == (b":scheme", b"http")
    assert sent == kept
    assert rewriter[GET + b"\r\n\r\n" + body][0] is first


def test_few_requests_are_remembered():
    rewriter = RequestRewriter("http")
    for number in range(1000):
        assert rewriter[GET + b"\r\nX: %d\r\n\r\n" % number][0].fields[-1] == (b"x", b"%d" % number)
        assert len(rewriter) <= RequestRewriter.MOST_REQUESTS
    long = GET + b"\r\n\r\n" + b"x" * 4000
    assert rewriter[long][1] == b"x" * 4000
    assert long not in rewriter


def test_size():
    request = RequestFields(((b"ab", b"cde"), (b"f", b"")))
    assert request.size == 5 + 32 + 1 + 32
    assert repr(request) == "<RequestFields 2 fields, 70 octets>"


class TestWriter:
    def read(self, decoder, block):
        return tuple(tuple(field) for field in decoder.decode(block, raw=True))

    def test_blocks_become_short_and_stay_the_same(self):
        writer, decoder, request = FieldWriter(), hpack.Decoder(), rewritten(GET, b"https")
        blocks = [writer.block(request) for _ in range(3)]
        assert [self.read(decoder, block) for block in blocks] == [request.fields] * 3
        assert len(blocks[0]) > len(blocks[1])
        assert blocks[1] is blocks[2]

    def test_other_requests_in_between(self):
        writer, decoder = FieldWriter(), hpack.Decoder()
        requests = [rewritten(GET + b"\r\nX: %d" % number, b"https") for number in range(100)]
        for request in requests + requests[-5:] * 3 + requests:
            assert self.read(decoder, writer.block(request)) == request.fields
            assert len(writer._blocks) <= FieldWriter.MOST_BLOCKS

    def test_a_smaller_table(self):
        writer, decoder, request = FieldWriter(), hpack.Decoder(), rewritten(GET, b"https")
        for size in (4096, 0, 100, 4096):
            writer.limit(size)
            decoder.max_allowed_table_size = size
            for _ in range(3):
                assert self.read(decoder, writer.block(request)) == request.fields
