"""The server's end of a connection in memory: frames as a test wants them, also wrong ones."""

import struct

import hpack
import pytest

from loadr_protocols.http2 import frames as fr
from loadr_protocols.http2.core import ClientCore
from loadr_protocols.http2.fields import FieldCache
from loadr_protocols.http2.request_fields import RequestFields

GET = RequestFields(
    ((b":method", b"GET"), (b":scheme", b"https"), (b":authority", b"example"), (b":path", b"/"))
)


class Server:
    """Makes a server's frames, reads a client's. A server that does as the plan says has one of its own."""

    def __init__(self):
        self.encoder = hpack.Encoder()
        self.decoder = hpack.Decoder()
        self.reader = fr.FrameReader(2**24 - 1)
        self.preface = bytearray()

    def settings(self, values=(), *, ack=False):
        payload = b"".join(struct.pack(">HI", *pair) for pair in dict(values).items())
        return fr.encode_frame(fr.SETTINGS, fr.ACK if ack else 0, 0, payload)

    def block(self, fields, *, huffman=True):
        return self.encoder.encode([(str(n).encode(), str(v).encode()) for n, v in fields], huffman=huffman)

    def head(self, number, status=200, fields=(), *, ended=False, flags=0, before=b"", after=b""):
        """HEADERS of a response; `before` and `after` go around the block (padding, priority)."""
        flags |= fr.END_HEADERS | (fr.END_STREAM if ended else 0)
        block = self.block([(":status", status), *fields])
        return fr.encode_frame(fr.HEADERS, flags, number, before + block + after)

    def trailers(self, number, fields, *, ended=True):
        flags = fr.END_HEADERS | (fr.END_STREAM if ended else 0)
        return fr.encode_frame(fr.HEADERS, flags, number, self.block(fields))

    def data(self, number, body=b"", *, ended=True, flags=0):
        return fr.encode_frame(fr.DATA, flags | (fr.END_STREAM if ended else 0), number, body)

    def goaway(self, last, code=0, reason=b""):
        return fr.encode_frame(fr.GOAWAY, 0, 0, struct.pack(">II", last, code) + reason)

    def frames(self, sent):
        """The frames in what a client sent, its preface left out."""
        missing = len(fr.PREFACE) - len(self.preface)
        self.preface += sent[:missing]
        assert fr.PREFACE.startswith(bytes(self.preface))
        return self.reader.feed(sent[missing:])


@pytest.fixture
def server():
    return Server()


@pytest.fixture
def new_core():
    """A connection of which nothing was sent yet."""
    return ClientCore(FieldCache())


@pytest.fixture
def core(new_core, server):
    """A connection after both sides have said their settings."""
    server.frames(new_core.take())
    assert new_core.receive(server.settings() + server.settings(ack=True)) == []
    assert server.frames(new_core.take()) == [(fr.SETTINGS, fr.ACK, 0, b"")]
    return new_core


@pytest.fixture
def get(core, server):
    """Opens a stream for a GET; its number."""

    def open_one(*, bodiless=False):
        number = core.open(GET, ended=True, bodiless=bodiless)
        ((kind, flags, stream, block),) = server.frames(core.take())
        assert (kind, flags, stream) == (fr.HEADERS, fr.END_HEADERS | fr.END_STREAM, number)
        assert [tuple(field) for field in server.decoder.decode(block, raw=True)] == list(GET.fields)
        return number

    return open_one


@pytest.fixture
def post(core, server):
    """Opens a stream for a request with a body; its number."""

    def open_one():
        number = core.open(GET, ended=False)
        server.frames(core.take())
        return number

    return open_one
