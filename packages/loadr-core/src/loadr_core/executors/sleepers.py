"""Tasks that wait for a time, and can all be woken before it."""

import asyncio
from math import inf

from loadr_core.spi.clock import Clock


class Sleepers:
    """Waits of many tasks, each one timer and one future: no task and no event per sleeper."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._futures: set[asyncio.Future[None]] = set()

    async def sleep_until(self, moment: float) -> None:
        """Wait for a moment of the clock, or until woken; `inf` waits for that alone."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        timer = None
        if moment != inf:
            timer = loop.call_later(max(moment - self._clock.now(), 0.0), _wake, future)
        self._futures.add(future)
        try:
            await future
        finally:
            self._futures.discard(future)
            if timer is not None:
                timer.cancel()

    def wake_all(self) -> None:
        """End all waits now."""
        for future in self._futures:
            _wake(future)

    def __repr__(self) -> str:
        return f"<Sleepers: {len(self._futures)}>"


def _wake(future: "asyncio.Future[None]") -> None:
    if not future.done():
        future.set_result(None)
