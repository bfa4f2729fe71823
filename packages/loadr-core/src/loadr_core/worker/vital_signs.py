"""Measuring a generating process: CPU, garbage collection, descriptors."""

import gc
import os
import sys
from contextlib import suppress
from typing import Any, Final

from loadr_core.clock import process_cpu
from loadr_core.spi.clock import Clock
from loadr_core.vitals import Signs, Vitals

if sys.platform != "win32":
    import resource

# Tried in turn where a system has no bound and does not take that for a number; 10,240 is macOS's OPEN_MAX.
_WHERE_UNBOUNDED: Final = (1_048_576, 65_536, 10_240)


class VitalSigns(Signs):
    """Reads the signs of this process; `close` it at the end.

    Args:
        clock: the time.
    """

    def __init__(self, clock: Clock) -> None:
        self._now = clock.now
        self._limit = descriptor_limit()
        self._gc_began = 0.0
        gc.callbacks.append(self._on_collection)
        self.begin()

    def begin(self) -> None:
        """Count from now on."""
        self._cpu, self._at = process_cpu(), self._now()
        self._gc_seconds = self._gc_longest = 0.0

    def read(self) -> Vitals:
        """The signs since the last reading, or since `begin`."""
        cpu, at = process_cpu(), self._now()
        vitals = Vitals(
            cpu=(cpu - self._cpu) / max(at - self._at, 1e-9),
            gc_seconds=self._gc_seconds,
            gc_longest=self._gc_longest,
            descriptors=used_descriptors(self._limit),
            descriptor_limit=self._limit,
        )
        self.begin()
        return vitals

    def close(self) -> None:
        """Let the garbage collector go unwatched."""
        with suppress(ValueError):
            gc.callbacks.remove(self._on_collection)

    def _on_collection(self, phase: str, info: dict[str, Any]) -> None:
        del info
        if phase == "start":
            self._gc_began = self._now()
            return
        pause = self._now() - self._gc_began
        self._gc_seconds += pause
        self._gc_longest = max(self._gc_longest, pause)

    def __repr__(self) -> str:
        return f"<VitalSigns, {self._gc_seconds * 1000:.1f} ms of garbage collection>"


def descriptor_limit() -> int | None:
    """How many file descriptors this process may have; `None` where there is no limit."""
    limit: int | None = None
    if sys.platform != "win32":
        soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        limit = None if soft == resource.RLIM_INFINITY else soft
    return limit


def used_descriptors(limit: int | None) -> int:
    """At least so many descriptors are in use.

    The system gives out the lowest free number, so all below it are taken. Two system calls; to count
    the entries of /proc/self/fd takes milliseconds where there are ten thousand.
    """
    if sys.platform == "win32":
        return 0  # sockets have no descriptors there
    try:
        lowest_free = os.dup(2)
    except OSError:
        return limit or 0
    os.close(lowest_free)
    return lowest_free


def raise_descriptor_limit() -> None:
    """Take as many descriptors as the user may have: every connection is one, and 1,024 are soon used up.

    macOS gives 256, and names no bound; what it takes depends on its `kern.maxfilesperproc`.
    """
    if sys.platform != "win32":
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft == hard:
            return
        stages = _WHERE_UNBOUNDED if hard == resource.RLIM_INFINITY else ()
        for wanted in (hard, *(stage for stage in stages if stage > soft)):
            with suppress(ValueError, OSError):
                resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
                return
