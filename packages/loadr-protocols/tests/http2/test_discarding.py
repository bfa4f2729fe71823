"""Bodies that nobody reads: counted on the wire, with memory that stays flat, in both versions."""

import tracemalloc

import pytest

from loadr_protocols.http2 import frames as fr
from loadr_protocols.http2.outgoing import STREAM_WINDOW
from loadr_testing.servers import LoopbackServer

SIZE = 48 * 1024 * 1024
PIECE = bytes(64 * 1024)


class Endless(LoopbackServer):
    """Answers each request with a long body over HTTP/1.1."""

    def __init__(self, head, piece=PIECE, end=b""):
        super().__init__()
        self.head = head
        self.piece = piece
        self.end = end

    async def serve(self, _, reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(self.head)
        for _ in range(SIZE // len(PIECE)):
            writer.write(self.piece)
            await writer.drain()
        writer.write(self.end)
        writer.close()


async def fed(peer, _):
    """The same over HTTP/2, as far as the client's window allows."""
    number = await peer.request()
    peer.send(peer.make.head(number))
    left, window = SIZE, STREAM_WINDOW
    while left:
        while window < 16_384:
            _, _, stream, octets = await peer.expect(fr.WINDOW_UPDATE)
            window += int.from_bytes(octets, "big") if stream == number else 0
        left -= 16_384
        window -= 16_384
        peer.send(peer.make.data(number, bytes(16_384), ended=not left))
        await peer.drain()
    await peer.gone()


OK = b"HTTP/1.1 200 OK\r\n"
ROADS = {
    "length": (OK + b"Content-Length: %d\r\n\r\n" % SIZE,),
    "chunks": (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + PIECE + b"\r\n", b"0\r\n\r\n"),
    "until the end": (OK + b"\r\n",),
    "HTTP/2": None,
}


@pytest.mark.parametrize("road", ROADS)
async def test_memory_stays_flat(make_client, frame_server, column, road):
    version = "http2-prior-knowledge" if road == "HTTP/2" else "http1"
    client = make_client(version=version, discard_response_bodies=True, max_response_size="1kB")
    async with frame_server(fed) if road == "HTTP/2" else Endless(*ROADS[road]) as server:
        tracemalloc.start()
        response = await client.send(server.url, keeps_body=False, timeout=60)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert (response.status, response.body) == (200, b"")
    assert column(response, "bytes_received") > SIZE
    assert peak < 8 * 1024 * 1024
