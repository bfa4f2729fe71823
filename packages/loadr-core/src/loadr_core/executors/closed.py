"""The runtime of the closed executors: as many loops as VUs, and two nested deadlines.

Until the regular end VUs start iterations; from then on running iterations have the grace time;
what still runs after it is cancelled and counts as interrupted.
"""

import asyncio
from math import inf

from loadr_core.compiler.program import ScenarioProgram
from loadr_core.executors.base import Executor
from loadr_core.schedules.closed import ClosedSchedule
from loadr_core.spi.clock import Clock
from loadr_core.vu import OnAbort, VirtualUser


class ClosedExecutor(Executor):
    """Runs one closed scenario of one worker."""

    def __init__(
        self,
        program: ScenarioProgram,
        schedule: ClosedSchedule,
        *,
        seed: int,
        clock: Clock,
        on_abort: OnAbort,
    ) -> None:
        super().__init__(program, clock)
        self.schedule = schedule
        self._seed = seed
        self._on_abort = on_abort
        self._started_iterations = 0
        self._loops: list[asyncio.Task[None]] = []
        # Iterations start before this moment of the clock.
        self._until = -inf

    async def run(self, start: float) -> None:
        """Run to the end."""
        self._watch.start(start)
        await self._reach(self.program.config.start_time)
        if self.schedule.vus and not self.stop.is_set:
            self.state = "running"
            self._admission_changed()
            await self._run_vus()
        self.state = "done"

    def kill(self) -> None:
        """Stop, and cancel running iterations now."""
        self.stop.set("killed")
        for loop in self._loops:
            loop.cancel()

    def _fraction(self) -> float:
        return self.schedule.fraction(self._watch.elapsed - self.program.config.start_time, self.completed)

    @property
    def _end(self) -> float:
        """Seconds of the stopwatch after which no iteration starts."""
        return self.program.config.start_time + self.schedule.end

    def _admission_changed(self) -> None:
        starts = self.state == "running" and not self.stop.is_set and not self.is_paused
        self._until = self._watch.moment(self._end) if starts else -inf
        self._sleepers.wake_all()

    async def _run_vus(self) -> None:
        async with asyncio.TaskGroup() as group:
            self._loops = [group.create_task(self._loop(number)) for number in range(self.schedule.vus)]
            timer = group.create_task(self._interrupt_late())
            await asyncio.wait(self._loops)
            timer.cancel()

    async def _interrupt_late(self) -> None:
        await self._reach(self._end)
        self.state = "stopping"
        self._admission_changed()
        await self._clock.sleep(self.schedule.grace)
        for loop in self._loops:
            loop.cancel()

    async def _loop(self, number: int) -> None:
        vu = VirtualUser(
            self.program,
            self.program.first_vu + self.schedule.first_vu + number,
            self._seed,
            self._clock,
            self._on_abort,
        )
        self.active_vus += 1
        self.most_vus = max(self.most_vus, self.active_vus)
        try:
            while not await self._iterate(vu) and self._is_held:
                await self._sleepers.sleep_until(inf)
        finally:
            self.active_vus -= 1
            await vu.close()

    @property
    def _is_held(self) -> bool:
        """Whether a pause keeps VUs from starting iterations, and nothing else does."""
        return self.state == "running" and self.is_paused and not self.stop.is_set

    async def _iterate(self, vu: VirtualUser) -> bool:
        """Run iterations as long as they may start; whether the VU has done all that it had to."""
        now, each = self._clock.now, self.schedule.each
        while now() < self._until:
            if vu.iterations == each or not self._claim():
                return True
            await vu.iterate()
            if vu.ended:
                return True
            self.completed += 1
        return False

    def _claim(self) -> bool:
        """Take one of the shared iterations."""
        shared = self.schedule.shared
        if shared is None:
            return True
        if self._started_iterations >= shared:
            return False
        self._started_iterations += 1
        return True
