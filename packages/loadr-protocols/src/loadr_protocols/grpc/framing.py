"""Messages in the body of a call; no socket here.

    body    = *message
    message = compressed-flag length octets        ; 1 byte, 4 bytes big-endian, so many bytes

Source: "gRPC over HTTP2", Length-Prefixed-Message.
"""

import gzip
import zlib
from struct import Struct
from typing import Final

_PREFIX: Final = Struct(">BI")


class FramingError(Exception):
    """A body is no sequence of messages; the message says why."""


class MessageTooLong(FramingError):
    """A message is longer than what may come.

    Attributes:
        length: its bytes, as far as they are known.
        limit: the most that may come.
    """

    def __init__(self, length: int, limit: int) -> None:
        super().__init__(f"a message is longer than max_response_size, {limit:,} bytes")
        self.length = length
        self.limit = limit


def encode_message(octets: bytes, *, compress: bool = False) -> bytes:
    """One message with its prefix, compressed with gzip where that is asked for."""
    if compress:
        octets = gzip.compress(octets, mtime=0)
    return _PREFIX.pack(compress, len(octets)) + octets


def decode_messages(body: bytes, coding: str | None, limit: int) -> list[bytes]:
    """All messages of a body.

    Args:
        body: whole.
        coding: the value of grpc-encoding, or `None`.
        limit: the most bytes of one message, decompressed.

    Raises:
        FramingError: it cannot be read.
    """
    messages, rest, awaited = _whole_messages(body, coding, limit)
    if rest:
        length = awaited - _PREFIX.size
        part = f"a message of {length} bytes" if length else "the prefix of a message"
        raise FramingError(f"the body ends inside {part}")
    return messages


def _whole_messages(body: bytes, coding: str | None, limit: int) -> tuple[list[bytes], bytes, int]:
    """The messages that are whole, the bytes behind them, and how many of those the next step needs."""
    messages: list[bytes] = []
    at = 0
    awaited = _PREFIX.size
    while len(body) - at >= _PREFIX.size:
        compressed, length = _PREFIX.unpack_from(body, at)
        if compressed not in {0, 1}:
            raise FramingError(f"a message has the unknown flag {compressed}")
        if length > limit:
            raise MessageTooLong(length, limit)
        begin = at + _PREFIX.size
        if len(body) - begin < length:
            awaited += length
            break
        at = begin + length
        octets = body[begin:at]
        messages.append(_decompressed(octets, coding, limit) if compressed else octets)
    return messages, body[at:], awaited


def _decompressed(octets: bytes, coding: str | None, limit: int) -> bytes:
    if coding != "gzip":
        raise FramingError(f"a message is compressed with {coding or 'nothing that was named'}")
    decompressor = zlib.decompressobj(wbits=31)
    try:
        message = decompressor.decompress(octets, limit + 1)
    except zlib.error as error:
        raise FramingError(f"a compressed message is damaged: {error}") from error
    if len(message) > limit:
        raise MessageTooLong(len(message), limit)
    if not decompressor.eof:
        raise FramingError("a compressed message is damaged: it has no end")
    return message


class MessageReader:
    """Messages of a body that comes in parts.

    Attributes:
        coding: the value of grpc-encoding, once the head has come.
    """

    __slots__ = ("_awaited", "_kept", "_limit", "_size", "coding")

    def __init__(self, limit: int) -> None:
        """Begin; `limit` is the most bytes of one message, decompressed."""
        self._limit = limit
        # Joined once a message is whole: a long one comes in hundreds of parts.
        self._kept: list[bytes] = []
        self._size = 0
        self._awaited = 0
        self.coding: str | None = None

    @property
    def is_between(self) -> bool:
        """Whether nothing of a further message has come: the body may end here."""
        return not self._size

    def feed(self, data: bytes) -> list[bytes]:
        """The messages that are whole now.

        Raises:
            FramingError: the body is no sequence of messages.
        """
        self._kept.append(data)
        self._size += len(data)
        if self._size < self._awaited:
            return []
        messages, rest, self._awaited = _whole_messages(b"".join(self._kept), self.coding, self._limit)
        self._kept = [rest] if rest else []
        self._size = len(rest)
        return messages
