"""Where a script waits for its test."""

import asyncio


class Gate:
    """A point in a script that the test can wait for, and that waits for the test.

    Without it a test would have to sleep and hope that the server has come that far. Once open it
    stays open.
    """

    def __init__(self) -> None:
        self._open = asyncio.Event()
        self._reached = asyncio.Event()

    def __repr__(self) -> str:
        reached = "reached" if self._reached.is_set() else "not reached"
        return f"<Gate {'open' if self._open.is_set() else 'shut'}, {reached}>"

    def open(self) -> None:
        """Let every script pass, now and later. Called by the test."""
        self._open.set()

    async def reached(self) -> None:
        """Wait until a script stands at the gate. Called by the test."""
        await self._reached.wait()

    async def passage(self) -> None:
        """Wait until the gate is open. Called by the server."""
        self._reached.set()
        await self._open.wait()
