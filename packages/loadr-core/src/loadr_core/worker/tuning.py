"""What a generating process sets up once: allocator, garbage collector, event loop."""

import asyncio
import atexit
import ctypes
import gc
import sys
from collections.abc import Callable
from typing import Final

_M_TRIM_THRESHOLD: Final = -1
_M_TOP_PAD: Final = -2
_M_MMAP_THRESHOLD: Final = -3
_MIB: Final = 1 << 20

# Rows of floats are made and dropped all the time; scanning them finds nothing.
_GC_THRESHOLDS: Final = (50_000, 20, 100)


def tune_malloc() -> None:
    """Keep glibc from mapping and unmapping the loop's 256 KiB read buffers (12 us a request)."""
    if not sys.platform.startswith("linux"):
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:  # musl has none, and no such behaviour
        mallopt(_M_MMAP_THRESHOLD, 64 * _MIB)
        mallopt(_M_TRIM_THRESHOLD, 256 * _MIB)
        mallopt(_M_TOP_PAD, 1 * _MIB)


def postpone_garbage_collection() -> None:
    """Collect nothing until `settle_garbage_collector`, and nothing at the end of the process.

    Importing and compiling make 60,000 objects that are there to stay, and hardly any garbage; Python's last
    collections would look at all of them, for 0.1 s.
    """
    gc.disable()
    atexit.register(gc.freeze)


def settle_garbage_collector() -> None:
    """Take everything made so far out of the collector's sight, so that it does not pause the run."""
    gc.freeze()
    gc.set_threshold(*_GC_THRESHOLDS)
    gc.enable()


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    """Uvloop where it is installed, asyncio's own loop elsewhere."""
    try:
        import uvloop  # noqa: PLC0415 - not on every platform
    except ImportError:
        return asyncio.new_event_loop
    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory
