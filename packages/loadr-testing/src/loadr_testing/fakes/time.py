"""Virtual time: an event loop that jumps to its next timer instead of waiting for it.

An hour of a schedule takes milliseconds, and two runs take exactly the same course. Nothing that
waits for real I/O works on this loop.
"""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

from loadr_core.spi.clock import Clock

_T = TypeVar("_T")


class DeadlockError(Exception):
    """Every task waits, and no timer will wake one."""


class _JumpingSelector(selectors.DefaultSelector):  # type: ignore[misc,valid-type,unused-ignore]
    """Moves the time forward by what the loop wanted to wait."""

    def __init__(self) -> None:
        super().__init__()
        self.time = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """What is ready now; else jump."""
        ready = super().select(0)
        if not ready:
            if timeout is None:
                raise DeadlockError("every task waits, and no timer will wake one")
            self.time += max(timeout, 0.0)
        return ready


class _VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)
        # The loop's grain: two timers closer than this fire together.
        self._clock_resolution = 1e-9

    def time(self) -> float:
        return self._jumping.time


class VirtualClock(Clock):
    """The time of the running virtual loop."""

    def now(self) -> float:
        """Seconds since the loop was made."""
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        """Wait in virtual time."""
        await asyncio.sleep(max(seconds, 0.0))


def run_in_virtual_time(main: Coroutine[Any, Any, _T]) -> _T:
    """Run a coroutine to its end on a loop of virtual time.

    Raises:
        DeadlockError: every task waits, and no timer will wake one.
    """
    with asyncio.Runner(loop_factory=_VirtualLoop) as runner:
        return runner.run(main)
