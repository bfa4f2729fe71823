"""Whose turn it is: calls into one context wait for each other."""

import asyncio
from collections import deque


class Turns:
    """As `asyncio.Lock`, first come, first served, but without a coroutine where nobody is inside.

    Ask with `take`, and where that says no `await wait()`; either way `leave` at the end.

    Attributes:
        is_taken: whether somebody is inside.
    """

    __slots__ = ("_waiting", "is_taken")

    def __init__(self) -> None:
        self.is_taken = False
        self._waiting: deque[asyncio.Future[None]] = deque()

    def take(self) -> bool:
        """Go inside, if nobody is; whether that was so."""
        if self.is_taken:
            return False
        self.is_taken = True
        return True

    async def wait(self) -> None:
        """Wait for the turn, and take it."""
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.leave()  # it came, and nobody is there to take it
            raise

    def leave(self) -> None:
        """Go outside; the next one's turn comes."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)  # handed over: nobody can come in between
                return
        self.is_taken = False

    def __repr__(self) -> str:
        return f"<Turns {'taken' if self.is_taken else 'free'}, {len(self._waiting)} waiting>"
