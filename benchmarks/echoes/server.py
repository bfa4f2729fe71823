"""An echo server that counts its answers in a file that the benchmark reads while it runs.

    python -m benchmarks.echoes.server websocket|grpc|tcp COUNT_FILE

Prints its port and serves until SIGTERM. COUNT_FILE holds one unsigned 64-bit integer in the machine's byte order.
WebSocket is read as far as the benchmark needs it, short unfragmented frames (RFC 6455, 5.2), because a server
with a library's costs would be the limit instead of the generators.
"""

import asyncio
import base64
import hashlib
import mmap
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import grpc
import grpc.aio

from benchmarks.harness.serving import serve_on
from loadr_core.worker.tuning import loop_factory

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
"""RFC 6455, 1.3: what the key of a handshake is hashed with."""
TEXT, CLOSE = 0x81, 0x88
HEAD_BYTES = 6
MASKED, LONGEST = 0x80, 125

Counter = memoryview


class Lines(asyncio.Protocol):
    """One TCP connection; an answer for each line, sent in one write."""

    def __init__(self, count: Counter) -> None:
        self._count = count
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Answer on it."""
        self._transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        """Send back what came."""
        self._count[0] += data.count(b"\n")
        self._transport.write(data)


class Frames(Lines):
    """One WebSocket session."""

    def __init__(self, count: Counter) -> None:
        super().__init__(count)
        self._rest = b""
        self._open = False

    def data_received(self, data: bytes) -> None:
        """Answer the handshake, then every text frame by the same text, and a closing by a closing."""
        data = self._rest + data
        if not self._open:
            head, end, data = data.partition(b"\r\n\r\n")
            if not end:
                self._rest = head
                return
            self._transport.write(accepted(head))
            self._open = True
        answers = []
        while len(data) >= HEAD_BYTES:
            length = data[1] - MASKED
            if not 0 <= length <= LONGEST or data[0] not in {TEXT, CLOSE}:
                self._transport.abort()
                return
            end_at = HEAD_BYTES + length
            if len(data) < end_at:
                break
            mask = (data[2:HEAD_BYTES] * (length // 4 + 1))[:length]
            clear = int.from_bytes(data[HEAD_BYTES:end_at]) ^ int.from_bytes(mask)
            answers.append(bytes((data[0], length)) + clear.to_bytes(length))
            self._count[0] += data[0] == TEXT
            data = data[end_at:]
        self._rest = data
        if answers:
            self._transport.write(b"".join(answers))


def accepted(head: bytes) -> bytes:
    """The response to the head of a handshake."""
    fields = dict(line.partition(b":")[::2] for line in head.split(b"\r\n")[1:])
    key = next(value.strip() for name, value in fields.items() if name.lower() == b"sec-websocket-key")
    accept = base64.b64encode(hashlib.sha1(key + GUID, usedforsecurity=False).digest())
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
    )


async def serve_sockets(protocol: Callable[[], Lines]) -> tuple[int, object]:
    """Listen; the port, and what must be kept."""
    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0, backlog=1024)
    return server.sockets[0].getsockname()[1], server


async def serve_grpc(count: Counter) -> tuple[int, object]:
    """Serve `bench.Echo/Call`, whose answer is the message that was sent, taken as bytes."""

    async def call(message: bytes, _context: object) -> bytes:
        count[0] += 1
        return message

    server = grpc.aio.server()
    handlers = {"Call": grpc.unary_unary_rpc_method_handler(call)}
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("bench.Echo", handlers),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    return port, server


async def serve(kind: str, count: Counter) -> None:
    """Serve until SIGTERM."""
    kinds: dict[str, Callable[[], Awaitable[tuple[int, object]]]] = {
        "websocket": lambda: serve_sockets(lambda: Frames(count)),
        "tcp": lambda: serve_sockets(lambda: Lines(count)),
        "grpc": lambda: serve_grpc(count),
    }
    port, kept = await kinds[kind]()
    await serve_on(port)
    del kept


if __name__ == "__main__":
    path = Path(sys.argv[2])
    path.write_bytes(bytes(8))
    with path.open("r+b") as file, asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(serve(sys.argv[1], memoryview(mmap.mmap(file.fileno(), 8)).cast("Q")))
