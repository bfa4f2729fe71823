"""The outcome of an HTTP request: received, failed, or received after more than one exchange."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import ClassVar, Final, NamedTuple

from loadr_core.spi import Response, Sample
from loadr_protocols.http.codings import decoded
from loadr_protocols.http.errors import Detail, ExchangeFailed
from loadr_protocols.http.head import Head
from loadr_protocols.http.layout import HTTP_LAYOUT, Exchange, Opening, timings
from loadr_protocols.http.outgoing import Outgoing

_NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})
_START: Final = HTTP_LAYOUT.index("start")
_END: Final = HTTP_LAYOUT.index("end")


class Remote(NamedTuple):
    """Where a connection leads to, and how it is protected.

    Attributes:
        address: the IP address.
        port: the port.
        tls_version: as OpenSSL names it; empty in the clear.
        tls_cipher: the same.
    """

    address: str
    port: int
    tls_version: str = ""
    tls_cipher: str = ""


class Traceable(Response):
    """An outcome that may be found in the target's traces.

    Attributes:
        trace_id: as in `Response`.
    """

    __slots__ = ("trace_id",)

    trace_id: str | None


class TimedResponse(Traceable):
    """What all outcomes of HTTP share."""

    __slots__ = ()

    @property
    def timings(self) -> dict[str, float]:
        """The phases of the last exchange in seconds: `blocked`, `looking_up`, ..., `duration`."""
        return timings(self.row)

    @property
    def trailers(self) -> Mapping[str, str]:
        """Fields behind the body, keys in lower case; of HTTP/2 only."""
        return _NO_HEADERS


class HttpResponse(TimedResponse):
    """A response that was received whole.

    Attributes:
        asks: `ASKS_...` bits of `head`: what may have to be done about it.
        head: status line and fields.
        remote: where it came from.
    """

    __slots__ = ("_body", "asks", "head", "remote")

    def __init__(self, head: Head, body: bytes, row: tuple[float, ...], remote: Remote | None = None) -> None:
        self.status = head.status
        self.proto = head.version
        self.error_kind = None
        self.error = None
        self.row = row
        self.trace_id = None
        self._body = body
        self.head = head
        self.asks = head.asks
        self.remote = remote

    @property
    def body(self) -> bytes:
        """Its content; without content codings where the request's spec says that somebody reads it."""
        return self._body

    def decode(self, limit: int) -> None:
        """Take off the content codings.

        Raises:
            UndecodableBody: that is not possible within the limit of bytes.
        """
        self._body = decoded(self._body, self.head.values("content-encoding"), limit)

    @property
    def headers(self) -> Mapping[str, str]:
        """Its fields; shared with other responses, so not to be changed."""
        return self.head.headers

    @property
    def duration(self) -> float:
        """Seconds from the first byte sent to the last one received."""
        return self.row[_END] - self.row[_START]

    def __repr__(self) -> str:
        return f"<HttpResponse {self.status} {len(self._body)} bytes>"


class TrailedHttpResponse(HttpResponse):
    """A response with fields behind its body."""

    __slots__ = ("_trailers",)

    def __init__(
        self, head: Head, body: bytes, row: tuple[float, ...], remote: Remote | None, trailers: Head
    ) -> None:
        super().__init__(head, body, row, remote)
        self._trailers = trailers

    @property
    def trailers(self) -> Mapping[str, str]:
        """These fields."""
        return self._trailers.headers


class FailedHttpResponse(TimedResponse):
    """What is left of a request that got no response.

    Attributes:
        detail: as of `ExchangeFailed`.
    """

    __slots__ = ("detail",)

    asks: ClassVar[int] = 0
    head: ClassVar[Head | None] = None
    remote: ClassVar[Remote | None] = None

    def __init__(self, failure: ExchangeFailed, opening: Opening, exchange: Exchange) -> None:
        self.status = 0
        self.proto = failure.proto
        self.error_kind = failure.kind.value
        self.error = failure.message
        self.detail = failure.detail
        self.row = opening + exchange
        self.trace_id = None

    @property
    def body(self) -> bytes:
        """Nothing."""
        return b""

    @property
    def headers(self) -> Mapping[str, str]:
        """None."""
        return _NO_HEADERS

    @property
    def duration(self) -> float:
        """Seconds until the failure."""
        return self.row[_END] - self.row[_START]

    def __repr__(self) -> str:
        return f"<FailedHttpResponse {self.error_kind}: {self.error}>"


class VisitedResponse(TimedResponse):
    """The outcome of a request that took more than one exchange, or something after it.

    Attributes:
        method: of the last exchange, where it differs from the request's own.
        layout: of the row, where it is not that of all requests.
        further: the exchanges before, and what was loaded for the page.
        sent: the last request.
        detail: as of `ExchangeFailed`.
    """

    __slots__ = ("_before", "_inner", "detail", "further", "layout", "method", "sent")

    def __init__(
        self,
        inner: HttpResponse | FailedHttpResponse,
        sent: Outgoing,
        method: str,
        further: Sequence[Sample],
    ) -> None:
        """Take the last response and what came before.

        Args:
            inner: the last response.
            sent: the request that it answers.
            method: of the first request.
            further: the samples of the exchanges before.
        """
        self.status = inner.status
        self.proto = inner.proto
        self.error_kind = inner.error_kind
        self.error = inner.error
        self.detail: Detail = "" if isinstance(inner, HttpResponse) else inner.detail
        self.row = inner.row
        self.method = None if sent.method == method else sent.method
        self.layout = inner.layout
        self.further: list[Sample] = [*further]
        self._before = sum(
            sample.row[_END] - sample.row[_START] for sample in further if sample.layout is None
        )
        self.sent = sent
        self.trace_id = None
        self._inner = inner

    @property
    def head(self) -> Head | None:
        """Status line and fields, where there is a response."""
        return self._inner.head

    @property
    def trailers(self) -> Mapping[str, str]:
        """Of the last response."""
        return self._inner.trailers

    @property
    def remote(self) -> Remote | None:
        """Where the last response came from."""
        return self._inner.remote

    @property
    def body(self) -> bytes:
        """As of `HttpResponse`."""
        return self._inner.body

    @property
    def headers(self) -> Mapping[str, str]:
        """Of the last response."""
        return self._inner.headers

    @property
    def duration(self) -> float:
        """Seconds of all exchanges together, without opening connections between them."""
        return self._before + self._inner.duration

    def __repr__(self) -> str:
        return f"<VisitedResponse {self._inner!r} after {len(self.further)} more>"
