"""What can end a scenario, a run, or a process before its time."""

import asyncio

from loadr_core.spi.clock import Clock


class StopSignal:
    """A request to start nothing new; the first reason wins and is kept."""

    def __init__(self) -> None:
        self.reason: str | None = None
        self._event = asyncio.Event()

    @property
    def is_set(self) -> bool:
        """Whether anybody asked to stop."""
        return self.reason is not None

    def set(self, reason: str) -> None:
        """Ask to stop."""
        if self.reason is None:
            self.reason = reason
            self._event.set()

    async def wait(self) -> None:
        """Wait until somebody asks."""
        await self._event.wait()

    async def wait_until(self, moment: float, clock: Clock) -> None:
        """Wait for a moment of the clock, or until somebody asks, whichever comes first."""
        async with asyncio.TaskGroup() as group:
            waits = [group.create_task(clock.sleep_until(moment)), group.create_task(self.wait())]
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            for wait in waits:
                wait.cancel()

    def __repr__(self) -> str:
        return f"<StopSignal {self.reason or 'not set'}>"
