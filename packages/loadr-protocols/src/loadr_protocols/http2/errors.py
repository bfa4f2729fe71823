"""What can go wrong in HTTP/2, without the network: the codes of the protocol and the types.

HttpError                  (loadr_protocols.http.errors)
├── FieldError
│   ├── CompressionError   a field block that cannot be decoded: the connection is lost with it
│   ├── MalformedFields    a field section that is no response: its stream ends
│   └── FieldsTooLarge     a field section larger than is accepted: its stream ends
└── PeerError              the peer broke a rule; becomes an event, never leaves the codec
    ├── StreamBroken       ... of one stream
    └── ConnectionBroken   ... of the connection
"""

from enum import IntEnum

from loadr_protocols.http.errors import HttpError


class ErrorCode(IntEnum):
    """Why a stream or a connection ends (RFC 9113, section 7)."""

    NO_ERROR = 0x0
    PROTOCOL_ERROR = 0x1
    INTERNAL_ERROR = 0x2
    FLOW_CONTROL_ERROR = 0x3
    SETTINGS_TIMEOUT = 0x4
    STREAM_CLOSED = 0x5
    FRAME_SIZE_ERROR = 0x6
    REFUSED_STREAM = 0x7
    CANCEL = 0x8
    COMPRESSION_ERROR = 0x9
    CONNECT_ERROR = 0xA
    ENHANCE_YOUR_CALM = 0xB
    INADEQUATE_SECURITY = 0xC
    HTTP_1_1_REQUIRED = 0xD


def code_name(code: int) -> str:
    """A code in words; unknown ones are legal and keep their number."""
    try:
        return ErrorCode(code).name
    except ValueError:
        return f"code {code:#x}"


class FieldError(HttpError):
    """A field block or section is not acceptable; the message says why."""


class CompressionError(FieldError):
    """A field block is no HPACK; decoder and encoder no longer agree about the table."""


class MalformedFields(FieldError):
    """The fields were decoded and are no response that RFC 9113, section 8, allows."""


class FieldsTooLarge(FieldError):
    """The fields were decoded and are larger than is accepted."""


class PeerError(HttpError):
    """The peer broke a rule.

    Attributes:
        code: what it is told.
        reason: what it did, for people; a predicate such as `sent a PING of 7 octets`.
    """

    def __init__(self, code: ErrorCode, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class StreamBroken(PeerError):
    """One stream cannot go on (RFC 9113, section 5.4.2)."""


class ConnectionBroken(PeerError):
    """The connection cannot go on (RFC 9113, section 5.4.1)."""
