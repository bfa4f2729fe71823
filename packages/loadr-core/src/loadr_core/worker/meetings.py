"""The rendezvous of a run with several instances: the coordinator keeps the book."""

import asyncio
from collections.abc import Callable
from itertools import count

from loadr_core.meetings import Meetings
from loadr_core.worker.messages import Arrived, Left, Released


class FleetMeetings(Meetings):
    """Asks the coordinator, which sees the users of all instances.

    Args:
        send: takes messages for it; must not block.
    """

    def __init__(self, send: Callable[[Arrived | Left], None]) -> None:
        self._send = send
        self._numbers = count()
        self._waiting: dict[int, asyncio.Future[bool]] = {}

    async def meet(self, name: str, users: int, patience: float) -> bool:
        """See `Meetings.meet`."""
        guest = next(self._numbers)
        released: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting[guest] = released
        self._send(Arrived(guest, name, users, patience))
        try:
            return await released
        finally:
            # Still there: its iteration was cut off.
            if self._waiting.pop(guest, None) is not None:
                self._send(Left(guest, name))

    def release(self, released: Released) -> None:
        """Let users go on; those who have left meanwhile are not there any more."""
        for guest in released.guests:
            waiting = self._waiting.pop(guest, None)
            if waiting is not None and not waiting.done():
                waiting.set_result(released.met)

    def __repr__(self) -> str:
        return f"<FleetMeetings {len(self._waiting)} waiting>"
