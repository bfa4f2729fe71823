"""The life of an instance: an engine that obeys commands and reports, whatever carries them.

compiled ──Ready──▶ waiting ──RunOnce──▶ setup ──OnceDone──▶ waiting ──Go──▶ load ──Idle──▶ waiting ...
                                                       ... ──Finish──▶ finished
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Final

from loadr_config.secrets import Masker
from loadr_core.clock import WallClock, epoch_of, wall_clock
from loadr_core.engine import Engine
from loadr_core.errors import ControlError, LoadrError
from loadr_core.meetings import LocalMeetings
from loadr_core.metrics import TagBudget
from loadr_core.plugins import ProtocolRegistry
from loadr_core.recording import Recorder
from loadr_core.recording.recorder import FLUSH_ROWS
from loadr_core.spi.clock import Clock
from loadr_core.spi.rows import RowLayout, TrendColumn
from loadr_core.tracing.wire import WireLimit
from loadr_core.vitals import Signs
from loadr_core.worker.meetings import FleetMeetings
from loadr_core.worker.messages import (
    Aborted,
    Broken,
    Command,
    Finish,
    Finished,
    Go,
    Idle,
    Kill,
    Marked,
    Message,
    OnceDone,
    Part,
    Prepare,
    Ready,
    Released,
    Report,
    RunOnce,
    Seen,
    Steer,
    Steered,
    Stop,
)

if TYPE_CHECKING:
    from loadr_core.setup_data import OnceOutcome

REPORT_SECONDS: Final = 1.0
_LAG_PROBE_SECONDS: Final = 0.1

LAG_LAYOUT: Final = RowLayout(
    name="loop lag", columns=("due", "ran"), at="ran", trends=(TrendColumn("loadr_loop_lag", "ran", "due"),)
)


class Instance:
    """Runs one engine; `run` is its life, `obey` takes commands meanwhile.

    Args:
        prepare: what to run.
        send: takes messages; must not block.
        clock: the time.
        signs: measures this process.
        protocols: where protocols are found, instead of what `prepare` says.
        wall: gives seconds since the epoch.

    Raises:
        PlanRefusedError: the plan cannot be run here.
        ExtensionError: a protocol is broken.
    """

    def __init__(
        self,
        prepare: Prepare,
        send: Callable[[Message], None],
        clock: Clock,
        signs: Signs,
        protocols: ProtocolRegistry | None = None,
        wall: WallClock = wall_clock,
    ) -> None:
        self._send = send
        self._wall = wall
        self._clock = clock
        name = str(prepare.engine.segment.index + 1)
        tags = {**prepare.base_tags, "instance": name}
        self._recorder = Recorder(
            tags,
            TagBudget(prepare.kept_tags, dropped=prepare.dropped_tags),
            in_bulk=prepare.in_bulk,
            keep_raw=prepare.keep_raw,
            mask=Masker(prepare.engine.secrets.values()).mask,
        )
        self._meetings = FleetMeetings(send)
        self._is_alone = prepare.engine.segment.count == 1
        wish = prepare.engine.wire
        self._engine = Engine(
            prepare.engine,
            self._recorder,
            clock,
            protocols or prepare.protocols,
            LocalMeetings(clock) if self._is_alone else self._meetings,
            self._tell_that_it_stopped,
            tap=None if wish is None else WireLimit(lambda exchange: send(Seen(exchange)), wish),
            on_marked=lambda reason: send(Marked(reason)),
        )
        self._cpu_gauge = self._recorder.gauge("loadr_cpu", {})
        self._knows_cpu = False
        self._read_at = 0.0
        self._lag = self._recorder.rows(LAG_LAYOUT, {})
        self._epoch = epoch_of(clock, wall)
        self._orders: asyncio.Queue[RunOnce | Go | Finish] = asyncio.Queue()
        self._once: asyncio.Task[OnceOutcome] | None = None
        self._part: Part = "setup"
        self._started_at = 0.0
        self._load_seconds = 0.0
        self._signs = signs

    async def run(self) -> None:
        """Live until `Finish` is obeyed."""
        loop = asyncio.get_running_loop()
        self._send(Ready(type(loop).__module__.partition(".")[0], self._epoch))
        while not isinstance(order := await self._orders.get(), Finish):
            match order:
                case RunOnce():
                    await self._run_once(order)
                case Go():
                    await self._generate(order)
        await self._engine.close()
        self._send(Finished())

    def obey(self, command: Command) -> None:
        """Take a command. Called on the event loop."""
        match command:
            case Stop(reason, scenario):
                self._engine.stop(reason, scenario)
                self._interrupt_setup(scenario)
            case Kill(reason, scenario):
                self._engine.kill(reason, scenario)
                self._interrupt_setup(scenario)
            case Steer():
                self._steer(command)
            case Released():
                self._meetings.release(command)
            case RunOnce() | Go() | Finish():
                self._orders.put_nowait(command)

    def _interrupt_setup(self, scenario: str | None) -> None:
        """Without a load to prepare there is nothing to set up."""
        if scenario is None and self._once is not None and self._part == "setup":
            self._once.cancel()

    def _steer(self, steer: Steer) -> None:
        problem: str | None = None
        try:
            self._engine.steer(steer.command)
        except ControlError as error:
            problem = str(error)
        self._send(Steered(steer.number, problem))

    # ------------------------------------------------------------ parts

    async def _run_once(self, order: RunOnce) -> None:
        outcome: OnceOutcome | None = None
        if order.part == "teardown" or not self._engine.stop_signal.is_set:
            async with self._reporting(order.part) as group:
                self._once = group.create_task(self._engine.run_once(order.part, order.data))
                await asyncio.wait([self._once])
            outcome = None if self._once.cancelled() else self._once.result()
            self._once = None
        self._send(OnceDone(order.part, outcome))

    async def _generate(self, order: Go) -> None:
        self._engine.inherit(order.data)
        with suppress(LoadrError):  # what fails here fails again in `run`, and is told there
            self._engine.prepare()
        self._started_at = order.start_at - self._epoch
        if self._is_alone:  # nobody else keeps to the moment: what was prepared shall delay no start
            self._started_at = max(self._started_at, self._clock.now())
        await self._clock.sleep_until(self._started_at)
        async with self._reporting("load"):
            try:
                await self._engine.run(self._started_at)
            except LoadrError as error:
                self._send(Broken(str(error)))
        self._load_seconds = self._clock.now() - self._started_at
        self._send(Idle())

    def _tell_that_it_stopped(self, reason: str, scenario: str | None) -> None:
        self._send(Aborted(reason, scenario))

    # ------------------------------------------------------------ reports

    @asynccontextmanager
    async def _reporting(self, part: Part) -> AsyncIterator[asyncio.TaskGroup]:
        """Report once a second and watch the loop, while a part runs; the last report is the part's end."""
        self._part = part
        start = self._clock.now() if part != "load" else self._started_at
        self._signs.begin()
        self._read_at = self._clock.now()
        async with asyncio.TaskGroup() as group:
            background = [group.create_task(self._report_from(start)), group.create_task(self._probe_lag())]
            yield group
            for task in background:
                task.cancel()
        self._report()

    async def _report_from(self, start: float) -> None:
        number = 1
        while True:
            await self._clock.sleep_until(start + number * REPORT_SECONDS)
            self._report()
            number += 1

    @property
    def _elapsed(self) -> float:
        match self._part:
            case "setup":
                return 0.0
            case "load":
                return self._clock.now() - self._started_at
            case "teardown":
                return self._load_seconds

    def _report(self) -> None:
        vitals, now = self._signs.read(), self._clock.now()
        # A part's end comes soon after a report: of its moments nothing but its own work would be seen.
        if now - self._read_at >= REPORT_SECONDS / 2 or not self._knows_cpu:
            self._cpu_gauge.set(vitals.cpu)
            self._knows_cpu = True
        self._read_at = now
        self._send(
            Report(
                self._part,
                self._elapsed,
                self._wall(),
                self._recorder.take_delta(),
                tuple(self._engine.progress()),
                vitals,
            )
        )

    async def _probe_lag(self) -> None:
        """How late the loop runs a timer, ten times a second."""
        while True:
            due = self._clock.now() + _LAG_PROBE_SECONDS
            await self._clock.sleep_until(due)
            self._lag.rows.append((due, max(self._clock.now(), due)))
            if len(self._lag.rows) >= FLUSH_ROWS:
                self._lag.flush()

    def __repr__(self) -> str:
        return f"<Instance {self._part}, {self._engine.active_vus} VUs>"
