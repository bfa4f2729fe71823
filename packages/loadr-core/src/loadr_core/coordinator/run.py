"""The life of a run, as one explicit coroutine.

start the members → open the outputs → setup, once → all members start at a barrier → reports, once
a second → teardown, once → last reports → final thresholds → summary → stop the outputs with it.
The first reason to end early wins and is kept; teardown runs after an abort as well.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from loadr_config.intervals import Interval
from loadr_config.secrets import Masker, resolve_secrets
from loadr_config.summary import NO_ITERATION, Summary
from loadr_core.clock import WallClock, wall_clock
from loadr_core.control.interface import RunControl
from loadr_core.control.status import Phase, RunStatus
from loadr_core.coordinator.crew import Crew, Gate
from loadr_core.coordinator.helm import Helm
from loadr_core.coordinator.meetings import MeetingDesk
from loadr_core.coordinator.member import Launch, Member
from loadr_core.coordinator.observing import Observing
from loadr_core.coordinator.outputs import Outputs
from loadr_core.coordinator.preparation import Preparation
from loadr_core.coordinator.request import Observer, RunRequest, RunResult
from loadr_core.coordinator.run_ids import run_id_at
from loadr_core.coordinator.state import RunState
from loadr_core.coordinator.status import run_status, worker_statuses
from loadr_core.coordinator.summary import doubts_of, summarize
from loadr_core.coordinator.worker_handle import WorkerHandle
from loadr_core.errors import LoadrError, PlanRefusedError, RunError, RunKilledError
from loadr_core.exit_codes import Outcome
from loadr_core.fleet import Cause, ControlCommand
from loadr_core.setup_data import OnceEnd, OnceOutcome, OncePart, SetupData
from loadr_core.spi.output import OutputError
from loadr_core.spi.script import SCRIPT_LOG
from loadr_core.thresholds import view_named, view_of
from loadr_core.tracing.wire import ReadableExchange, readable
from loadr_core.worker.messages import (
    Aborted,
    Arrived,
    Broken,
    Finished,
    Go,
    Idle,
    Left,
    Marked,
    Message,
    OnceDone,
    Ready,
    Refused,
    Report,
    RunOnce,
    Said,
    Seen,
    Steered,
)

_LOG = logging.getLogger(__name__)
_SCRIPT_LOG = logging.getLogger(SCRIPT_LOG)

# How far ahead the common start is set, so that every member has heard of it by then.
_START_AHEAD_SECONDS = 0.1

# Members report once a second; one that is later than this is not waited for.
_PATIENCE_SECONDS = 2.5


class Run(RunControl):
    """One run: make it, then `await execute()` once.

    Args:
        request: what to run.
        observer: sees the run once a second.
        launch: makes its members; local worker processes unless told otherwise.
        wall: gives seconds since the epoch.
        on_exchange: is shown the exchanges that the request asks for.
        on_interval: is given what the load made of every second, secrets masked; called on the loop, so it
            must neither block nor raise.
    """

    def __init__(
        self,
        request: RunRequest,
        observer: Observer,
        launch: Launch = WorkerHandle.start,
        wall: WallClock = wall_clock,
        on_exchange: Callable[[ReadableExchange], None] | None = None,
        on_interval: Callable[[Interval], None] | None = None,
    ) -> None:
        self._wall = wall
        self._on_exchange = on_exchange
        self._on_interval = on_interval
        self._run_id = run_id_at(datetime.fromtimestamp(wall(), UTC))
        self._request = request
        self._observer = observer
        self._crew = Crew(launch, self._hear, self._lose)
        self._meetings = MeetingDesk(self._crew.post_to)
        self._state = RunState(request.plan.thresholds, wall=wall, workers=request.workers)
        self._outputs = Outputs((), request.folder, self._run_id)
        self._observing = Observing((), (), self._state.aggregator.put, Masker(()))
        self._helm = Helm(self._crew, request.plan.scenarios, self._elapsed, held=request.paused)
        self._gates = _Gates(Gate(()), Gate(()), Gate(()))
        self._epochs: dict[int, float] = {}
        self._broken: set[int] = set()
        self._once_outcome: OnceOutcome | None = None
        self._zero: float | None = None
        self._ticks = 0
        self._is_ready = False
        self._is_over = False
        self._is_marked = False
        self._failed_by: list[str] = []
        self._problems: list[str] = []
        self._setup_data = SetupData()
        self._torn_down: OnceEnd | None = None

    @property
    def run_id(self) -> str:
        """The run's name: its time and a few letters."""
        return self._run_id

    def interrupt(self, reason: str) -> None:
        """The user wants to end it: the first time gracefully, the second time at once."""
        self._helm.interrupt(reason)

    async def obey(self, command: ControlCommand) -> None:
        """Do what somebody asks of the run while it goes on.

        Raises:
            ControlError: it cannot be done.
        """
        await self._helm.obey(command)

    def status(self) -> RunStatus:
        """How the run stands, as the last reports tell."""
        return run_status(
            self._run_id,
            self._request.plan.name or "",
            self._phase,
            self._helm.ending.reason,
            self._crew,
            self._state,
        )

    def _elapsed(self) -> float:
        """Seconds since the start of the load."""
        return 0.0 if self._zero is None else max(self._wall() - self._zero, 0.0)

    @property
    def _phase(self) -> Phase:
        """Where in its life the run is."""
        if self._is_over:
            return "over"
        if not self._is_ready:
            return "starting"
        return self._helm.phase

    async def execute(self) -> RunResult:
        """Run from start to end.

        Raises:
            PlanRefusedError: the plan cannot be run by this installation.
            ExtensionError: an extension is broken.
            OutputError: an output cannot be opened.
            RunError: the members could not be started.
            SecretError: a secret has no value.
        """
        plan = self._request.plan
        resolved = resolve_secrets(plan.secrets, self._request.environment, self._request.folder)
        self._helm.masker = Masker(resolved.values())
        self._state = RunState(
            plan.thresholds,
            self._helm.masker,
            self._wall,
            self._request.workers,
            self._request.live_histograms,
            self._on_interval,
            map(view_named, self._request.submetrics),
        )
        preparation = Preparation(self._request, resolved)
        self._outputs = Outputs(preparation.outputs(), self._request.folder, self._run_id)
        self._observing = Observing(
            preparation.observations(),
            map(view_of, plan.thresholds),
            self._state.aggregator.put,
            self._helm.masker,
        )
        part = partial(preparation.part, keep_raw=self._outputs.want_samples)
        try:
            await self._crew.start(self._request.workers, part)
            summary = await self._live()
        finally:
            if self._helm.ending.killed:
                self._crew.kill()
            self._meetings.close()
            await self._crew.close()
        self._is_over = True
        doubts = doubts_of(summary) if self._request.strict else ()
        exit_code = self._outcome(summary, doubts).exit_code()
        _LOG.info("run %s ended with exit code %d", self._run_id, exit_code)
        return RunResult(
            summary, exit_code, tuple(self._problems), doubts, setup_data=self._setup_data.scripts
        )

    # ------------------------------------------------------------ from start to end

    async def _live(self) -> Summary:
        """From started members to the summary."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._crew.follow())
                await self._make_ready()
                await self._outputs.start()
                started = self._wall()
                _LOG.info("run %s starts with seed %d", self._run_id, self._request.seed)
                await self._helm.until_released()
                data = self._setup_data = await self._set_up()
                await self._helm.until_released()
                if not self._helm.ending.is_wanted:
                    await self._load(data)
                    await self._tear_down(data)
                await self._crew.dismiss()
        except* (LoadrError, OutputError) as errors:
            raise _first(errors) from None
        return await self._conclude(started)

    async def _make_ready(self) -> None:
        """Wait until every member has compiled the plan."""
        self._gates.ready = self._crew.gate()
        await self._crew.through(self._gates.ready)
        if self._helm.ending.killed:
            raise RunKilledError("interrupted twice before the load began")
        self._is_ready = True

    async def _set_up(self) -> SetupData:
        """Run the plan's setup in one member; a script's `setup()` follows its steps there."""
        if not self._has_part("setup") or self._helm.ending.is_wanted:
            return SetupData()
        outcome = await self._run_once("setup", SetupData())
        if outcome is None:
            self._helm.stop("setup was interrupted", Cause.TROUBLE)  # unless something else came first
            return SetupData()
        if outcome.problem is not None and outcome.end == "aborted":
            self._helm.stop(outcome.problem, Cause.TEST)
        elif outcome.problem is not None:
            self._helm.stop(f"setup failed: {outcome.problem}", Cause.SETUP)
        return outcome.data

    async def _load(self, data: SetupData) -> None:
        """All members start at the same moment; wait for the last one to end."""
        self._helm.part = "load"
        self._gates.idle = self._crew.gate()
        self._state.expect(self._crew.present)
        self._zero = self._wall() + (_START_AHEAD_SECONDS if len(self._crew.present) > 1 else 0.0)
        self._crew.post(Go(self._zero, data))
        async with asyncio.TaskGroup() as group:
            beside = (
                group.create_task(self._tick_when_overdue()),
                group.create_task(self._observing.follow(self._zero, self._wall)),
            )
            await self._crew.through(self._gates.idle)
            for task in beside:
                task.cancel()
        self._tick_if_complete()
        self._helm.part = "teardown"

    async def _tear_down(self, data: SetupData) -> None:
        """Run the plan's teardown in one member, also after an abort; a script's `teardown()` comes before its steps."""
        if not self._has_part("teardown") or self._helm.ending.killed:
            return
        outcome = await self._run_once("teardown", data)
        if outcome is None:
            self._helm.notes.append("teardown did not run to its end")
        elif outcome.problem is not None:
            self._torn_down = outcome.end
            how = "aborted the test" if outcome.end == "aborted" else "failed"
            # A step that fails is told; a script's own teardown fails the run.
            self._note(f"teardown {how}: {outcome.problem}", fails=outcome.end != "steps failed")

    def _has_part(self, part: OncePart) -> bool:
        """Whether there may be anything to do: what a script exports only its engine knows."""
        request = self._request
        has_any = bool(getattr(request.plan, part)) or bool(request.plan.script_modules)
        return has_any and part not in request.skipped

    async def _run_once(self, part: OncePart, data: SetupData) -> OnceOutcome | None:
        """Run a part in one member; `None` when it did not come to its end."""
        member = self._crew.first
        if member is None:
            return None
        self._once_outcome = None
        self._gates.once = self._crew.gate([member.number])
        member.post(RunOnce(part, data))
        await self._crew.through(self._gates.once)
        return self._once_outcome

    async def _conclude(self, started: float) -> Summary:
        """Judge for the last time, summarize, close the outputs."""
        self._state.close_load()
        if self._zero is not None and not self._state.has_iterations():
            self._problems.append(NO_ITERATION)
        observations = []
        if self._zero is not None and not self._helm.ending.killed:
            observations = await self._observing.conclude(self._zero, self._state.elapsed)
        summary = summarize(
            self._request,
            self._state,
            self._run_id,
            times=(started, self._wall()),
            aborted="interrupted twice" if self._helm.ending.killed else self._helm.ending.reason,
            failed_by=[*self._failed_by, *(problem for problem in self._problems if problem != NO_ITERATION)],
            notes=[*self._helm.notes, *self._problems],
            workers=worker_statuses(self._crew, self._state),
            masker=self._helm.masker,
            epochs=self._epochs,
            load_began=self._zero,
            observations=observations,
        )
        books, problems = await self._outputs.stop(summary)
        late = [self._helm.masker.mask(problem) for problem in problems]
        self._problems.extend(late)
        told = {"notes": [*summary.notes, *late], "failed_by": [*summary.failed_by, *late]}
        return summary.model_copy(update={"outputs": books, **told})

    # ------------------------------------------------------------ what members say

    def _hear(self, member: Member, message: Message) -> None:
        match message:
            case Report():
                self._take(member, message)
            case Aborted(reason, str(scenario)):
                self._helm.stop_scenario(scenario, reason, Cause.TEST)
            case Aborted(reason):
                self._helm.stop(reason, Cause.TEST)
            case Marked(reason):
                self._mark_failed(reason)
            case Steered():
                self._helm.steered(member.number, message)
            case Arrived():
                self._meetings.arrive(member.number, message)
            case Left():
                self._meetings.leave(member.number, message)
            case Ready(event_loop, epoch):
                _LOG.info("worker %d is ready: %s on %s", member.number, member.place, event_loop)
                self._epochs[member.number] = epoch
                self._gates.ready.arrive(member.number)
            case Refused(problems):
                self._crew.fail(PlanRefusedError([self._helm.masker.mask(problem) for problem in problems]))
            case OnceDone(_, outcome):
                self._once_outcome = outcome
                self._gates.once.arrive(member.number)
            case Idle():
                self._state.retire(member.number)
                self._gates.idle.arrive(member.number)
                self._tick_if_complete()
            case Broken(problem):
                self._break(member, self._helm.masker.mask(problem))
            case Seen(exchange):
                if self._on_exchange is not None:
                    self._on_exchange(readable(exchange, self._helm.masker))
            case Said(level, text):
                _SCRIPT_LOG.log(level, "%s", self._helm.masker.mask(text))
            case Finished():
                _LOG.debug("worker %d has finished", member.number)

    def _take(self, member: Member, report: Report) -> None:
        self._state.apply(member.number, report)
        self._outputs.add_report(
            report.delta,
            partial(self._state.aggregator.tags_of, member.number),
            epoch=self._epochs[member.number],
            at=report.sent_at,
        )
        self._tick_if_complete()

    def _mark_failed(self, reason: str) -> None:
        """A script wants the run to count as failed; the first reason is kept."""
        if not self._is_marked:
            self._is_marked = True
            self._note(f"the script marked the test as failed: {reason or 'it gave no reason'}", fails=True)

    def _note(self, text: str, *, fails: bool) -> None:
        """Keep what a reader must know, and whether the run counts as failed by it."""
        shown = self._helm.masker.mask(text)
        self._helm.notes.append(shown)
        if fails:
            self._failed_by.append(shown)

    def _break(self, member: Member, problem: str) -> None:
        """An extension or the engine failed in a member: the others have to stop as well."""
        if not self._is_ready:
            self._crew.fail(RunError(problem))
            return
        self._broken.add(member.number)
        self._problems.append(problem)
        self._helm.stop(problem.partition("\n")[0], Cause.TROUBLE)

    def _lose(self, member: Member, how: str) -> None:
        """A member is gone before its time: its part stops, the others go on."""
        self._state.retire(member.number)
        self._meetings.lose(member.number)
        if self._helm.ending.killed or member.number in self._broken:
            return
        if not self._is_ready:
            self._crew.fail(RunError(f"a worker process could not be started ({how})"))
            return
        reason = f"worker {member.number} was lost ({how})"
        _LOG.warning("%s", reason)
        self._problems.append(reason)
        self._state.monitor.worker_lost(reason)
        if not self._crew.present:
            self._helm.stop(reason, Cause.TROUBLE)
        self._tick_if_complete()

    # ------------------------------------------------------------ once a second

    def _tick_if_complete(self) -> None:
        if self._helm.part == "load" and self._state.second_is_complete:
            self._tick()

    def _tick(self) -> None:
        self._ticks += 1
        state = self._state
        point = state.close_second()
        verdicts = state.verdicts()
        reason = state.judge.abort_reason(verdicts, state.elapsed)
        if reason is not None:
            self._helm.stop(reason, Cause.THRESHOLD)
        snapshot = state.snapshot(point, verdicts)
        _LOG.debug(
            "%.1f s: %d requests, %d iterations", state.elapsed, snapshot.requests, snapshot.iterations
        )
        self._outputs.add_snapshot(snapshot, self._wall())
        self._observer.update(snapshot)

    async def _tick_when_overdue(self) -> None:
        """Do not let a member that says nothing keep the others from being judged."""
        while True:
            before = self._ticks
            await asyncio.sleep(_PATIENCE_SECONDS)
            if self._ticks == before and self._state.excuse_silent():
                self._tick()

    def _outcome(self, summary: Summary, doubts: Sequence[str]) -> Outcome:
        return Outcome(
            killed=self._helm.ending.killed,
            error=bool(self._problems),
            script_failed=self._helm.ending.cause is Cause.SETUP or self._torn_down == "script failed",
            aborted_by_test=self._helm.ending.cause is Cause.TEST or self._torn_down == "aborted",
            marked_failed=self._is_marked,
            thresholds_failed=not summary.thresholds_passed,
            stopped_early=self._helm.ending.by_hand,
            suspect=bool(doubts),
        )


@dataclass(slots=True)
class _Gates:
    """Where the lifecycle waits for members; each is made anew before it is waited for."""

    ready: Gate
    once: Gate
    idle: Gate


def _first(errors: BaseExceptionGroup[Exception]) -> Exception:
    error = errors.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error
