"""`rendezvous`: waiting until enough users have arrived, in the whole run."""

from collections.abc import Callable

from loadr_core.flow.step import Step
from loadr_core.meetings import Meetings
from loadr_core.spi.scope import Scope


class RendezvousStep(Step):
    """Waits for others. After the timeout all that wait go on, and that it came to this is counted."""

    __slots__ = ("_meetings", "_missed", "_name", "_timeout", "_users")

    def __init__(
        self, meetings: Meetings, name: str, users: int, timeout: float, missed: Callable[[], None]
    ) -> None:
        """Join what the compiler knows.

        Args:
            meetings: where users of the whole run wait.
            name: where they meet.
            users: how many must have arrived.
            timeout: the longest wait in seconds.
            missed: counts a wait that came to nothing.
        """
        self._meetings = meetings
        self._name = name
        self._users = users
        self._timeout = timeout
        self._missed = missed

    @property
    def waits(self) -> bool:
        """Always, also for the last to arrive."""
        return True

    async def run(self, scope: Scope) -> None:
        """Wait; an interrupted iteration stops waiting."""
        del scope
        if not await self._meetings.meet(self._name, self._users, self._timeout):
            self._missed()
