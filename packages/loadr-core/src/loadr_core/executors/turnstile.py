"""Waiting for a slot of a rate: one queue, one timer.

Behind `pacing` a VU waits here to start an iteration, behind `throttle` to send a request. Who comes
first goes first; nobody reserves a slot ahead, so whoever gives up loses none.
"""

import asyncio
from collections import deque

from loadr_core.executors.near import NEAR
from loadr_core.schedules.slots import Slots
from loadr_core.segments import Turns
from loadr_core.spi.clock import Clock
from loadr_core.timers import Timer, open_timer


class Turnstile:
    """Lets one through per slot.

    Args:
        slots: this instance's slots.
        clock: the time.
    """

    def __init__(self, slots: Slots, clock: Clock) -> None:
        self._slots = slots
        self._clock = clock
        self._zero: float | None = None
        self._queue: deque[asyncio.Future[bool]] = deque()
        self._timer: Timer | None = None

    def open(self, zero: float) -> None:
        """Begin the grid of slots at a moment of the clock: the same for all instances."""
        self._zero = zero

    def deal(self, turns: Turns) -> None:
        """Take other slots from now on: the number of VUs has changed."""
        self._slots.deal(turns, -1.0 if self._zero is None else self._clock.now() - self._zero)

    async def wait(self) -> bool:
        """Wait for a slot and take it; False, and no slot, when `release` was called meanwhile."""
        if not self._queue:
            opens = self._take()
            if opens is None:
                return True
            self._set_timer(opens)
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._queue.append(future)
        return await future

    def release(self) -> None:
        """Let everybody go who waits: there is nothing to wait for any more."""
        while self._queue:
            future = self._queue.popleft()
            if not future.done():
                future.set_result(False)

    def close(self) -> None:
        """Release, and give the timer back. Called once, at the end."""
        self.release()
        if self._timer is not None:
            self._timer.close()
            self._timer = None

    def _take(self) -> float | None:
        now = self._clock.now()
        if self._zero is None:
            self._zero = now
        return self._slots.take(now - self._zero + NEAR)

    def _set_timer(self, opens: float) -> None:
        if self._timer is None:
            self._timer = open_timer(self._clock, self._let_through)
        self._timer.arm((self._zero or 0.0) + opens)

    def _let_through(self) -> None:
        while self._queue:
            if self._queue[0].done():  # cancelled while it waited
                self._queue.popleft()
                continue
            opens = self._take()
            if opens is not None:
                self._set_timer(opens)
                return
            self._queue.popleft().set_result(True)

    def __repr__(self) -> str:
        return f"<Turnstile of {self._slots.rate:g}/s, {len(self._queue)} wait>"
