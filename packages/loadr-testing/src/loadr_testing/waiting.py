"""Waiting for another process, of which nothing but its state can be seen."""

import threading
from collections.abc import Callable
from typing import Final, TypeVar

from loadr_core.clock import SystemClock

PATIENCE: Final = 60.0
"""Seconds: long enough for a busy machine; nothing waits that long when all is well."""

_BETWEEN_LOOKS: Final = threading.Event()

_Found = TypeVar("_Found")


def poll(condition: Callable[[], _Found], what: str) -> _Found:
    """Look again and again until a condition holds; what it gave.

    Args:
        condition: looks.
        what: is waited for, for the message.

    Raises:
        AssertionError: it did not come to hold within `PATIENCE`.
    """
    deadline = SystemClock.now() + PATIENCE
    while not (found := condition()):
        if SystemClock.now() >= deadline:
            raise AssertionError(f"waited in vain for {what}")
        _BETWEEN_LOOKS.wait(0.02)
    return found
