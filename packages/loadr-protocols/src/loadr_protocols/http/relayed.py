"""A connection to a proxy that is handed requests as they are, with whole URLs (RFC 9112, section 3.2.2)."""

from typing import TYPE_CHECKING

from loadr_protocols.http.connection import HttpConnection
from loadr_protocols.http.layout import Opening
from loadr_protocols.http.outgoing import with_lines

if TYPE_CHECKING:
    from asyncio import Future

    from loadr_protocols.http.response import HttpResponse


class RelayedConnection(HttpConnection):
    """One user's connection to a proxy, for requests to one origin."""

    __slots__ = ("_known", "_known_form", "_lines", "_prefix")

    _prefix: bytes
    _lines: bytes

    def relay_to(self, authority: str, lines: bytes) -> None:
        """Say where requests go. To be called once, before the first one.

        Args:
            authority: of the origin.
            lines: what the proxy wants to see in each request, each with its CRLF.
        """
        self._prefix = b"http://" + authority.encode("ascii")
        self._lines = lines
        self._known = self._known_form = b""

    def exchange(
        self, request: bytes, reading: int, opening: Opening, start: float, deadline: float
    ) -> "Future[HttpResponse]":
        """Send a request in absolute form. See `HttpConnection.exchange`."""
        if request is not self._known:
            at = request.index(b" ") + 1
            self._known_form = with_lines(request[:at] + self._prefix + request[at:], self._lines)
            self._known = request
        return super().exchange(self._known_form, reading, opening, start, deadline)
