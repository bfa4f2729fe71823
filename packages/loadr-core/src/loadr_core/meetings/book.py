"""The book of all rendezvous: pure, so that one process can keep it for many.

A rendezvous is empty or has guests waiting. Transitions::

    event                                      then
    a guest arrives, fewer than wanted are in  it waits
    a guest arrives and makes them enough      all who wait go on; empty
    a guest leaves (its iteration was cut)     it waits no longer
    the earliest deadline of a guest is over   all who wait go on, not met; empty
"""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

_Guest = TypeVar("_Guest", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Release(Generic[_Guest]):
    """Guests who go on together.

    Attributes:
        name: where they waited.
        guests: in the order of their arrival.
        met: whether they were enough.
    """

    name: str
    guests: tuple[_Guest, ...]
    met: bool


class MeetingBook(Generic[_Guest]):
    """Who waits where, and until when. A guest is anything that tells one from another."""

    def __init__(self) -> None:
        self._waiting: dict[str, dict[_Guest, float]] = {}

    def arrive(self, name: str, users: int, guest: _Guest, deadline: float) -> Release[_Guest] | None:
        """Note an arrival.

        Args:
            name: the rendezvous.
            users: how many must be there.
            guest: who arrives; nobody waits twice.
            deadline: when its patience ends, on whatever clock `expire` goes by.

        Returns:
            Who goes on now, this guest among them; `None` when it has to wait.
        """
        waiting = self._waiting.setdefault(name, {})
        waiting[guest] = deadline
        return self._release(name, met=True) if len(waiting) >= users else None

    def leave(self, name: str, guest: _Guest) -> None:
        """A guest waits no longer; one who does not wait is no mistake."""
        waiting = self._waiting.get(name, {})
        waiting.pop(guest, None)
        if not waiting:
            self._waiting.pop(name, None)

    def expire(self, now: float) -> list[Release[_Guest]]:
        """Let go on all who wait where somebody's patience has ended."""
        late = [name for name, waiting in self._waiting.items() if min(waiting.values()) <= now]
        return [self._release(name, met=False) for name in late]

    @property
    def next_deadline(self) -> float | None:
        """When `expire` has something to do, as things are; `None` when nobody waits."""
        return min((min(waiting.values()) for waiting in self._waiting.values()), default=None)

    def guests(self) -> list[tuple[str, _Guest]]:
        """All who wait, with the rendezvous where they do."""
        return [(name, guest) for name, waiting in self._waiting.items() for guest in waiting]

    def waiting_at(self, name: str) -> int:
        """How many wait at a rendezvous."""
        return len(self._waiting.get(name, {}))

    def _release(self, name: str, *, met: bool) -> Release[_Guest]:
        return Release(name, tuple(self._waiting.pop(name)), met)

    def __repr__(self) -> str:
        waiting = ", ".join(f"{len(guests)} at {name!r}" for name, guests in self._waiting.items())
        return f"<MeetingBook {waiting or 'empty'}>"
