"""Messages of a server, put together from frames; no socket here."""

from typing import NamedTuple

from loadr_protocols.ws.deflate import Deflate
from loadr_protocols.ws.frames import BINARY, CLOSE, CONTINUATION, PING, TEXT, Frame, FrameReader, WsError

NO_STATUS = 1005
"""The code of a close frame without one (RFC 6455, section 7.1.5)."""


_SHORT = 125
# The first byte of a message in one frame, which is not compressed.
_WHOLE = frozenset({0x80 | TEXT, 0x80 | BINARY})


class Message(NamedTuple):
    """A whole message.

    Attributes:
        data: text as UTF-8, or any bytes.
        is_text: which of both.
    """

    data: bytes
    is_text: bool


class Ping(NamedTuple):
    """A question that is to be answered with the same payload."""

    payload: bytes


class Pong(NamedTuple):
    """An answer to a ping, or a heartbeat."""

    payload: bytes


class Closing(NamedTuple):
    """The server closes.

    Attributes:
        code: why; `NO_STATUS` where it does not say.
        reason: for people, often empty.
    """

    code: int
    reason: str


Incoming = Message | Ping | Pong | Closing


class MessageReader:
    """Makes messages and control frames of bytes, in their order."""

    __slots__ = ("_compressed", "_deflate", "_frames", "_limit", "_opcode", "_parts", "_size")

    def __init__(self, limit: int, deflate: Deflate | None = None) -> None:
        """Wait for a message.

        Args:
            limit: the most bytes of one.
            deflate: decompresses, where that was agreed on.
        """
        self._limit = limit
        self._deflate = deflate
        self._frames = FrameReader(limit)
        self._opcode = 0
        self._compressed = False
        self._parts: list[bytes] = []
        self._size = 0

    def feed(self, received: bytes) -> list[Incoming]:
        """Take bytes; what they complete.

        Raises:
            WsError: the server broke the protocol, or a message is too long.
        """
        # The commonest by far: one whole short message, and nothing before it or behind it.
        length = len(received) - 2
        if (
            0 <= length <= _SHORT
            and received[1] == length
            and received[0] in _WHOLE
            and not self._opcode
            and length <= self._limit
            and self._frames.is_idle
        ):
            return [self._message(received[0] & 0xF, received[2:], compressed=False)]
        return [item for frame in self._frames.feed(received) if (item := self._take(frame)) is not None]

    def _take(self, frame: Frame) -> Incoming | None:
        opcode = frame.opcode
        if opcode in {TEXT, BINARY}:
            if self._opcode:
                raise WsError(1002, "a message begins inside another one")
            if frame.compressed and self._deflate is None:
                raise WsError(1002, "a message is compressed, which was not agreed on")
            if frame.final:
                return self._message(opcode, frame.payload, compressed=frame.compressed)
            self._opcode, self._compressed = opcode, frame.compressed
            self._keep(frame.payload)
            return None
        if frame.compressed:
            raise WsError(1002, "a frame that does not begin a message is marked as compressed")
        if opcode == CONTINUATION:
            return self._continue(frame)
        if opcode == CLOSE:
            return _closing(frame.payload)
        return Ping(frame.payload) if opcode == PING else Pong(frame.payload)

    def _continue(self, frame: Frame) -> Message | None:
        if not self._opcode:
            raise WsError(1002, "a continuation has no message to continue")
        self._keep(frame.payload)
        if not frame.final:
            return None
        data = b"".join(self._parts)
        opcode, self._opcode = self._opcode, 0
        self._parts.clear()
        self._size = 0
        return self._message(opcode, data, compressed=self._compressed)

    def _keep(self, payload: bytes) -> None:
        self._size += len(payload)
        if self._size > self._limit:
            raise WsError(1009, f"a message is longer than max_response_size, {self._limit:,} bytes")
        self._parts.append(payload)

    def _message(self, opcode: int, data: bytes, *, compressed: bool) -> Message:
        if compressed and self._deflate is not None:
            data = self._deflate.decompress(data)
        if opcode == TEXT and not data.isascii():
            _check_utf8(data)
        return Message(data, opcode == TEXT)


def _check_utf8(data: bytes) -> None:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        raise WsError(1007, "a text message is not UTF-8") from error


def _closing(payload: bytes) -> Closing:
    if not payload:
        return Closing(NO_STATUS, "")
    code = int.from_bytes(payload[:2], "big")
    if len(payload) < 2 or not may_be_sent(code):
        raise WsError(1002, "a close frame has a code that may not be sent")
    _check_utf8(payload[2:])
    return Closing(code, payload[2:].decode())


def may_be_sent(code: int) -> bool:
    """Whether a code may stand in a close frame (RFC 6455, section 7.4)."""
    return code in {1000, 1001, 1002, 1003} or 1007 <= code <= 1014 or 3000 <= code <= 4999
