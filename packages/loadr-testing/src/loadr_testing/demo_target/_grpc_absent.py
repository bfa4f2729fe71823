"""What a client of gRPC hears where gRPC is not installed beside the target: each call ends with what to install.

Just as much of HTTP/2 as that takes: frames are walked over, and each stream that opens gets trailers and nothing else.

    frame = length(24) type(8) flags(8) stream(32) payload

Sources: RFC 9113, section 4.1; RFC 7541, section 6; "gRPC over HTTP2", Trailers-Only.
"""

from struct import Struct
from typing import Final

from loadr_testing.demo_target._service import Service

INSTALL: Final = "gRPC is not installed beside the demo target: pip install 'loadr-testing[grpc]'"
"""What every call is told; it fits into one octet of length, and has no character that gRPC escapes."""

_PREFACE_LENGTH: Final = 24
_HEAD: Final = Struct(">HBBBL")
_HEADERS, _SETTINGS, _PING = 1, 4, 6
_ACK, _ENDS = 0x1, 0x5  # END_STREAM and END_HEADERS
_UNIMPLEMENTED: Final = b"12"


def _frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    return _HEAD.pack(len(payload) >> 8, len(payload) & 0xFF, kind, flags, stream) + payload


def _field(name: bytes, value: bytes) -> bytes:
    """A field that no table knows (RFC 7541, section 6.2.2); both shorter than 127 bytes."""
    return bytes([0, len(name)]) + name + bytes([len(value)]) + value


_STATUS_200: Final = b"\x88"  # number 8 of the static table
_REFUSAL: Final = (
    _STATUS_200
    + _field(b"content-type", b"application/grpc")
    + _field(b"grpc-status", _UNIMPLEMENTED)
    + _field(b"grpc-message", INSTALL.encode("ascii"))
)


class AbsentGrpc(Service):
    """A client of gRPC that is told what to install."""

    _rest = b""
    _skipped = 0

    def data_received(self, data: bytes) -> None:
        """Take frames; refuse the calls that they open."""
        data = self._rest + data
        answers = []
        at = 0
        if not self._skipped:
            if len(data) < _PREFACE_LENGTH:
                self._rest = data
                return
            self._skipped = at = _PREFACE_LENGTH
            answers.append(_frame(_SETTINGS, 0, 0, b""))
        while len(data) - at >= _HEAD.size:
            high, low, kind, flags, stream = _HEAD.unpack_from(data, at)
            end = at + _HEAD.size + (high << 8 | low)
            if len(data) < end:
                break
            payload = data[at + _HEAD.size : end]
            at = end
            if kind == _HEADERS:
                answers.append(_frame(_HEADERS, _ENDS, stream, _REFUSAL))
            elif kind in {_SETTINGS, _PING} and not flags & _ACK:
                answers.append(_frame(kind, _ACK, 0, payload if kind == _PING else b""))
        self._rest = data[at:]
        self._transport.write(b"".join(answers))
