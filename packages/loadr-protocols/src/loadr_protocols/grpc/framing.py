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
    messages = []
    at = 0
    while at < len(body):
        begin = at + _PREFIX.size
        if len(body) < begin:
            raise FramingError("the body ends inside the prefix of a message")
        compressed, length = _PREFIX.unpack_from(body, at)
        at = begin + length
        if len(body) < at:
            raise FramingError(f"the body ends inside a message of {length} bytes")
        octets = body[begin:at]
        if compressed not in {0, 1}:
            raise FramingError(f"a message has the unknown flag {compressed}")
        messages.append(_decompressed(octets, coding, limit) if compressed else octets)
    return messages


def _decompressed(octets: bytes, coding: str | None, limit: int) -> bytes:
    if coding != "gzip":
        raise FramingError(f"a message is compressed with {coding or 'nothing that was named'}")
    decompressor = zlib.decompressobj(wbits=31)
    try:
        message = decompressor.decompress(octets, limit + 1)
    except zlib.error as error:
        raise FramingError(f"a compressed message is damaged: {error}") from error
    if len(message) > limit:
        raise FramingError(f"a message is longer than max_response_size, {limit:,} bytes")
    if not decompressor.eof:
        raise FramingError("a compressed message is damaged: it has no end")
    return message


class MessageTooLong(FramingError):
    """A message is longer than what may come.

    Attributes:
        length: its bytes, as far as they are known.
        limit: the most that may come.
    """

    def __init__(self, length: int, limit: int) -> None:
        super().__init__(f"a message of {length:,} bytes is longer than {limit:,} bytes")
        self.length = length
        self.limit = limit


class MessageReader:
    """Messages of a body that comes in parts.

    Attributes:
        coding: the value of grpc-encoding, once the head has come.
    """

    __slots__ = ("_kept", "_limit", "coding")

    def __init__(self, limit: int) -> None:
        """Begin; `limit` is the most bytes of one message, decompressed."""
        self._limit = limit
        self._kept = b""
        self.coding: str | None = None

    @property
    def is_between(self) -> bool:
        """Whether nothing of a further message has come: the body may end here."""
        return not self._kept

    def feed(self, data: bytes) -> list[bytes]:
        """The messages that are whole now.

        Raises:
            FramingError: the body is no sequence of messages.
        """
        body = self._kept + data if self._kept else data
        messages: list[bytes] = []
        at = 0
        while len(body) - at >= _PREFIX.size:
            compressed, length = _PREFIX.unpack_from(body, at)
            if compressed not in {0, 1}:
                raise FramingError(f"a message has the unknown flag {compressed}")
            if length > self._limit:
                raise MessageTooLong(length, self._limit)
            begin = at + _PREFIX.size
            if len(body) - begin < length:
                break
            at = begin + length
            octets = body[begin:at]
            messages.append(_decompressed(octets, self.coding, self._limit) if compressed else octets)
        self._kept = body[at:]
        return messages
