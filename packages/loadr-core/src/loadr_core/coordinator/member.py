"""A member of the fleet, as the coordinator sees it: a worker process, or an agent of another distribution."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable

from loadr_core.worker.messages import Command, Message, Prepare


class Member(ABC):
    """An instance of the engine, somewhere. Its messages and commands are plain values; the way is its own.

    Attributes:
        number: its number in the fleet, from 1; the tag `instance` of its samples.
    """

    def __init__(self, number: int) -> None:
        self.number = number

    @property
    @abstractmethod
    def place(self) -> str:
        """Where it runs, for people, such as `pid 4711`."""

    @abstractmethod
    async def prepare(self, prepare: Prepare) -> None:
        """Send what it needs before the start. Called once, before `messages` is read.

        A member that is gone misses it; its end is seen by `messages`.
        """

    @abstractmethod
    def post(self, command: Command) -> None:
        """Send a command. Must not wait; commands arrive in order, and a member that is gone misses them."""

    @abstractmethod
    def messages(self) -> AsyncIterator[Message]:
        """Everything it says, in order, until it is gone. Read once."""

    @abstractmethod
    async def close(self) -> str:
        """Let it end, by force where it does not; how it ended, for people. A second call does nothing."""

    @abstractmethod
    def kill(self) -> None:
        """End it at once, whatever it is doing."""


Launch = Callable[[int], Awaitable[Member]]
"""Makes the member of a number. Raises `RunError` when it cannot be started."""
