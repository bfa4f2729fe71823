"""The outcome of a request on a WebSocket session."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from loadr_core.spi import Response, Sample
from loadr_protocols.http.errors import ExchangeFailed
from loadr_protocols.ws.layout import WsRow

PROTO: Final = "WebSocket"
"""The metric tag `proto`."""

NO_FIELDS: Final[Mapping[str, str]] = MappingProxyType({})


class WsResponse(Response):
    """What came, or what went wrong."""

    __slots__ = ("_body", "_headers", "further")

    row: WsRow

    def __init__(
        self, row: WsRow, status: int, headers: Mapping[str, str], body: bytes, further: Sequence[Sample]
    ) -> None:
        """Tell of a request.

        Args:
            row: the measurements.
            status: of the handshake.
            headers: of its response.
            body: the last message received, or the body of a refusal.
            further: redirects, and the times of what had one of its own.
        """
        self.proto = PROTO
        self.row = row
        self.status = status
        self.error_kind = None
        self.error = None
        self.further = further
        self._headers = headers
        self._body = body

    def fail(self, failure: ExchangeFailed) -> None:
        """Say why it is a failure all the same."""
        self.status = 0
        self.error_kind = failure.kind.value
        self.error = failure.message

    @property
    def body(self) -> bytes:
        """The last message received; text in UTF-8."""
        return self._body

    @property
    def headers(self) -> Mapping[str, str]:
        """Of the handshake."""
        return self._headers

    @property
    def duration(self) -> float:
        """Seconds from the request's start to its end."""
        return self.row.end - self.row.start

    def __repr__(self) -> str:
        return f"<WsResponse {self.error or self.status}>"
