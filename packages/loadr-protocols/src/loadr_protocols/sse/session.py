"""One VU's state: nothing but where connections come from, because each stream has one of its own."""

from loadr_core.spi import ProtocolSession, WireTap
from loadr_protocols.http.connect import Connector
from loadr_protocols.http.session import HttpSession
from loadr_protocols.sse.connection import StreamConnector
from loadr_protocols.sse.stream import EventStream


class SseSession(ProtocolSession):
    """What a VU's streams share.

    Args:
        connector: opens connections.
        tap: is shown every exchange, or `None`.
    """

    __slots__ = ("_connector", "_tap")

    def __init__(self, connector: Connector, tap: WireTap | None) -> None:
        self._connector = connector
        self._tap = tap

    def connections(self, stream: EventStream) -> HttpSession:
        """The connections of one stream, which end with it."""
        connector = StreamConnector(self._connector, stream)
        return HttpSession(connector, connections_per_host=1, keep_alive=False, tap=self._tap)

    async def close(self) -> None:
        """A stream closes its connections itself."""

    def __repr__(self) -> str:
        return "<SseSession>"
