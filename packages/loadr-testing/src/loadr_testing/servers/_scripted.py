"""A server that plays scripts."""

import asyncio
import socket
import ssl
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from loadr_testing.servers._actions import (
    Action,
    Close,
    HalfClose,
    Pause,
    ReadBytes,
    ReadHead,
    ReadRequest,
    Reset,
    Send,
    SendInPieces,
    Stall,
)
from loadr_testing.servers._loopback import READ_AHEAD, LoopbackServer

Script: TypeAlias = Sequence[Action]

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """What one reading action read.

    Args:
        connection: 0 for the first connection accepted.
        head: Up to and including the empty line; everything, for `ReadBytes`.
        body: As it came, with its transfer coding.
    """

    connection: int
    head: bytes
    body: bytes = b""


class ScriptedServer(LoopbackServer):
    """A real server on loopback; each connection plays a script of actions.

    The first connection plays the first script, and so on; the last script serves all further
    connections. At a script's end the connection is closed. A client that leaves in the middle of a
    script ends it without an error and is counted in `left_early`. A script that cannot be played (a head
    longer than `read_ahead`, say) is raised when the context ends.

    Args:
        scripts: At least one.
        host: Address to listen on.
        ssl_context: Speaks TLS with it.
        send_buffer: Size of the connections' send buffer in bytes, to be small when a test wants a
            server that notices a slow reader; `None` leaves the system's.
        read_ahead: Bytes that are taken from the system before an action asks for them (up to twice
            as many), and the longest head; to be small when a test wants a client that notices a
            slow server.
    """

    def __init__(
        self,
        *scripts: Script,
        host: str = "127.0.0.1",
        ssl_context: ssl.SSLContext | None = None,
        send_buffer: int | None = None,
        read_ahead: int = READ_AHEAD,
    ) -> None:
        if not scripts:
            raise ValueError("a scripted server needs at least one script")
        super().__init__(host=host, ssl_context=ssl_context, read_ahead=read_ahead)
        self._scripts = scripts
        self._send_buffer = send_buffer
        self.left_early = 0
        self.requests: list[RecordedRequest] = []

    def __repr__(self) -> str:
        return f"{super().__repr__()[:-1]}, {len(self.requests)} requests>"

    async def serve(
        self, connection: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Play the connection's script."""
        if self._send_buffer is not None:
            sock = writer.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, self._send_buffer)
        try:
            for action in self._scripts[min(connection, len(self._scripts) - 1)]:
                await self._perform(action, connection, reader, writer)
            writer.close()
            await writer.wait_closed()
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            self.left_early += 1
        finally:
            writer.transport.abort()  # whatever happened, the client must not wait for more

    async def _perform(
        self, action: Action, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        match action:
            case ReadHead():
                self.requests.append(RecordedRequest(number, await reader.readuntil(b"\r\n\r\n")))
            case ReadRequest():
                head = await reader.readuntil(b"\r\n\r\n")
                self.requests.append(RecordedRequest(number, head, await _read_body(head, reader)))
            case ReadBytes(count):
                self.requests.append(RecordedRequest(number, await reader.readexactly(count)))
            case Send(data):
                writer.write(data)
                await writer.drain()
            case SendInPieces(data, size, interval):
                for start in range(0, len(data), size):
                    writer.write(data[start : start + size])
                    await writer.drain()
                    await asyncio.sleep(interval)
            case Pause(gate):
                await gate.passage()
            case Stall():
                while await reader.read(65_536):
                    pass
            case HalfClose():
                writer.write_eof()
            case Close():
                writer.close()
                await writer.wait_closed()
            case Reset():
                connection = writer.get_extra_info("socket")
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
                writer.transport.abort()


async def _read_body(head: bytes, reader: asyncio.StreamReader) -> bytes:
    """Read the body that a head announces, as it comes (RFC 9112, 6.3)."""
    headers = {
        name.strip().lower(): value.strip().lower()
        for name, _, value in (line.partition(b":") for line in head.split(b"\r\n")[1:])
    }
    if headers.get(b"transfer-encoding") != b"chunked":
        return await reader.readexactly(int(headers.get(b"content-length", b"0")))
    body = b""
    while True:
        size_line = await reader.readuntil(b"\r\n")
        size = int(size_line.partition(b";")[0], 16)
        if size:
            body += size_line + await reader.readexactly(size + 2)
            continue
        body += size_line
        while (trailer := await reader.readuntil(b"\r\n")) != b"\r\n":
            body += trailer
        return body + trailer
