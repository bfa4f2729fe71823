"""Where the rendezvous of all members are kept: the book, and a timer for those who give up."""

import asyncio
from collections.abc import Callable
from typing import NamedTuple

from loadr_core.meetings import MeetingBook, Release
from loadr_core.worker.messages import Arrived, Left, Released


class Guest(NamedTuple):
    """A user of some member."""

    member: int
    number: int


class MeetingDesk:
    """Takes who arrives and who leaves, and lets those go on who have met.

    Args:
        release: sends a member what it has to let go on.
    """

    def __init__(self, release: Callable[[int, Released], None]) -> None:
        self._release = release
        self._book: MeetingBook[Guest] = MeetingBook()
        self._timer: asyncio.TimerHandle | None = None

    def arrive(self, member: int, arrived: Arrived) -> None:
        """A user of a member waits."""
        now = asyncio.get_running_loop().time()
        guest = Guest(member, arrived.guest)
        release = self._book.arrive(arrived.name, arrived.users, guest, now + arrived.patience)
        if release is not None:
            self._let_go(release)
        self._wind()

    def leave(self, member: int, left: Left) -> None:
        """A user of a member waits no longer."""
        self._book.leave(left.name, Guest(member, left.guest))

    def lose(self, member: int) -> None:
        """A member is gone, and all its users with it."""
        for name, guest in self._book.guests():
            if guest.member == member:
                self._book.leave(name, guest)

    def close(self) -> None:
        """Nobody will come any more."""
        if self._timer is not None:
            self._timer.cancel()

    def _expire(self) -> None:
        self._timer = None
        for release in self._book.expire(asyncio.get_running_loop().time()):
            self._let_go(release)
        self._wind()

    def _wind(self) -> None:
        """Set the timer for the earliest deadline."""
        deadline = self._book.next_deadline
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if deadline is not None:
            self._timer = asyncio.get_running_loop().call_at(deadline, self._expire)

    def _let_go(self, release: Release[Guest]) -> None:
        parts: dict[int, list[int]] = {}
        for guest in release.guests:
            parts.setdefault(guest.member, []).append(guest.number)
        for member, guests in parts.items():
            self._release(member, Released(tuple(guests), release.met))

    def __repr__(self) -> str:
        return f"<MeetingDesk {self._book!r}>"
