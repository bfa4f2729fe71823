"""A member of the fleet without a process: its engine runs on the coordinator's own event loop."""

import asyncio
from collections.abc import AsyncIterator

from loadr_core.coordinator import Member
from loadr_core.errors import LoadrError, PlanRefusedError
from loadr_core.plugins import ProtocolRegistry
from loadr_core.spi import Clock
from loadr_core.vitals import Signs, Vitals
from loadr_core.worker.life import Instance
from loadr_core.worker.messages import Command, Message, Prepare, Refused


class InProcessMember(Member, Signs):
    """Runs an instance as a task; with a virtual clock a whole fleet runs in no time.

    Args:
        number: its number, from 1.
        clock: the time, also as seconds since the epoch: give the run `clock.now` for its wall clock.
        protocols: what its plan may use.

    Attributes:
        commands: the commands that it was sent, in order.
        vitals: what it reports of itself.
    """

    def __init__(self, number: int, clock: Clock, protocols: ProtocolRegistry) -> None:
        super().__init__(number)
        self.commands: list[Command] = []
        self.vitals = Vitals(cpu=0.1)
        self._clock = clock
        self._protocols = protocols
        self._inbox: asyncio.Queue[Message | None] = asyncio.Queue()
        self._instance: Instance | None = None
        self._life: asyncio.Task[None] | None = None

    @property
    def place(self) -> str:
        """That it is no process."""
        return "in this process"

    async def prepare(self, prepare: Prepare) -> None:
        """Make the instance and let it live."""
        try:
            self._instance = Instance(
                prepare, self._inbox.put_nowait, self._clock, self, self._protocols, self._clock.now
            )
        except PlanRefusedError as error:
            self._inbox.put_nowait(Refused(error.problems))
        except LoadrError as error:
            self._inbox.put_nowait(Refused((str(error),)))
        else:
            self._life = asyncio.get_running_loop().create_task(self._instance.run())
            self._life.add_done_callback(lambda _life: self._inbox.put_nowait(None))

    def post(self, command: Command) -> None:
        """Hand over a command."""
        self.commands.append(command)
        if self._instance is not None and self._life is not None and not self._life.done():
            self._instance.obey(command)

    async def messages(self) -> AsyncIterator[Message]:
        """Everything it says, until its end."""
        while (message := await self._inbox.get()) is not None:
            yield message

    async def close(self) -> str:
        """Wait for the end of its life, or end it."""
        if self._life is None:
            return "never alive"
        self._life.cancel()
        await asyncio.wait([self._life])
        return "killed" if self._life.cancelled() else "over"

    def kill(self) -> None:
        """End it at once."""
        if self._life is not None:
            self._life.cancel()

    def begin(self) -> None:
        """There is nothing to count: the vitals are what they are set to."""

    def read(self) -> Vitals:
        """The vitals."""
        return self.vitals

    def __repr__(self) -> str:
        return f"<InProcessMember {self.number} {self._instance!r}>"
