"""The runtime of the closed executors: as many loops as VUs, and two nested deadlines.

waiting ──start_time──▶ running ──end, stop or all done──▶ stopping ──grace or all done──▶ done

Until the regular end VUs start iterations; from then on running iterations have the grace time;
what still runs after it is cancelled and counts as interrupted.
"""

import asyncio

from loadr_core.compiler.program import ScenarioProgram
from loadr_core.executors.control import StopSignal
from loadr_core.progress import Progress, State
from loadr_core.schedules.closed import ClosedSchedule
from loadr_core.spi.clock import Clock
from loadr_core.vu import OnAbort, VirtualUser


class ClosedExecutor:
    """Runs one closed scenario of one worker.

    Attributes:
        state: where it is in its life.
        active_vus: VUs that still run.
        most_vus: the most VUs that ran at once.
        completed: iterations that ended, also aborted ones.
    """

    def __init__(
        self,
        program: ScenarioProgram,
        schedule: ClosedSchedule,
        *,
        seed: int,
        clock: Clock,
        on_abort: OnAbort,
    ) -> None:
        self.program = program
        self.schedule = schedule
        self.state: State = "waiting"
        self.active_vus = 0
        self.most_vus = 0
        self.completed = 0
        self.stop = StopSignal()
        self._seed = seed
        self._clock = clock
        self._on_abort = on_abort
        self._started_at = 0.0
        self._started_iterations = 0
        self._end = float("inf")

    async def run(self, start: float) -> None:
        """Run to the end.

        Args:
            start: the moment of the clock at which the run started.
        """
        await self.stop.wait_until(start + self.program.config.start_time, self._clock)
        if self.schedule.vus and not self.stop.is_set:
            self._started_at = self._clock.now()
            self._end = self._started_at + self.schedule.end
            self.state = "running"
            await self._run_vus()
        self.state = "done"

    def progress(self) -> Progress:
        """How far it is."""
        program = self.program
        return Progress(
            program.name,
            program.config.executor,
            self.state,
            self._fraction(),
            self.active_vus,
            self.completed,
            self.most_vus,
        )

    def _fraction(self) -> float:
        if self.state in ("waiting", "done"):
            return 1.0 if self.state == "done" else 0.0
        return self.schedule.fraction(self._clock.now() - self._started_at, self.completed)

    async def _run_vus(self) -> None:
        async with asyncio.TaskGroup() as group:
            loops = [group.create_task(self._loop(number)) for number in range(self.schedule.vus)]
            timer = group.create_task(self._interrupt_late(loops))
            await asyncio.wait(loops)
            timer.cancel()

    async def _interrupt_late(self, loops: list[asyncio.Task[None]]) -> None:
        await self.stop.wait_until(self._end, self._clock)
        self.state = "stopping"
        await self._clock.sleep(self.schedule.grace)
        for loop in loops:
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
            await self._iterate(vu)
        finally:
            self.active_vus -= 1
            await vu.close()

    async def _iterate(self, vu: VirtualUser) -> None:
        now, end, each, stop = self._clock.now, self._end, self.schedule.each, self.stop
        mine = 0
        while now() < end and stop.reason is None and (each is None or mine < each) and self._claim():
            await vu.iterate()
            mine += 1
            self.completed += 1

    def _claim(self) -> bool:
        """Take one of the shared iterations."""
        shared = self.schedule.shared
        if shared is None:
            return True
        if self._started_iterations >= shared:
            return False
        self._started_iterations += 1
        return True
