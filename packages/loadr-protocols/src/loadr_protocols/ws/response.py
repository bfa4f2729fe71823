"""The outcome of a request on a WebSocket session."""

from typing import Final

from loadr_protocols.http.carried import CarriedResponse
from loadr_protocols.ws.layout import WsRow

PROTO: Final = "WebSocket"
"""The metric tag `proto`."""


class WsResponse(CarriedResponse):
    """What came, or what went wrong; its body is the last message received, text in UTF-8."""

    __slots__ = ()

    row: WsRow

    @property
    def duration(self) -> float:
        """Seconds from the request's start to its end."""
        return self.row.end - self.row.start
