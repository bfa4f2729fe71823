"""What a connection becomes when its client does not speak HTTP, or not for long."""

import asyncio
from collections.abc import Callable


class Service(asyncio.Protocol):
    """A client of another service on the port of HTTP.

    Args:
        transport: its connection.
        closed: called once when it is gone.
    """

    def __init__(self, transport: asyncio.Transport, closed: Callable[[], None]) -> None:
        self._transport = transport
        self._closed = closed

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """The connection is gone, by whoever."""
        self._closed()


ServiceMaker = Callable[[asyncio.Transport, Callable[[], None]], Service]
"""Makes the service of a client from its connection and what is called when that is gone."""
