"""The system's time: the one module that reads it.

Monotonic stamps come from `perf_counter` (on Linux CLOCK_MONOTONIC, the same for all processes of
a machine), because uvloop's own `loop.time` has a grain of a millisecond.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Final

from loadr_core.spi.clock import Clock


class SystemClock(Clock):
    """Real time."""

    # Bound as an attribute, so that a call costs no Python frame on the hot path.
    now: Final[Callable[[], float]] = staticmethod(time.perf_counter)

    async def sleep(self, seconds: float) -> None:
        """Wait on the running loop."""
        await asyncio.sleep(max(seconds, 0.0))


def reads_clock_monotonic() -> bool:
    """Whether `SystemClock.now` is the clock on which Linux counts its timers."""
    return "CLOCK_MONOTONIC" in time.get_clock_info("perf_counter").implementation


def wall_clock() -> float:
    """Seconds since the epoch."""
    return time.time()


def process_cpu() -> float:
    """CPU seconds, user and system, of this process."""
    return time.process_time()


WallClock = Callable[[], float]
"""Gives seconds since the epoch."""


def epoch_of(clock: Clock, wall: WallClock = wall_clock) -> float:
    """What to add to a stamp of `clock` to get seconds since the epoch."""
    return wall() - clock.now()
