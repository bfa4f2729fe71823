"""The outcome of an HTTP request."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from loadr_core.spi import Response
from loadr_protocols.http.errors import ExchangeFailed
from loadr_protocols.http.head import ResponseHead
from loadr_protocols.http.layout import Exchange, Opening

_NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})
_START: Final = 4
_END: Final = 7


class HttpResponse(Response):
    """A response that was received whole."""

    __slots__ = ("_body", "_head")

    def __init__(self, head: ResponseHead, body: bytes, row: tuple[float, ...]) -> None:
        self.status = head.status
        self.proto = head.version
        self.error_kind = None
        self.error = None
        self.row = row
        self._head = head
        self._body = body

    @property
    def body(self) -> bytes:
        """Its content, without transfer coding."""
        return self._body

    @property
    def headers(self) -> Mapping[str, str]:
        """Its fields; shared with other responses, so not to be changed."""
        return self._head.headers

    @property
    def duration(self) -> float:
        """Seconds from the first byte sent to the last one received."""
        return self.row[_END] - self.row[_START]

    def __repr__(self) -> str:
        return f"<HttpResponse {self.status} {len(self._body)} bytes>"


class FailedHttpResponse(Response):
    """What is left of a request that got no response."""

    __slots__ = ()

    def __init__(self, failure: ExchangeFailed, opening: Opening, exchange: Exchange) -> None:
        self.status = 0
        self.proto = "HTTP/1.1"
        self.error_kind = failure.kind.value
        self.error = failure.message
        self.row = opening + exchange

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
