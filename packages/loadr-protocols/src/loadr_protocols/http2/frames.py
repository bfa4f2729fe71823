"""Frames: octets to frames and back (RFC 9113, sections 4 and 6).

frame = length(24) type(8) flags(8) stream(32, the first bit reserved) payload(length octets)
"""

import struct
from typing import Final

DATA: Final = 0x0
HEADERS: Final = 0x1
PRIORITY: Final = 0x2
RST_STREAM: Final = 0x3
SETTINGS: Final = 0x4
PUSH_PROMISE: Final = 0x5
PING: Final = 0x6
GOAWAY: Final = 0x7
WINDOW_UPDATE: Final = 0x8
CONTINUATION: Final = 0x9

END_STREAM: Final = 0x1
ACK: Final = 0x1
END_HEADERS: Final = 0x4
PADDED: Final = 0x8
WITH_PRIORITY: Final = 0x20

PREFACE: Final = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
"""What a client sends before its first frame."""

HEADER: Final = 9
"""Octets before a payload."""

Frame = tuple[int, int, int, bytes]
"""Type, flags, stream, payload."""

_HEADER: Final = struct.Struct(">HBBBI")
_UINT32: Final = struct.Struct(">I")


def encode_frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    """A frame's octets."""
    length = len(payload)
    return _HEADER.pack(length >> 8, length & 0xFF, kind, flags, stream) + payload


def encode_window_update(stream: int, octets: int) -> bytes:
    """Let the peer send more."""
    return encode_frame(WINDOW_UPDATE, 0, stream, _UINT32.pack(octets))


def encode_reset(stream: int, code: int) -> bytes:
    """End a stream."""
    return encode_frame(RST_STREAM, 0, stream, _UINT32.pack(code))


def encode_goaway(code: int, reason: str) -> bytes:
    """End the connection. No stream of the server was ever accepted, so the last one is 0."""
    return encode_frame(GOAWAY, 0, 0, struct.pack(">II", 0, code) + reason.encode())


def encode_headers(stream: int, block: bytes, largest: int, *, ended: bool) -> bytes:
    """HEADERS, and CONTINUATION where the block is longer than a frame may be."""
    flags = END_STREAM if ended else 0
    length = len(block)
    if length <= largest:
        return _HEADER.pack(length >> 8, length & 0xFF, HEADERS, flags | END_HEADERS, stream) + block
    parts = [encode_frame(HEADERS, flags, stream, block[:largest])]
    for at in range(largest, len(block), largest):
        last = END_HEADERS if at + largest >= len(block) else 0
        parts.append(encode_frame(CONTINUATION, last, stream, block[at : at + largest]))
    return b"".join(parts)


class FrameReader:
    """Finds one frame after the other in a stream of octets. Holds at most one frame that is not complete.

    Attributes:
        refused: the header of a frame that is longer than is accepted; nothing is found behind it.
    """

    __slots__ = ("_largest", "_missing", "_pending", "refused")

    def __init__(self, largest: int) -> None:
        """Make a reader.

        Args:
            largest: the longest payload.
        """
        self._largest = largest
        self._pending = bytearray()
        self._missing = HEADER
        self.refused = b""

    def feed(self, received: bytes) -> list[Frame]:
        """Take octets; the frames that they complete."""
        pending = self._pending
        if pending:
            pending += received
            # Looked at again only when it can be complete: a frame that trickles in must not cost its square.
            if len(pending) < self._missing:
                return []
            received = bytes(pending)
            pending.clear()
        frames: list[Frame] = []
        at = 0
        end = len(received)
        unpack = _HEADER.unpack_from
        while at + HEADER <= end:
            high, low, kind, flags, stream = unpack(received, at)
            length = high << 8 | low
            if length > self._largest:
                self.refused = received[at : at + HEADER]
                return frames
            stop = at + HEADER + length
            if stop > end:
                self._missing = HEADER + length
                pending += received[at:]
                return frames
            frames.append((kind, flags, stream & 0x7FFFFFFF, received[at + HEADER : stop]))
            at = stop
        if at < end:
            self._missing = HEADER
            pending += received[at:]
        return frames
