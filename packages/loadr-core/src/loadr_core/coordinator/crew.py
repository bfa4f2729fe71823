"""All members of a run: started together, heard one by one, waited for at barriers."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Final

from loadr_core.coordinator.member import Launch, Member
from loadr_core.errors import LoadrError
from loadr_core.fleet.barrier import Barrier
from loadr_core.segments import Segment
from loadr_core.worker.messages import Command, Finish, Finished, Message, Prepare

# The last report takes milliseconds; an extension may have to let go of something.
_FINISH_SECONDS: Final = 30.0


class Gate:
    """A barrier that can be waited for."""

    def __init__(self, members: Iterable[int]) -> None:
        self._barrier = Barrier(members)
        self._event = asyncio.Event()
        self._look()

    @property
    def is_open(self) -> bool:
        """Whether nobody is missing any more."""
        return self._barrier.is_open

    def arrive(self, member: int) -> None:
        """A member has come."""
        self._barrier.arrive(member)
        self._look()

    def leave(self, member: int) -> None:
        """A member will never come."""
        self._barrier.leave(member)
        self._look()

    def force(self) -> None:
        """Let everybody through: what they wait for has failed."""
        self._event.set()

    async def wait(self) -> None:
        """Wait until nobody is missing any more."""
        await self._event.wait()

    def _look(self) -> None:
        if self._barrier.is_open:
            self._event.set()

    def __repr__(self) -> str:
        return ", ".join(f"worker {number}" for number in sorted(self._barrier.missing)) or "nobody"


class Crew:
    """The members of a run.

    Args:
        launch: makes a member.
        hear: told every message.
        lose: told of a member that ended before it had finished, and how.
    """

    def __init__(
        self, launch: Launch, hear: Callable[[Member, Message], None], lose: Callable[[Member, str], None]
    ) -> None:
        self._launch = launch
        self._hear = hear
        self._lose = lose
        self._members: dict[int, Member] = {}
        self._present: dict[int, Member] = {}
        self._gates: list[Gate] = []
        self._lost: set[int] = set()
        self._failure: LoadrError | None = None

    @property
    def present(self) -> frozenset[int]:
        """The numbers of those that are not gone."""
        return frozenset(self._present)

    @property
    def lost(self) -> frozenset[int]:
        """The numbers of those that ended before they had finished."""
        return frozenset(self._lost)

    @property
    def first(self) -> Member | None:
        """The member that does what is done once; `None` when all are gone."""
        return next(iter(self._present.values()), None)

    async def start(self, count: int, prepare_for: Callable[[Segment], Prepare]) -> None:
        """Start all members at once, and give each its part.

        Raises:
            LoadrError: one could not be started; the others are ended by `close`.
        """
        numbers = range(1, count + 1)
        outcomes = await asyncio.gather(*map(self._start, numbers), return_exceptions=True)
        for outcome in outcomes:
            if outcome is not None:
                raise outcome
        self._present = {number: self._members[number] for number in numbers}
        await asyncio.gather(
            *(
                member.prepare(prepare_for(Segment(number - 1, count)))
                for number, member in self._present.items()
            )
        )

    async def _start(self, number: int) -> None:
        self._members[number] = await self._launch(number)

    async def follow(self) -> None:
        """Hear all members to their ends."""
        async with asyncio.TaskGroup() as group:
            for member in self._members.values():
                group.create_task(self._follow(member))

    async def _follow(self, member: Member) -> None:
        finished = False
        async for message in member.messages():
            self._hear(member, message)
            if isinstance(message, Finished):
                finished = True
                break
        del self._present[member.number]
        if not finished:
            self._lost.add(member.number)
            self._lose(member, await member.close())
        for gate in self._gates:
            gate.leave(member.number)

    def gate(self, members: Iterable[int] | None = None) -> Gate:
        """A gate for some members; for all that are present when it is `None`."""
        wanted = self._present.keys() if members is None else members
        gate = Gate(number for number in wanted if number in self._present)
        self._gates.append(gate)
        return gate

    def forget(self, gate: Gate) -> None:
        """A gate is not waited for any more."""
        self._gates.remove(gate)

    @property
    def members(self) -> tuple[Member, ...]:
        """All members, also those that are gone."""
        return tuple(self._members[number] for number in sorted(self._members))

    async def through(self, gate: Gate) -> None:
        """Wait at a gate, the only time.

        Raises:
            LoadrError: what `fail` was given.
        """
        await gate.wait()
        self.forget(gate)
        if self._failure is not None:
            raise self._failure

    def fail(self, error: LoadrError) -> None:
        """Nothing can come of this run: end every wait with an error; the first one is kept."""
        self._failure = self._failure or error
        for gate in self._gates:
            gate.force()

    def post_to(self, number: int, command: Command) -> None:
        """Send a command to one, if it is present."""
        member = self._present.get(number)
        if member is not None:
            member.post(command)

    def post(self, command: Command) -> None:
        """Send a command to all that are present."""
        for member in self._present.values():
            member.post(command)

    async def dismiss(self) -> None:
        """Let all send their last report and end; one that does not is ended by force, and is lost."""
        gate = self.gate()
        self.post(Finish())
        try:
            async with asyncio.timeout(_FINISH_SECONDS):
                await gate.wait()
        except TimeoutError:
            for member in self._present.values():
                member.kill()

    def kill(self) -> None:
        """End all at once."""
        for member in self._members.values():
            member.kill()

    async def close(self) -> None:
        """Let all end."""
        await asyncio.gather(*(member.close() for member in self._members.values()))

    def __repr__(self) -> str:
        return f"<Crew {len(self._present)} of {len(self._members)} present>"
