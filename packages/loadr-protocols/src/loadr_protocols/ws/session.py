"""One VU's WebSocket sessions: those that a plan has named outlive a request."""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from loadr_core.spi import Clock, ProtocolSession
from loadr_protocols.http.deadlines import NO_DEADLINE
from loadr_protocols.http.response import VisitedResponse
from loadr_protocols.ws.connection import WsConnection

if TYPE_CHECKING:
    from loadr_protocols.ws.conversation import WsConversation

FAREWELL: Final = 1.0
"""The longest wait for the server's closing, seconds; then the socket is closed without it."""


@dataclass(slots=True)
class Held:
    """An open session.

    Attributes:
        link: its connection.
        opened: the moment at which the request began that opened it.
        handshake: the response to that request.
        is_over: whether its end was recorded.
    """

    link: WsConnection
    opened: float
    handshake: VisitedResponse
    is_over: bool = False


class WsSession(ProtocolSession):
    """A VU's named sessions, open until a step closes them, the server does, or the VU ends.

    Attributes:
        held: the named sessions.
    """

    __slots__ = ("_clock", "_opening", "_talking", "held")

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.held: dict[str, Held] = {}
        self._opening: dict[str, asyncio.Lock] = {}
        self._talking: list[WsConversation] = []

    def opening(self, name: str) -> asyncio.Lock:
        """Lets one of a VU's branches at a time open a named session and talk over it."""
        return self._opening.setdefault(name, asyncio.Lock())

    def join(self, conversation: "WsConversation") -> None:
        """A script has opened a session; it is closed with the VU, where the script has not done so."""
        self._talking = [other for other in self._talking if not other.link.has_ended]
        self._talking.append(conversation)

    @property
    def open_connections(self) -> int:
        """How many sessions are open."""
        return sum(held.link.is_open for held in self.held.values())

    async def close(self) -> None:
        """Close all sessions in order."""
        links = [held.link for held in self.held.values()]
        self.held.clear()
        for link in links:
            link.close()
        for conversation in self._talking:
            conversation.abort()
            links.append(conversation.link)
        self._talking.clear()
        until = self._clock.now() + FAREWELL
        for link in links:
            await part(link, until)

    def __repr__(self) -> str:
        return f"<WsSession {', '.join(self.held) or 'nothing held'}>"


async def part(link: WsConnection, until: float) -> None:
    """Wait for the server's closing, but not longer than until a moment of the clock; what still comes is let go."""
    try:
        while link.closed is None and link.failure is None and link.awaits_closing(until):
            await link.wait(NO_DEADLINE, until)
            while link.next() is not None:
                pass
    finally:
        link.abort()
