"""The target's line service, for plain TCP: on the port of HTTP, told apart by its first bytes.

PING        PONG
ECHO text   text
QUIT        BYE, and the connection is closed
others      ERR unknown command
"""

import asyncio
import re
from collections.abc import Callable

from loadr_testing.demo_target._service import Service

_LONGEST_LINE = 65_536
# A method of HTTP may have any name; a request line says its version.
_FIRST_LINE = re.compile(rb"(?:PING|QUIT|ECHO [^\r\n]*(?<! HTTP/1\.[01]))\r?\n")


def is_line(data: bytes) -> bool:
    """Whether a connection's first bytes are a command and no request."""
    return _FIRST_LINE.match(data) is not None


def answer(command: bytes) -> bytes:
    """What a command gets, without the end of the line."""
    name, _, text = command.partition(b" ")
    match name:
        case b"PING":
            return b"PONG"
        case b"ECHO":
            return text
        case b"QUIT":
            return b"BYE"
        case _:
            return b"ERR unknown command"


class LineConnection(Service):
    """A client of the line service."""

    def __init__(self, transport: asyncio.Transport, closed: Callable[[], None]) -> None:
        super().__init__(transport, closed)
        self._rest = b""

    def data_received(self, data: bytes) -> None:
        """Answer all lines that are whole."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        answers = []
        for line in lines:
            command = line.rstrip(b"\r")
            answers.append(answer(command) + b"\r\n")
            if command == b"QUIT":
                self._transport.writelines(answers)
                self._transport.close()
                return
        self._transport.writelines(answers)
        if len(self._rest) > _LONGEST_LINE:
            self._transport.abort()


class EchoDatagrams(asyncio.DatagramProtocol):
    """The target's UDP service: every datagram is sent back."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the socket."""
        assert hasattr(transport, "sendto")
        self._send = transport.sendto

    def datagram_received(self, data: bytes, addr: object) -> None:
        """Send it back."""
        self._send(data, addr)
