"""The engine: one in-process call that runs a plan's scenarios.

Tests and embedding use it directly; a worker process is a pipe around it. It knows no console, no
output and no threshold: it generates load and records.
"""

import asyncio
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from loadr_core.clock import epoch_of
from loadr_core.compiler import PlanCompiler
from loadr_core.compiler.modules import FindEngine
from loadr_core.data import DataSources, plan_draws
from loadr_core.engine_config import EngineConfig
from loadr_core.errors import LoadrError
from loadr_core.executors import Executor, StopSignal, make_executor, make_throttle
from loadr_core.fleet.commands import Pause, Resume, Scale
from loadr_core.flow import IterationAborted, VuEnded
from loadr_core.meetings import LocalMeetings, Meetings
from loadr_core.numbering import number_vus
from loadr_core.once import run_once
from loadr_core.plugins import ProtocolRegistry
from loadr_core.progress import Progress
from loadr_core.recording import Recorder
from loadr_core.setup_data import OnceOutcome, OncePart, SetupData
from loadr_core.spi.clock import Clock
from loadr_core.spi.standing import InstanceStanding, ScenarioStanding
from loadr_core.spi.wire import WireTap
from loadr_core.templating import TextCompiler
from loadr_core.tracing.trace import Trace
from loadr_core.vu import OnAbort

if TYPE_CHECKING:
    from loadr_core.compiler.program import OnceProgram

OnStopped = Callable[[str, str | None], None]
"""Told that a test (`None`) or a scenario was ended from inside: the reason, and the scenario's name."""


class Engine:
    """Runs all scenarios of a plan at once.

    Making an engine compiles the plan; nothing is sent before `run`.

    Args:
        config: what to run, and which part of it.
        recorder: where it is measured.
        clock: the time.
        protocols: where protocols are found; those that are installed when it is `None`.
        on_stopped: told when a failed assert or a script ends more than its iteration, so that other
            instances can follow; here it has happened already.
        find_engine: finds the engines of the plan's scripts; those that are installed when it is `None`.
        trace: is told what every step does; nothing is told, and nothing costs time for it, when it is `None`.
        tap: is shown every exchange of a protocol, or `None`.
        on_marked: told the first time that a script wants the run to count as failed, and why.

    Attributes:
        executors: what runs each scenario, by its name: pause, resume, scale and kill one there.

    Raises:
        PlanRefusedError: the plan cannot be run by this version or this installation.
        ExtensionError: a protocol is broken.
    """

    def __init__(
        self,
        config: EngineConfig,
        recorder: Recorder,
        clock: Clock,
        protocols: ProtocolRegistry | None = None,
        meetings: Meetings | None = None,
        on_stopped: OnStopped = lambda _reason, _scenario: None,
        find_engine: FindEngine | None = None,
        trace: Trace | None = None,
        tap: WireTap | None = None,
        on_marked: Callable[[str], None] = lambda _reason: None,
    ) -> None:
        self.now = clock.now
        self.stop_signal = StopSignal()
        self._clock = clock
        self._on_stopped = on_stopped
        self._on_marked = on_marked
        self._is_marked = False
        self._began: float | None = None
        plan = config.plan
        draws = plan_draws(plan, config.segment)
        self._data = DataSources(plan.data, config.folder, config.seed, draws)
        texts = TextCompiler(config.variables, config.environment, config.secrets, self._data)
        self._compiler = PlanCompiler(
            plan,
            texts,
            recorder,
            clock,
            protocols or ProtocolRegistry.installed(),
            config.folder,
            self._data,
            meetings or LocalMeetings(clock),
            config.segment.index,
            instances=config.segment.count,
            environment=config.environment,
            find_engine=find_engine,
            trace=trace,
            tap=tap,
            mark_failed=self._mark_failed,
            standing=self,
            code_places=config.code_places,
        )
        self._seed = config.seed
        self._once: dict[str, OnceProgram] = {
            "setup": self._compiler.compile_once("setup"),
            "teardown": self._compiler.compile_once("teardown"),
        }
        self.executors: dict[str, Executor] = {}
        for name, numbers in number_vus(plan.scenarios).items():
            throttle = make_throttle(plan.scenarios[name], config.segment, clock)
            self.executors[name] = make_executor(
                self._compiler.compile(name, numbers, throttle),
                config.segment,
                throttle=throttle,
                seed=config.seed,
                clock=clock,
                on_abort=self._abort_of(name),
            )

    def prepare(self) -> None:
        """Make what has to be there at the start, such as pre-allocated VUs. Called after `inherit`.

        Raises:
            LoadrError: an extension misbehaved.
        """
        for executor in self.executors.values():
            executor.prepare()

    async def run(self, start: float | None = None) -> None:
        """Run to the end of the last scenario, or until stopped.

        Args:
            start: the moment of the clock that is zero for all schedules; now when it is `None`.

        Raises:
            LoadrError: an extension misbehaved.
        """
        self.prepare()
        start = self._clock.now() if start is None else start
        self._begin(start)
        try:
            async with asyncio.TaskGroup() as group:
                for executor in self.executors.values():
                    group.create_task(executor.run(start))
        except* LoadrError as errors:
            raise _first(errors) from None

    async def run_once(self, part: OncePart, data: SetupData | None = None) -> OnceOutcome:
        """Run the plan's setup or teardown: in one instance of the fleet, setup before `inherit`.

        Args:
            part: which.
            data: what setup has left.

        Raises:
            asyncio.CancelledError: it was interrupted.
        """
        self._begin(self._clock.now())
        return await run_once(self._once[part], data or SetupData(), self._seed)

    def inherit(self, data: SetupData) -> None:
        """Give every VU what setup has left. Called before `run`."""
        self._compiler.variables.update(data.variables)
        self._compiler.modules.inherit(data.scripts)

    async def close(self) -> None:
        """Let go of what the protocols share. Called once, after everything else."""
        await self._compiler.close()
        self._data.close()

    def stop(self, reason: str, scenario: str | None = None) -> None:
        """Start nothing new, in one scenario or in all; running iterations get their grace time."""
        if scenario is None:
            self.stop_signal.set(reason)
        for executor in self._chosen(scenario):
            executor.stop.set(reason)

    def kill(self, reason: str, scenario: str | None = None) -> None:
        """Start nothing new, in one scenario or in all, and cancel running iterations now."""
        self.stop(reason, scenario)
        for executor in self._chosen(scenario):
            executor.kill()

    def steer(self, command: Pause | Resume | Scale) -> None:
        """Pause, resume or scale one scenario or all; numbers are the whole run's.

        Raises:
            ControlError: a scenario cannot obey.
        """
        for executor in self._chosen(command.scenario):
            match command:
                case Pause():
                    executor.pause()
                case Resume():
                    executor.resume()
                case Scale(vus=vus, rate=rate):
                    executor.scale(vus=vus, rate=rate)

    def _chosen(self, scenario: str | None) -> Iterable[Executor]:
        return self.executors.values() if scenario is None else (self.executors[scenario],)

    @property
    def active_vus(self) -> int:
        """VUs that run now."""
        return sum(executor.active_vus for executor in self.executors.values())

    def progress(self) -> list[Progress]:
        """How far each scenario is."""
        return [executor.progress() for executor in self.executors.values()]

    def instance_standing(self) -> InstanceStanding:
        """What this instance has done so far."""
        executors = self.executors.values()
        return InstanceStanding(
            elapsed=0.0 if self._began is None else self._clock.now() - self._began,
            completed=sum(executor.completed for executor in executors),
            interrupted=sum(executor.interrupted for executor in executors),
            active_vus=self.active_vus,
            initialized_vus=sum(executor.initialized_vus for executor in executors),
        )

    def scenario_standing(self, scenario: str) -> ScenarioStanding | None:
        """How far a scenario is; `None` before it has begun."""
        executor = self.executors.get(scenario)
        if executor is None or executor.began is None:
            return None
        return ScenarioStanding(executor.began + epoch_of(self._clock), executor.progress().fraction)

    def _begin(self, moment: float) -> None:
        """The first part begins: setup, where it runs here, else the load."""
        if self._began is None:
            self._began = moment

    def _mark_failed(self, reason: str) -> None:
        if not self._is_marked:  # a script may say it in every iteration
            self._is_marked = True
            self._on_marked(reason)

    def _abort_of(self, scenario: str) -> OnAbort:
        def on_abort(abort: IterationAborted) -> None:
            if abort.reach not in ("test", "scenario"):
                return
            whose = scenario if abort.reach == "scenario" else None
            self.stop(abort.reason, whose)
            if not isinstance(abort, VuEnded):  # others may have rows left where there are none here
                self._on_stopped(abort.reason, whose)

        return on_abort


def _first(errors: BaseExceptionGroup[LoadrError]) -> LoadrError:
    error = errors.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error
