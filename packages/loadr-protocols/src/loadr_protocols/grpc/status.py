"""How a call ended. Source: "gRPC over HTTP2", "Statuses and their use in gRPC", "HTTP to gRPC status code mapping"."""

from collections.abc import Mapping
from enum import IntEnum
from typing import Final, NamedTuple
from urllib.parse import unquote

from loadr_core.spi import CallEnd
from loadr_protocols.http2.errors import ErrorCode


class Code(IntEnum):
    """The status codes of gRPC."""

    OK = 0
    CANCELLED = 1
    UNKNOWN = 2
    INVALID_ARGUMENT = 3
    DEADLINE_EXCEEDED = 4
    NOT_FOUND = 5
    ALREADY_EXISTS = 6
    PERMISSION_DENIED = 7
    RESOURCE_EXHAUSTED = 8
    FAILED_PRECONDITION = 9
    ABORTED = 10
    OUT_OF_RANGE = 11
    UNIMPLEMENTED = 12
    INTERNAL = 13
    UNAVAILABLE = 14
    DATA_LOSS = 15
    UNAUTHENTICATED = 16


_OF_HTTP: Final = {
    400: Code.INTERNAL,
    401: Code.UNAUTHENTICATED,
    403: Code.PERMISSION_DENIED,
    404: Code.UNIMPLEMENTED,
    429: Code.UNAVAILABLE,
    502: Code.UNAVAILABLE,
    503: Code.UNAVAILABLE,
    504: Code.UNAVAILABLE,
}


_OF_RESETS: Final[dict[int, Code]] = {
    ErrorCode.FLOW_CONTROL_ERROR: Code.RESOURCE_EXHAUSTED,
    ErrorCode.REFUSED_STREAM: Code.UNAVAILABLE,
    ErrorCode.CANCEL: Code.CANCELLED,
    ErrorCode.ENHANCE_YOUR_CALM: Code.RESOURCE_EXHAUSTED,
    ErrorCode.INADEQUATE_SECURITY: Code.PERMISSION_DENIED,
}


class Ending(NamedTuple):
    """How a call ended.

    Attributes:
        code: of gRPC.
        message: of the server, for people; often empty.
        is_told: whether the server has said it in gRPC's own words.
    """

    code: int
    message: str
    is_told: bool = True


def ending_of(http_status: int, headers: Mapping[str, str], trailers: Mapping[str, str]) -> Ending:
    """How a call ended, by its response: trailers come first, a response without a body has only headers."""
    fields = trailers if "grpc-status" in trailers else headers
    code = fields.get("grpc-status")
    if code is not None and code.isdigit() and len(code) < 4:
        return Ending(int(code), unquote(fields.get("grpc-message", "")))
    if http_status != 200:
        return Ending(_OF_HTTP.get(http_status, Code.UNKNOWN), f"HTTP status {http_status}", is_told=False)
    return Ending(Code.UNKNOWN, "the response has no grpc-status", is_told=False)


def code_of_reset(code: int) -> Code:
    """The status of a call whose stream was reset ("gRPC over HTTP2", Errors)."""
    return _OF_RESETS.get(code, Code.INTERNAL)


def rpc_error(end: CallEnd) -> str:
    """How Go's client, and so k6, words a call's end where it is thrown."""
    words = name_of(end.status).split("_")
    name = "Canceled" if end.status == Code.CANCELLED else "".join(word.capitalize() for word in words)
    return f"rpc error: code = {name} desc = {end.reason}"


def name_of(code: int) -> str:
    """A code in words."""
    return Code(code).name if 0 <= code <= Code.UNAUTHENTICATED else f"code {code}"
