"""The runtime of the closed executors: as many loops as VUs, and two nested deadlines.

Until the regular end VUs start iterations, each when its last one has ended; from then on running
iterations have the grace time; what still runs after it is cancelled and counts as interrupted.

A VU has a seat, which it keeps:

empty ──summoned──▶ looping ──dismissed──▶ finishing its iteration ──▶ parked ──summoned──▶ looping
                       │                        └─ grace_down over: interrupted ─▶ parked
                       └──done, or the scenario is over──▶ ended

As in k6, VUs with the highest numbers are dismissed first, and a parked VU goes on where it was:
with its variables, cookies and connections, and its iterations counted on.
"""

import asyncio
from math import inf

from loadr_core.compiler.program import ScenarioProgram
from loadr_core.errors import ControlError
from loadr_core.executors.base import Executor
from loadr_core.executors.turnstile import Turnstile
from loadr_core.numbering import planned_vus
from loadr_core.schedules import ClosedSchedule
from loadr_core.spi.clock import Clock
from loadr_core.vu import OnAbort, VirtualUser


class _Seat:
    """The place of one VU; `until` is the moment of the clock before which it may start iterations."""

    __slots__ = ("done", "hard_stop", "is_wanted", "leaves", "place", "task", "until", "vu")

    def __init__(self, place: int) -> None:
        self.place = place
        self.until = -inf
        self.is_wanted = False
        self.done = False
        self.leaves = False
        self.vu: VirtualUser | None = None
        self.task: asyncio.Task[None] | None = None
        self.hard_stop: asyncio.TimerHandle | None = None


class ClosedExecutor(Executor):
    """Runs one closed scenario of one worker.

    Args:
        program: the compiled scenario.
        schedule: this worker's part of its schedule.
        pacer: spaces the starts of its iterations.
        throttle: lets its requests through.
        seed: the run's seed.
        clock: the time.
        on_abort: called when an iteration ends more than itself.
    """

    def __init__(
        self,
        program: ScenarioProgram,
        schedule: ClosedSchedule,
        *,
        pacer: Turnstile | None = None,
        throttle: Turnstile | None = None,
        seed: int,
        clock: Clock,
        on_abort: OnAbort,
    ) -> None:
        super().__init__(program, clock, [limit for limit in (pacer, throttle) if limit is not None])
        self.schedule = schedule
        self._seed = seed
        self._on_abort = on_abort
        self._group = asyncio.TaskGroup()
        self._seats: list[_Seat] = []
        self._wanted = 0
        # The number of VUs in the whole run that somebody scaled to.
        self._scaled_to: int | None = None
        self._steps_are_over = False
        self._started_iterations = 0
        self._is_killed = False
        self._pacer = pacer

    # ------------------------------------------------------------ the life of the scenario

    async def run(self, start: float) -> None:
        """Run to the end."""
        try:
            if await self._await_start(start):
                async with self._group:
                    await self._follow_schedule()
                    self.state = "stopping"
                    self._admission_changed()
                    await self._let_finish()
                async with asyncio.TaskGroup() as goodbyes:
                    for seat in self._seats:
                        if seat.vu is not None and not seat.leaves:  # parked
                            goodbyes.create_task(seat.vu.end(says_goodbye=not self._is_killed))
        finally:
            self._end()

    async def _follow_schedule(self) -> None:
        """Have as many VUs as the schedule says, until it is over."""
        for offset, total in self.schedule.steps():
            await self._reach(self._start + offset)
            if self._is_over or self._scaled_to is not None:
                break
            self._seat(total)
        if self._scaled_to is not None and not self._is_over:
            self._seat(self._scaled_to)
        self._steps_are_over = True
        await self._reach(self._start + self.schedule.end)

    async def _let_finish(self) -> None:
        """Give running iterations their grace time, then interrupt them."""
        tasks = [seat.task for seat in self._seats if seat.task is not None]
        if tasks:
            await asyncio.wait(tasks, timeout=self.schedule.grace)
        for seat in self._seats:
            _interrupt(seat)

    def kill(self) -> None:
        """Stop, and cancel running iterations now; VUs leave without `on_stop`."""
        self._is_killed = True
        self.stop.set("killed")
        for seat in self._seats:
            if seat.task is not None:
                seat.task.cancel()

    @property
    def initialized_vus(self) -> int:
        """Those of the plan, which are made when they begin; more where somebody scaled up."""
        return max(self.schedule.vus(planned_vus(self.program.config)), len(self._seats))

    @property
    def _is_over(self) -> bool:
        return self.stop.is_set or self._has_no_work

    @property
    def _has_no_work(self) -> bool:
        """Whether every VU has done all that it had to, and none will come."""
        if not self._steps_are_over or self.schedule.most is not None:
            return False
        return all(seat.done for seat in self._seats) and bool(self._seats or self.schedule.is_bounded)

    def _fraction(self) -> float:
        return self.schedule.fraction(self._watch.elapsed - self._start, self.completed)

    def _admission_changed(self) -> None:
        until = self._until
        for seat in self._seats:
            seat.until = until if seat.is_wanted else -inf
        self._wake()

    @property
    def _until(self) -> float:
        """The moment of the clock before which iterations may start."""
        starts = self.state == "running" and not self.stop.is_set and not self.is_paused
        return self._watch.moment(self._start + self.schedule.end) if starts else -inf

    def _wake(self) -> None:
        self._sleepers.wake_all()
        if self._pacer is not None:
            self._pacer.release()

    # ------------------------------------------------------------ how many VUs

    def _scale_vus(self, vus: int) -> None:
        schedule = self.schedule
        if schedule.is_bounded:
            raise self._no_knob("number of VUs")
        if schedule.most is not None and vus > schedule.most:
            raise ControlError(
                f"scenario {self.program.name!r} cannot have {vus} VUs: its max_vus is {schedule.most}"
            )
        self._scaled_to = vus
        turns = schedule.segment.turns(max(vus, planned_vus(self.program.config), 1))
        for limit in self._limits:
            limit.deal(turns)
        if self.state == "running":
            self._seat(vus)

    def _seat(self, total: int) -> None:
        """Have this instance's share of so many VUs."""
        wanted = self.schedule.vus(total)
        until = self._until
        for seat in reversed(self._seats[wanted : self._wanted]):
            self._dismiss(seat)
        for index in range(self._wanted, wanted):
            if index == len(self._seats):
                self._seats.append(_Seat(self.schedule.segment.stripe(total)[index]))
            self._summon(self._seats[index], until)
        if wanted < self._wanted:
            self._wake()
        self._wanted = wanted

    def _summon(self, seat: _Seat, until: float) -> None:
        seat.is_wanted = True
        seat.until = until
        if seat.hard_stop is not None:
            seat.hard_stop.cancel()
            seat.hard_stop = None
        if seat.task is None and not seat.done:
            seat.task = self._group.create_task(self._live(seat))

    def _dismiss(self, seat: _Seat) -> None:
        seat.is_wanted = False
        seat.until = -inf
        if seat.task is not None and self.schedule.grace_down != inf:
            loop = asyncio.get_running_loop()
            seat.hard_stop = loop.call_later(self.schedule.grace_down, _interrupt, seat)

    # ------------------------------------------------------------ one VU

    async def _live(self, seat: _Seat) -> None:
        """Loop until dismissed, done, or the scenario is over."""
        if seat.vu is None:
            number = self.program.vus.number(seat.place)
            seat.vu = VirtualUser(self.program, number, self._seed, self._clock, self._on_abort)
        vu = seat.vu
        self.active_vus += 1
        self.most_vus = max(self.most_vus, self.active_vus)
        try:
            await vu.start()
            while not await self._iterate(seat, vu) and seat.is_wanted and self._is_held:
                await self._sleepers.sleep_until(inf)
        finally:
            self.active_vus -= 1
            if seat.done or self.stop.is_set or self.state != "running":
                seat.leaves = True
                await vu.end(says_goodbye=not self._is_killed)
            seat.task = None
            if self._has_no_work:
                self._wake()

    @property
    def _is_held(self) -> bool:
        """Whether a pause keeps VUs from starting iterations, and nothing else does."""
        return self.state == "running" and self.is_paused and not self.stop.is_set

    async def _iterate(self, seat: _Seat, vu: VirtualUser) -> bool:
        """Run iterations as long as they may start; whether the VU has done all that it had to."""
        now, pacer = self._clock.now, self._pacer
        each, shared = self.schedule.each, self.schedule.shared
        moment = now()
        while moment < seat.until:
            if pacer is not None:
                has_slot = await pacer.wait()
                moment = now()
                if not has_slot or moment >= seat.until:
                    continue
            if (each is not None and vu.iterations == each) or (
                shared is not None and not self._claim(shared)
            ):
                seat.done = True
                break
            self.started += 1
            try:
                moment = await vu.iterate(moment)
            except asyncio.CancelledError:
                self.interrupted += 1
                raise
            if vu.ended:
                self.started -= 1
                seat.done = True
                break
            self.completed += 1
        return seat.done

    def _claim(self, shared: int) -> bool:
        """Take one of the shared iterations."""
        if self._started_iterations >= shared:
            return False
        self._started_iterations += 1
        return True


def _interrupt(seat: _Seat) -> None:
    """Cut off what the VU does; one that leaves already has its own limit."""
    if seat.task is not None and not seat.leaves:
        seat.task.cancel()
