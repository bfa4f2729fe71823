"""Which message answers which: the plan's `match`. Pure."""

from collections import deque
from collections.abc import Callable

KeyOf = Callable[[bytes], object]
"""What identifies a message; `None` where it has nothing of that kind."""


class Matching:
    """Sent messages that wait for their answer, by key, the oldest of equal keys first.

    Args:
        key_of: what identifies a message; `None` for all alike: the next message answers the oldest.
    """

    __slots__ = ("_key_of", "_waiting")

    def __init__(self, key_of: KeyOf | None) -> None:
        self._key_of = key_of
        self._waiting: dict[object, deque[float]] = {}

    def sent(self, message: bytes, at: float) -> None:
        """A message was sent."""
        key = None if self._key_of is None else self._key_of(message)
        if key is not None or self._key_of is None:
            self._waiting.setdefault(key, deque()).append(at)

    def answered(self, message: bytes) -> float | None:
        """When the message was sent that one answers; `None` where it answers none."""
        key = None if self._key_of is None else self._key_of(message)
        waiting = self._waiting.get(key)
        return waiting.popleft() if waiting else None
