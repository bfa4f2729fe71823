"""What can go wrong in one exchange, without the network: the types and their words.

    HttpError
    ├── UnacceptableResponse      the target's response cannot be taken
    │   ├── MalformedResponse     it is no HTTP/1.1 response
    │   │   └── TruncatedResponse ... because the connection ended inside of it
    │   └── ResponseTooLarge      its body is longer than the plan allows
    ├── UndecodableBody           a body's content coding is damaged, unknown here, or grows too large
    ├── UnreadableBody            a file that is to be sent is not what it was when the run began
    └── ExchangeFailed            an exchange ended without a response, with its `error_kind`
        └── ConnectionStale       a kept-alive connection was found dead before any byte of a response

None of them leaves this package: a request that failed is a response with an `error_kind`. Beside them stands
`RequestTooLarge`, a `RenderError`: what the plan would send is more than it allows.
"""

from enum import StrEnum
from typing import ClassVar, Literal

from loadr_core.spi import RenderError
from loadr_protocols.http.layout import Exchange


class HttpError(Exception):
    """The root of this package's errors."""


class UnacceptableResponse(HttpError):
    """A response cannot be taken; `complaint` says of what kind the reason is."""

    complaint: ClassVar[str]


class MalformedResponse(UnacceptableResponse):
    """The bytes received are not a response that RFC 9112 allows; the message says where."""

    complaint = "malformed response"


class TruncatedResponse(MalformedResponse):
    """The connection ended inside a response."""


class ResponseTooLarge(UnacceptableResponse):
    """A body is longer than what may be held in memory."""

    complaint = "response too large"


class RequestTooLarge(RenderError):
    """A body is longer than what the plan allows to be sent."""

    error_kind = "protocol"

    def __init__(self, size: int, limit: int) -> None:
        super().__init__(f"the body of {size:,} bytes is longer than max_request_size, {limit:,} bytes")


class UndecodableBody(HttpError):
    """A body cannot be freed from its content codings; the message says why."""


class UnreadableBody(HttpError):
    """A file that is to be sent cannot be read; the message says why."""


class ErrorKind(StrEnum):
    """Why an exchange ended without a response: the values of the metric tag `error_kind`."""

    TIMEOUT = "timeout"
    DNS = "dns"
    TLS = "tls"
    CONNECTION_REFUSED = "connection_refused"
    CONNECTION_RESET = "connection_reset"
    CONNECTION = "connection"
    PROTOCOL = "protocol"
    BLOCKED = "blocked"


Detail = Literal[
    "", "blocked_address", "blocked_host", "no_tls", "undecodable", "unknown_authority", "wrong_name"
]
"""What a script may want to know more than the kind; empty where there is nothing more."""


class ExchangeFailed(HttpError):
    """An exchange ended without a response.

    Attributes:
        kind: the metric tag.
        message: what happened, for people.
        exchange: the measurements of the failed exchange; `None` when it never began.
        proto: the metric tag `proto`.
        detail: more than the kind, where that is known.
    """

    def __init__(
        self,
        kind: ErrorKind,
        message: str,
        exchange: Exchange | None = None,
        proto: str = "HTTP/1.1",
        detail: Detail = "",
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.exchange = exchange
        self.proto = proto
        self.detail: Detail = detail


class ConnectionStale(ExchangeFailed):
    """A kept-alive connection was dead before any byte of a response came.

    `exchange` is `None` when not one byte of the request had left either.

    Attributes:
        unprocessed: whether the server is known to have done nothing for the request.
    """

    def __init__(
        self,
        kind: ErrorKind,
        message: str,
        exchange: Exchange | None = None,
        proto: str = "HTTP/1.1",
        *,
        unprocessed: bool = False,
    ) -> None:
        super().__init__(kind, message, exchange, proto)
        self.unprocessed = unprocessed or exchange is None
