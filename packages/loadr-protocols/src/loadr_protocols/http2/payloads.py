"""What is inside of frames, checked (RFC 9113, section 6)."""

import struct

from loadr_protocols.http2.errors import ConnectionBroken, ErrorCode, StreamBroken
from loadr_protocols.http2.frames import PADDED, WITH_PRIORITY

_LONGEST_REASON = 120


def unpadded(flags: int, payload: bytes) -> bytes:
    """A payload without its padding."""
    if not flags & PADDED:
        return payload
    if not payload or payload[0] >= len(payload):
        raise ConnectionBroken(
            ErrorCode.PROTOCOL_ERROR, "sent a frame with more padding than it has room for"
        )
    return payload[1 : len(payload) - payload[0]]


def block_of(flags: int, payload: bytes) -> bytes:
    """The beginning of a field block in a HEADERS frame; its priority says nothing to a client."""
    block = unpadded(flags, payload)
    if not flags & WITH_PRIORITY:
        return block
    if len(block) < 5:
        raise ConnectionBroken(ErrorCode.FRAME_SIZE_ERROR, "sent HEADERS that end inside of their priority")
    return block[5:]


def code_of(payload: bytes) -> int:
    """The code of a RST_STREAM frame."""
    if len(payload) != 4:
        raise ConnectionBroken(ErrorCode.FRAME_SIZE_ERROR, f"sent a RST_STREAM of {len(payload)} octets")
    return int.from_bytes(payload, "big")


def increment_of(number: int, payload: bytes) -> int:
    """The octets of a WINDOW_UPDATE frame."""
    if len(payload) != 4:
        raise ConnectionBroken(ErrorCode.FRAME_SIZE_ERROR, f"sent a WINDOW_UPDATE of {len(payload)} octets")
    increment = int.from_bytes(payload, "big") & 0x7FFFFFFF
    if not increment:
        broken = StreamBroken if number else ConnectionBroken
        raise broken(ErrorCode.PROTOCOL_ERROR, "sent a WINDOW_UPDATE of nothing")
    return increment


def check_ping(number: int, payload: bytes) -> None:
    """Whether a PING frame is one."""
    if number:
        raise ConnectionBroken(ErrorCode.PROTOCOL_ERROR, "sent a PING on a stream")
    if len(payload) != 8:
        raise ConnectionBroken(ErrorCode.FRAME_SIZE_ERROR, f"sent a PING of {len(payload)} octets")


def check_settings(number: int, payload: bytes, *, acknowledged: bool) -> None:
    """Whether a SETTINGS frame is one."""
    if number:
        raise ConnectionBroken(ErrorCode.PROTOCOL_ERROR, "sent SETTINGS on a stream")
    if len(payload) % 6 or (acknowledged and payload):
        raise ConnectionBroken(ErrorCode.FRAME_SIZE_ERROR, f"sent SETTINGS of {len(payload)} octets")


def goodbye_of(number: int, payload: bytes) -> tuple[int, int, str]:
    """The last stream served, the code and the reason, for people, of a GOAWAY frame."""
    if number:
        raise ConnectionBroken(ErrorCode.PROTOCOL_ERROR, "sent GOAWAY on a stream")
    if len(payload) < 8:
        raise ConnectionBroken(ErrorCode.FRAME_SIZE_ERROR, f"sent GOAWAY of {len(payload)} octets")
    last, code = struct.unpack_from(">II", payload)
    reason = payload[8 : 8 + _LONGEST_REASON].decode("utf-8", "replace")
    return last & 0x7FFFFFFF, code, "".join(char if char.isprintable() else "?" for char in reason)
