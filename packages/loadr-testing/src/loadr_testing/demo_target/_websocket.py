"""The target's WebSocket service: every message is sent back; `/ws` on the port of HTTP."""

import asyncio
import re
from collections.abc import Callable

from websockets.exceptions import InvalidState
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.server import ServerProtocol

from loadr_testing.demo_target._service import Service

_HANDSHAKE = re.compile(rb"GET /ws[ ?](?s:.*)\r\nupgrade: *websocket", re.IGNORECASE)
_LONGEST_MESSAGE = 1 << 20


def is_handshake(data: bytes) -> bool:
    """Whether a connection's first bytes ask for the WebSocket service."""
    return data.startswith(b"GET /ws") and _HANDSHAKE.match(data) is not None


class EchoSession(Service):
    """A client of the WebSocket service."""

    def __init__(self, transport: asyncio.Transport, closed: Callable[[], None]) -> None:
        super().__init__(transport, closed)
        self._protocol = ServerProtocol(
            extensions=[ServerPerMessageDeflateFactory()],
            subprotocols=None,
            max_size=_LONGEST_MESSAGE,
        )

    def data_received(self, data: bytes) -> None:
        """Take bytes, the handshake's first; send back what they complete."""
        self._protocol.receive_data(data)
        for event in self._protocol.events_received():
            if isinstance(event, Request):
                self._protocol.send_response(self._protocol.accept(event))
            elif isinstance(event, Frame):
                self._send_back(event)
        self._flush()

    def eof_received(self) -> None:
        """The client sends no more."""
        self._protocol.receive_eof()
        self._flush()

    def _send_back(self, frame: Frame) -> None:
        try:
            match frame.opcode:
                case Opcode.TEXT:
                    self._protocol.send_text(frame.data, fin=frame.fin)
                case Opcode.BINARY:
                    self._protocol.send_binary(frame.data, fin=frame.fin)
                case Opcode.CONT:
                    self._protocol.send_continuation(frame.data, fin=frame.fin)
        except InvalidState:
            return  # it is closing already

    def _flush(self) -> None:
        for octets in self._protocol.data_to_send():
            if octets:
                self._transport.write(octets)
            else:
                self._transport.close()
