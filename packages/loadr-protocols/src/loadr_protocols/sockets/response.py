"""The outcome of an exchange over a socket."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from loadr_core.spi import Response
from loadr_protocols.http.errors import ExchangeFailed
from loadr_protocols.sockets.layout import SocketRow

DONE: Final = 200
"""The status of an exchange that came to its end. Sockets have none of their own."""

_NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})


class SocketResponse(Response):
    """What came back, or why nothing did."""

    __slots__ = ("_body",)

    row: SocketRow

    def __init__(self, proto: str, row: SocketRow, outcome: bytes | ExchangeFailed) -> None:
        """Tell of an exchange.

        Args:
            proto: the metric tag.
            row: its measurements.
            outcome: the bytes read, or the failure.
        """
        self.proto = proto
        self.row = row
        if isinstance(outcome, ExchangeFailed):
            self.status = 0
            self.error_kind = outcome.kind.value
            self.error = outcome.message
            self._body = b""
        else:
            self.status = DONE
            self.error_kind = None
            self.error = None
            self._body = outcome

    @property
    def body(self) -> bytes:
        """The bytes read."""
        return self._body

    @property
    def headers(self) -> Mapping[str, str]:
        """Sockets have none."""
        return _NO_HEADERS

    @property
    def duration(self) -> float:
        """Seconds from the first byte sent to the last one read."""
        return self.row[2] - self.row[1]

    def __repr__(self) -> str:
        return f"<SocketResponse {self.proto} {self.error or f'{len(self._body)} bytes'}>"
