"""What a call into a script has under way beside itself: timers, and operations that promises wait for."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from loadr_core.spi import Clock


class Events:
    """Operations of one context, by the number under which the script's promise waits.

    Args:
        clock: the time.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tasks: dict[asyncio.Task[Any], int] = {}
        self._next = 1

    @property
    def is_empty(self) -> bool:
        """Whether nothing is under way."""
        return not self._tasks

    def start(self, operation: Coroutine[Any, Any, Any]) -> int:
        """Start an operation; the number under which its end will be told."""
        number = self._next
        self._next += 1
        self._tasks[asyncio.get_running_loop().create_task(operation)] = number
        return number

    def start_timer(self, seconds: float) -> int:
        """Start a timer; its end is that of an operation without a result."""
        return self.start(self._clock.sleep_until(self._clock.now() + max(seconds, 0.0)))

    def cancel(self, number: int) -> None:
        """Forget an operation; nothing is told of it any more."""
        for task, known in list(self._tasks.items()):
            if known == number:
                task.cancel()
                del self._tasks[task]

    async def next(self) -> list[tuple[int, Any, Exception | None]]:
        """Wait until at least one operation has ended: number, result and error of each, in their order."""
        done, _ = await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        ended = {self._tasks.pop(task): task for task in done}
        return [(number, *_outcome(ended[number])) for number in sorted(ended)]

    def clear(self) -> None:
        """Cancel everything that is still under way."""
        for task in self._tasks:
            task.cancel()
        self._tasks.clear()

    def __repr__(self) -> str:
        return f"<Events {len(self._tasks)} under way>"


def _outcome(task: asyncio.Task[Any]) -> tuple[Any, Exception | None]:
    if task.cancelled():
        return None, RuntimeError("cancelled")
    error = task.exception()
    if error is None:
        return task.result(), None
    if isinstance(error, Exception):
        return None, error
    raise error
