"""One VU's WebSocket sessions: those that a plan has named outlive a request."""

import asyncio
from collections import deque
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


class Turn:
    """Which of a VU's branches talks over the session of a name: one at a time, in the order in which they came.

    Where nobody else wants it, which is nearly always, `is_taken` is set and that is all: an `asyncio.Lock` costs
    three coroutines for it.

    Attributes:
        is_taken: whether somebody has it.
    """

    __slots__ = ("_waiting", "is_taken")

    def __init__(self) -> None:
        self.is_taken = False
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def take(self) -> None:
        """Wait until it is free, and take it."""
        if self.is_taken:
            mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(mine)
            try:
                await mine
            except asyncio.CancelledError:
                if not mine.cancelled():  # it was given already
                    self.give_back()
                raise
        self.is_taken = True

    def give_back(self) -> None:
        """Let the next one have it."""
        while self._waiting:
            theirs = self._waiting.popleft()
            if not theirs.done():
                theirs.set_result(None)  # it stays taken, so that nobody comes between
                return
        self.is_taken = False


@dataclass(slots=True)
class Held:
    """An open session.

    Attributes:
        link: its connection.
        turn: of those who talk over it.
        opened: the moment at which the request began that opened it.
        handshake: the response to that request.
        is_over: whether its end was recorded.
    """

    link: WsConnection
    turn: Turn
    opened: float
    handshake: VisitedResponse
    is_over: bool = False


class WsSession(ProtocolSession):
    """A VU's named sessions, open until a step closes them, the server does, or the VU ends.

    Attributes:
        held: the named sessions.
    """

    __slots__ = ("_clock", "_talking", "_turns", "held")

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.held: dict[str, Held] = {}
        self._turns: dict[str, Turn] = {}
        self._talking: list[WsConversation] = []

    def turn(self, name: str) -> Turn:
        """Lets one of a VU's branches at a time open a named session and talk over it."""
        return self._turns.setdefault(name, Turn())

    def let_go(self, held: Held) -> None:
        """A named session is at its end, or in a state that nobody knows."""
        self.held = {name: other for name, other in self.held.items() if other is not held}

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
