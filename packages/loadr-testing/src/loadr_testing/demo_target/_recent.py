"""A mapping that forgets what was not used for longest."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class RecentlyUsed(Generic[Key, Value]):
    """A mapping of bounded size; every reading and writing of a key makes it the newest.

    Args:
        capacity: How many keys are kept.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._items: OrderedDict[Key, Value] = OrderedDict()

    def __len__(self) -> int:
        return len(self._items)

    def __repr__(self) -> str:
        return f"<RecentlyUsed {len(self._items)} of {self._capacity}>"

    def get(self, key: Key) -> Value | None:
        """Look a key up."""
        if key not in self._items:
            return None
        self._items.move_to_end(key)
        return self._items[key]

    def put(self, key: Key, value: Value) -> None:
        """Set a key, and drop the oldest one if there are too many."""
        self._items[key] = value
        self._items.move_to_end(key)
        if len(self._items) > self._capacity:
            self._items.popitem(last=False)

    def get_or_make(self, key: Key, make: Callable[[], Value]) -> Value:
        """Look a key up, making its value if there is none."""
        if key not in self._items:
            self.put(key, make())
        self._items.move_to_end(key)
        return self._items[key]

    def discard(self, key: Key) -> None:
        """Forget a key, if it is there."""
        self._items.pop(key, None)
