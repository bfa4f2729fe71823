"""Messages on a byte stream: a length of four bytes, big endian, then a pickle.

Both ends are processes of one user and one version; nothing from outside ever comes this way.
"""

import pickle
import struct
from typing import Any, Final, Protocol

HEADER: Final = struct.Struct("!I")


class ByteReader(Protocol):
    """A blocking stream of bytes."""

    def read(self, size: int, /) -> bytes | None:
        """At most `size` bytes; empty at the end."""
        ...


def encode(message: Any) -> bytes:
    """A message as one frame."""
    payload = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    return HEADER.pack(len(payload)) + payload


def decode(payload: bytes) -> Any:
    """The message of a frame's payload."""
    return pickle.loads(payload)  # noqa: S301 - from our own process


def read_message(stream: ByteReader) -> Any:
    """The next message of a blocking stream; `None` at its end."""
    header = _read_exactly(stream, HEADER.size)
    if header is None:
        return None
    payload = _read_exactly(stream, HEADER.unpack(header)[0])
    return None if payload is None else decode(payload)


def _read_exactly(stream: ByteReader, size: int) -> bytes | None:
    data = bytearray()
    while len(data) < size:
        piece = stream.read(size - len(data))
        if not piece:
            return None
        data += piece
    return bytes(data)
