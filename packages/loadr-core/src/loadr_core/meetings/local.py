"""The rendezvous of a run that has one worker."""

import asyncio

from loadr_core.meetings.book import MeetingBook, Release
from loadr_core.meetings.meetings import Meetings
from loadr_core.spi.clock import Clock

_Guest = asyncio.Future[bool]


class LocalMeetings(Meetings):
    """Keeps the book itself.

    Args:
        clock: the time.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._book: MeetingBook[_Guest] = MeetingBook()

    async def meet(self, name: str, users: int, patience: float) -> bool:
        """See `Meetings.meet`."""
        loop = asyncio.get_running_loop()
        guest: _Guest = loop.create_future()
        deadline = self._clock.now() + patience
        release = self._book.arrive(name, users, guest, deadline)
        if release is not None:
            _let_go(release)
            # The last to arrive gives the others a head start, as they would have had among processes.
            await asyncio.sleep(0)
            return True
        timer = loop.call_later(patience, self._expire, deadline)
        try:
            return await guest
        finally:
            timer.cancel()
            self._book.leave(name, guest)

    def _expire(self, deadline: float) -> None:
        # The loop's timer may be a little early by the clock.
        for release in self._book.expire(max(deadline, self._clock.now())):
            _let_go(release)

    def __repr__(self) -> str:
        return f"<LocalMeetings {self._book!r}>"


def _let_go(release: Release[_Guest]) -> None:
    for guest in release.guests:
        if not guest.done():
            guest.set_result(release.met)
