"""The runtime of the open executors: iterations start when they are due, whatever the responses do.

One timer waits for the next start. When it fires, every start that is due goes to a VU that is free, and
the timer is set to the next one: starts share a wake-up only when they are due together. Offsets are
absolute, so a late start delays none after it.

A VU waits in a queue, the one that has waited longest first, as in k6. A start that finds nobody there gets a
new VU, as long as the pool may grow; then it is dropped and counted, or waits for the next free VU
(`when_busy`). k6 drops the start for which it makes a VU, because that takes it a while (ADR 7).

Budget: 60 us CPU per start of a null iteration, 0.5 ms delay at p99 for 1,000 starts/s (benchmark
start-delay).
"""

import asyncio
from collections import deque
from math import inf
from typing import Final

from loadr_config.models import ConstantArrivalRate, RampingArrivalRate
from loadr_core.compiler.program import ScenarioProgram
from loadr_core.executors.base import Executor
from loadr_core.executors.near import NEAR
from loadr_core.executors.turnstile import Turnstile
from loadr_core.schedules import Arrivals, PoolSize
from loadr_core.segments import Segment
from loadr_core.spi.clock import Clock
from loadr_core.timers import Timer, open_timer
from loadr_core.vu import OnAbort, VirtualUser

# After so many starts in a row what is readable gets its turn; they are late already.
_MOST_AT_ONCE: Final = 200

# A start: its number in the whole run, when it was due, and when it could have been made at the earliest.
_Start = tuple[int, float, float]


class _Server:
    """A VU of the pool, and the start that it was given and has not begun."""

    __slots__ = ("is_busy", "is_closed", "start", "task", "vu", "wake")

    def __init__(self, vu: VirtualUser) -> None:
        self.vu = vu
        self.is_busy = False
        self.is_closed = False
        self.start: _Start | None = None
        self.wake: asyncio.Future[None] | None = None
        self.task: asyncio.Task[None] | None = None


class OpenExecutor(Executor):
    """Runs one arrival-rate scenario of one worker.

    Args:
        program: the compiled scenario.
        arrivals: this worker's starts.
        pool: how many VUs it may have.
        segment: which VUs of the scenario are here.
        throttle: lets its requests through.
        seed: the run's seed.
        clock: the time.
        on_abort: called when an iteration ends more than itself.
    """

    def __init__(
        self,
        program: ScenarioProgram,
        arrivals: Arrivals,
        pool: PoolSize,
        segment: Segment,
        *,
        throttle: Turnstile | None = None,
        seed: int,
        clock: Clock,
        on_abort: OnAbort,
    ) -> None:
        super().__init__(program, clock, () if throttle is None else (throttle,))
        assert isinstance(program.config, ConstantArrivalRate | RampingArrivalRate)
        assert program.starts is not None
        self._dropped = program.starts.dropped
        self._waits = program.config.when_busy == "wait"
        self._arrivals = arrivals
        self._pool = pool
        self._segment = segment
        self._seed = seed
        self._on_abort = on_abort
        self._group = asyncio.TaskGroup()
        self._servers: list[_Server] = []
        self._free: deque[_Server] = deque()
        self._backlog: deque[_Start] = deque()
        self._timer: Timer | None = None
        # Seconds that the schedule's zero is later than the scenario's start: VUs that get ready first.
        self._head_start = 0.0
        self._has_begun = False
        self._is_growing = False
        self._is_killed = False

    # ------------------------------------------------------------ the life of the scenario

    def prepare(self) -> None:
        """Make the pre-allocated VUs."""
        while len(self._servers) < self._pool.first:
            self._servers.append(_Server(self._make_vu()))

    async def run(self, start: float) -> None:
        """Run to the end."""
        self.prepare()
        try:
            if await self._await_start(start):
                await self._serve_all()
            for server in self._servers:
                if server.start is not None:  # cancelled before it could begin
                    self.program.interrupted.value += 1
                    self.interrupted += 1
                if not server.is_closed:
                    await server.vu.end(says_goodbye=not self._is_killed)
        finally:
            self._end()

    async def _serve_all(self) -> None:
        """Run the schedule, and what it has started."""
        self._timer = open_timer(self._clock, self._start_due)
        try:
            async with self._group:
                await self._employ_all()
                self._has_begun = True
                self._start_due()
                await self._reach(self._zero + self._arrivals.end)
                self._finish_schedule()
                await self._let_finish()
        finally:
            self._timer.close()

    async def _employ_all(self) -> None:
        """Let every pre-allocated VU wait for starts; with an `on_start` the schedule waits for them (ADR 9)."""
        if self.program.on_start is None:
            # They get a task with their first start: thousands of tasks that begin to wait would delay it.
            self._free.extend(self._servers)
            return
        for server in self._servers:
            self._employ(server)
        while len(self._free) < len(self._servers) and not self._is_over:
            await self._sleepers.sleep_until(inf)
        self._head_start = self._watch.elapsed - self._start

    def _finish_schedule(self) -> None:
        """Start what was due to the last, and give up on what nobody was free for."""
        if not self._is_over:
            while self._arrivals.offset != inf:
                self._start_next()
        self.state = "stopping"
        self._dropped.value += len(self._backlog)
        self._backlog.clear()
        while self._free:
            _wake(self._free.popleft())

    async def _let_finish(self) -> None:
        """Give running iterations their grace time, then interrupt them."""
        tasks = [server.task for server in self._servers if server.task is not None]
        if tasks:
            await asyncio.wait(tasks, timeout=self.program.config.graceful_stop)
        for server in self._servers:
            if server.task is not None and (server.is_busy or server.start is not None):
                server.task.cancel()

    def kill(self) -> None:
        """Stop, and cancel running iterations now; VUs leave without `on_stop`."""
        self._is_killed = True
        self.stop.set("killed")
        for server in self._servers:
            if server.task is not None:
                server.task.cancel()

    @property
    def initialized_vus(self) -> int:
        """Those that were made, and those that are made at the start."""
        return max(self._pool.first, len(self._servers))

    @property
    def _zero(self) -> float:
        """Seconds of the stopwatch at which the schedule begins."""
        return self._start + self._head_start

    @property
    def _elapsed(self) -> float:
        return self._watch.elapsed - self._zero

    def _fraction(self) -> float:
        return min(max(self._elapsed / self._arrivals.end, 0.0), 1.0)

    @property
    def _starts_now(self) -> bool:
        return self._has_begun and self.state == "running" and not self.stop.is_set and not self.is_paused

    def _admission_changed(self) -> None:
        if self._timer is not None:
            self._set_timer()
        while self._starts_now and self._backlog and self._free:
            number, intended, _ = self._backlog.popleft()
            self._hand(self._free.popleft(), (number, intended, self._clock.now()))
        self._sleepers.wake_all()

    def _scale_rate(self, rate: float) -> None:
        self._arrivals.change(max(self._elapsed, 0.0), rate)
        if self._timer is not None:
            self._set_timer()

    # ------------------------------------------------------------ starts

    def _start_due(self) -> None:
        """Start everything that is due, then wait for the next."""
        if self._starts_now:
            until, arrivals = self._elapsed + NEAR, self._arrivals
            for _ in range(_MOST_AT_ONCE):
                if arrivals.offset > until:
                    break
                self._start_next()
            self._set_timer()

    def _set_timer(self) -> None:
        moment = self._watch.moment(self._zero + self._arrivals.offset) if self._starts_now else inf
        if self._timer is not None:
            self._timer.arm(moment)

    def _start_next(self) -> None:
        """Give the next start to a VU that is free, or to a new one."""
        arrivals = self._arrivals
        intended = self._watch.moment(self._zero + arrivals.offset)
        start = (arrivals.number, intended, intended)
        arrivals.advance()
        if self._free:
            self._hand(self._free.popleft(), start)
        elif not self._grow_for(start):
            if self._waits:
                self._backlog.append(start)
            else:
                self._dropped.value += 1

    def _grow_for(self, start: _Start) -> bool:
        """Make a VU if there may be one more; whether it can run the start."""
        if self._is_growing or len(self._servers) >= self._pool.limit(self._arrivals.rate(self._elapsed)):
            return False
        try:
            server = _Server(self._make_vu())
        except Exception as error:  # noqa: BLE001 - a timer's callback has nobody to raise it to
            self._group.create_task(_fail(error))
            return False
        self._servers.append(server)
        # One that has to get ready first is for a later start, and only one does so at a time, as in k6.
        self._is_growing = self.program.on_start is not None
        if self._is_growing:
            self._employ(server)
        else:
            self._hand(server, start)
        return not self._is_growing

    def _hand(self, server: _Server, start: _Start) -> None:
        server.start = start
        self.active_vus += 1
        self.most_vus = max(self.most_vus, self.active_vus)
        if server.task is None:
            self._employ(server)
        else:
            _wake(server)

    # ------------------------------------------------------------ VUs

    def _make_vu(self) -> VirtualUser:
        place = self._segment.index + len(self._servers) * self._segment.count
        number = self.program.vus.number(place)
        return VirtualUser(self.program, number, self._seed, self._clock, self._on_abort)

    def _employ(self, server: _Server) -> None:
        server.task = self._group.create_task(self._serve(server))

    async def _serve(self, server: _Server) -> None:
        """Run the starts that a VU is given, until none comes any more."""
        vu, now, pool = server.vu, self._clock.now, self._pool
        loop = asyncio.get_running_loop()
        try:
            if self.program.on_start is not None:
                await self._get_ready(server)
            while True:
                if server.start is None:
                    if self.state != "running":
                        break
                    server.wake = loop.create_future()
                    await server.wake
                    continue
                start, server.start = server.start, None
                server.is_busy = True
                begin = now()
                vu.take_start(*start)
                self.started += 1
                try:
                    await vu.iterate(begin)
                except asyncio.CancelledError:
                    self.interrupted += 1
                    raise
                finally:
                    server.is_busy = False
                    self.active_vus -= 1
                if vu.ended:
                    self.started -= 1
                    self._end_with_last_vu()
                    break
                self.completed += 1
                if pool.sizes_itself:
                    pool.observe(now() - begin)
                self._set_free(server)
        finally:
            server.is_closed = True
            await vu.end(says_goodbye=not self._is_killed)

    async def _get_ready(self, server: _Server) -> None:
        server.is_busy = True
        try:
            await server.vu.start()
        finally:
            server.is_busy = self._is_growing = False
        if self.state == "running":
            self._set_free(server)
        if len(self._free) == len(self._servers):
            self._sleepers.wake_all()

    def _end_with_last_vu(self) -> None:
        """End the scenario when no VU is left, and none may come, that could run another start."""
        most = self._pool.limit(self._arrivals.rate(self._elapsed))
        if len(self._servers) >= most and all(server.vu.ended for server in self._servers):
            self.stop.set("no VU has anything left to do")

    def _set_free(self, server: _Server) -> None:
        """Give a VU the start that has waited longest, or let it wait for one."""
        if self._backlog and self._starts_now:
            number, intended, _ = self._backlog.popleft()
            self._hand(server, (number, intended, self._clock.now()))
        else:
            self._free.append(server)


async def _fail(error: Exception) -> None:
    raise error


def _wake(server: _Server) -> None:
    if server.wake is not None and not server.wake.done():
        server.wake.set_result(None)
