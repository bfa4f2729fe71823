"""What a call into a script has under way beside itself: timers, operations that promises wait for, and sources.

An operation ends once. A source, such as a socket, has something to tell again and again, until it is closed; a call
lasts as long as any of them.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any

from loadr_core.spi import Clock
from loadr_js.runtime.greenlets import Signal

Take = Callable[[], tuple[Any, ...] | None]
"""What a source has to tell next: arguments for the script's listener; `None` while there is nothing."""


class Events:
    """Operations and sources of one context, by the numbers under which the script knows them.

    Args:
        clock: the time.

    Attributes:
        signal: given when `take_ended` or `take_told` may have something.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tasks: dict[asyncio.Task[Any], int] = {}
        self._over: list[asyncio.Task[Any]] = []
        self._sources: dict[int, Take] = {}
        self._ready: deque[int] = deque()
        self.signal = Signal()
        self._next = 1

    @property
    def is_empty(self) -> bool:
        """Whether nothing is under way."""
        return not self._tasks and not self._sources

    def start(self, operation: Coroutine[Any, Any, Any]) -> int:
        """Start an operation; the number under which its end will be told."""
        number = self._number()
        task = asyncio.get_running_loop().create_task(operation)
        self._tasks[task] = number
        task.add_done_callback(self._ended)
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

    def open(self, take: Take) -> int:
        """Open a source; its number. Say with `poke` that it has something to tell."""
        number = self._number()
        self._sources[number] = take
        return number

    def poke(self, number: int) -> None:
        """A source has something to tell."""
        if number in self._sources and number not in self._ready:
            self._ready.append(number)
            self.signal.give()

    def close(self, number: int) -> None:
        """Nothing more comes from a source."""
        self._sources.pop(number, None)

    def take_ended(self) -> list[tuple[int, Any, Exception | None]]:
        """The operations that have ended: number, result and error of each, in the order of their numbers."""
        if not self._over:
            return []
        over, self._over = self._over, []
        ended = {self._tasks.pop(task): task for task in over if task in self._tasks}
        return [(number, *_outcome(ended[number])) for number in sorted(ended)]

    def take_told(self) -> tuple[Any, ...] | None:
        """What one source tells: its number and arguments for its listener. The sources take turns."""
        ready = self._ready
        while ready:
            number = ready[0]
            take = self._sources.get(number)
            told = None if take is None else take()
            if told is not None:
                ready.rotate(-1)
                return (number, *told)
            ready.popleft()
        return None

    def clear(self) -> None:
        """Cancel everything that is still under way."""
        for task in self._tasks:
            task.cancel()
        self._tasks.clear()
        self._over.clear()
        self._sources.clear()
        self._ready.clear()

    def _number(self) -> int:
        number = self._next
        self._next += 1
        return number

    def _ended(self, task: asyncio.Task[Any]) -> None:
        if task in self._tasks:
            if not self._over:  # those that end in one turn of the loop are told together
                asyncio.get_running_loop().call_soon(self.signal.give)
            self._over.append(task)

    def __repr__(self) -> str:
        return f"<Events {len(self._tasks) + len(self._sources)} under way>"


def _outcome(task: asyncio.Task[Any]) -> tuple[Any, Exception | None]:
    if task.cancelled():
        return None, RuntimeError("cancelled")
    error = task.exception()
    if error is None:
        return task.result(), None
    if isinstance(error, Exception):
        return None, error
    raise error
