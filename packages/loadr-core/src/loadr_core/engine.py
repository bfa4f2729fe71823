"""The engine: one in-process call that runs a plan's scenarios.

Tests and embedding use it directly; a worker process is a pipe around it. It knows no console, no
output and no threshold: it generates load and records.
"""

import asyncio

from loadr_core.compiler import PlanCompiler
from loadr_core.engine_config import EngineConfig
from loadr_core.errors import LoadrError
from loadr_core.executors import Executor, StopSignal, make_executor
from loadr_core.flow import IterationAborted
from loadr_core.meetings import LocalMeetings, Meetings
from loadr_core.numbering import number_vus
from loadr_core.plugins import ProtocolRegistry
from loadr_core.progress import Progress
from loadr_core.recording import Recorder
from loadr_core.spi.clock import Clock
from loadr_core.templating import TextCompiler
from loadr_core.vu import OnAbort


class Engine:
    """Runs all scenarios of a plan at once.

    Making an engine compiles the plan; nothing is sent before `run`.

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
    ) -> None:
        self.stop_signal = StopSignal()
        self._clock = clock
        texts = TextCompiler(config.variables, config.environment, config.secrets)
        self._compiler = PlanCompiler(
            config.plan,
            texts,
            recorder,
            clock,
            protocols or ProtocolRegistry.installed(),
            config.folder,
            meetings or LocalMeetings(clock),
            config.segment.index,
        )
        self.executors: dict[str, Executor] = {}
        for name, numbers in number_vus(config.plan.scenarios).items():
            self.executors[name] = make_executor(
                self._compiler.compile(name, numbers),
                config.segment,
                seed=config.seed,
                clock=clock,
                on_abort=self._abort_of(name),
            )

    async def run(self) -> None:
        """Run to the end of the last scenario, or until stopped.

        Raises:
            LoadrError: an extension misbehaved.
        """
        start = self._clock.now()
        try:
            async with asyncio.TaskGroup() as group:
                for executor in self.executors.values():
                    group.create_task(executor.run(start))
        except* LoadrError as errors:
            raise _first(errors) from None
        finally:
            for handler in self._compiler.handlers:
                await handler.close()

    def stop(self, reason: str) -> None:
        """Start nothing new in any scenario; running iterations get their grace time."""
        self.stop_signal.set(reason)
        for executor in self.executors.values():
            executor.stop.set(reason)

    def kill(self, reason: str) -> None:
        """Start nothing new in any scenario, and cancel running iterations now."""
        self.stop(reason)
        for executor in self.executors.values():
            executor.kill()

    @property
    def active_vus(self) -> int:
        """VUs that run now."""
        return sum(executor.active_vus for executor in self.executors.values())

    def progress(self) -> list[Progress]:
        """How far each scenario is."""
        return [executor.progress() for executor in self.executors.values()]

    def _abort_of(self, scenario: str) -> OnAbort:
        def on_abort(abort: IterationAborted) -> None:
            if abort.reach == "test":
                self.stop(abort.reason)
            elif abort.reach == "scenario":
                self.executors[scenario].stop.set(abort.reason)

        return on_abort


def _first(errors: BaseExceptionGroup[LoadrError]) -> LoadrError:
    error = errors.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error
