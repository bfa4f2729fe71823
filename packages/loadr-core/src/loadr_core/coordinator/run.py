"""The life of a run, as one explicit coroutine.

open outputs → start workers at a barrier → reports, once a second → final thresholds → summary →
stop outputs with the summary. The first reason to end early wins and is kept.
"""

import asyncio
import logging
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version

from loadr_config.secrets import Masker, resolve_secrets
from loadr_config.summary import ScenarioSummary, Summary
from loadr_core import summaries
from loadr_core.clock import wall_clock
from loadr_core.coordinator.outputs import Outputs, output_request
from loadr_core.coordinator.request import Observer, RunRequest, RunResult
from loadr_core.coordinator.state import RunState
from loadr_core.coordinator.worker_handle import WorkerHandle
from loadr_core.engine_config import EngineConfig
from loadr_core.errors import PlanRefusedError, RunError, RunKilledError
from loadr_core.exit_codes import Outcome
from loadr_core.segments import Segment
from loadr_core.support import unsupported
from loadr_core.templating import TextCompiler, fixed_texts, resolve_variables
from loadr_core.worker.messages import Broken, Finished, Go, Ready, Refused, Report, Setup, Stop

_LOG = logging.getLogger(__name__)

# The run's own fraction of a second after the last report is no point of the timeline.
_MIN_LAST_POINT_SECONDS = 0.05


class Run:
    """One run: make it, then `await execute()` once.

    Args:
        request: what to run.
        observer: sees the run once a second.
    """

    def __init__(self, request: RunRequest, observer: Observer) -> None:
        self._request = request
        self._observer = observer
        self._workers: list[WorkerHandle] = []
        self._epochs: dict[int, float] = {}
        self._problems: list[str] = []
        self._masker = Masker(())
        self._stop_reason: str | None = None
        self._aborted_by_test = False
        self._interrupted = False
        self._killed = False

    def interrupt(self, reason: str) -> None:
        """The user wants to end it: the first time gracefully, the second time at once."""
        if self._interrupted:
            self._kill()
        else:
            self._interrupted = True
            self._request_stop(reason)

    async def execute(self) -> RunResult:
        """Run from start to end.

        Raises:
            PlanRefusedError: the plan cannot be run by this version or this installation.
            ExtensionError: an extension is broken.
            OutputError: an output cannot be opened.
            RunError: no worker could be started.
            SecretError: a secret has no value.
        """
        plan = self._request.plan
        problems = unsupported(plan)
        if problems:
            raise PlanRefusedError(problems)
        resolved = resolve_secrets(plan.secrets, self._request.environment, self._request.folder)
        self._masker = Masker(resolved.values())
        run_id = f"{datetime.fromtimestamp(wall_clock(), UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
        texts = self._texts(resolved)
        wanted = [
            output_request(entry, texts, f"outputs[{index}]") for index, entry in enumerate(plan.outputs)
        ]
        outputs = Outputs([*wanted, *self._request.outputs], self._request.folder, run_id)
        try:
            await self._start_workers(resolved, keep_raw=outputs.want_samples)
            state = RunState(plan.thresholds, [worker.number for worker in self._workers], self._masker)
            await outputs.start()
            started = wall_clock()
            _LOG.info("run %s starts with seed %d", run_id, self._request.seed)
            await self._drive(state, outputs)
            summary = self._summarize(state, run_id, started)
            books, problems = await outputs.stop(summary)
            late_problems = [self._masker.mask(problem) for problem in problems]
        finally:
            for worker in self._workers:
                if self._killed:
                    worker.kill()
                await worker.close()
        self._problems.extend(late_problems)
        summary = summary.model_copy(update={"outputs": books, "notes": [*summary.notes, *late_problems]})
        exit_code = self._outcome(summary).exit_code()
        _LOG.info("run %s ended with exit code %d", run_id, exit_code)
        return RunResult(summary, exit_code, tuple(self._problems))

    def _texts(self, resolved_secrets: Mapping[str, str]) -> TextCompiler:
        """Compiles what of the plan is known before the run."""
        environment = self._request.environment
        variables = resolve_variables(self._request.plan.variables, environment)
        return TextCompiler(variables, environment, resolved_secrets)

    # ------------------------------------------------------------ workers

    async def _start_workers(self, resolved_secrets: Mapping[str, str], *, keep_raw: bool) -> None:
        """Start the processes and wait until every one has compiled the plan."""
        request = self._request
        plan = request.plan
        variables = resolve_variables(plan.variables, request.environment)
        texts = self._texts(resolved_secrets)
        base_tags = {**fixed_texts(plan.defaults.tags, texts, "defaults.tags"), **request.tags}
        config = EngineConfig(
            plan=plan,
            folder=request.folder,
            seed=request.seed,
            segment=Segment(),
            environment=request.environment,
            variables=variables,
            secrets=resolved_secrets,
        )
        kept = tuple(pair for threshold in plan.thresholds for pair in threshold.selector)
        worker = await WorkerHandle.start(1)
        self._workers.append(worker)
        await worker.send(Setup(config, base_tags, kept, keep_raw))
        async for message in worker.messages():
            match message:
                case Ready(epoch=epoch, event_loop=event_loop):
                    _LOG.info("worker %d is ready: pid %d on %s", worker.number, worker.pid, event_loop)
                    self._epochs[worker.number] = epoch
                    return
                case Refused(problems):
                    raise PlanRefusedError([self._masker.mask(problem) for problem in problems])
                case Broken(problem):
                    raise RunError(self._masker.mask(problem))
                case _:
                    continue
        if self._killed:
            raise RunKilledError("interrupted twice before the load began")
        raise RunError(f"a worker process could not be started (exit code {await worker.close()})")

    async def _drive(self, state: RunState, outputs: Outputs) -> None:
        """Start all workers at once and follow them to their end."""
        async with asyncio.TaskGroup() as group:
            for worker in self._workers:
                group.create_task(self._follow(worker, state, outputs))
            for worker in self._workers:
                await worker.send(Go() if self._stop_reason is None else Stop(self._stop_reason))
        if state.timeline.has_samples() or state.elapsed - state.timeline.closed_at > _MIN_LAST_POINT_SECONDS:
            self._tick(state, outputs)

    async def _follow(self, worker: WorkerHandle, state: RunState, outputs: Outputs) -> None:
        finished = False
        async for message in worker.messages():
            match message:
                case Report():
                    state.apply(worker.number, message)
                    outputs.add_report(
                        message.delta,
                        partial(state.aggregator.tags_of, worker.number),
                        epoch=self._epochs[worker.number],
                        at=message.sent_at,
                    )
                case Finished(stop_reason):
                    finished = True
                    if stop_reason is not None and self._stop_reason is None:
                        self._aborted_by_test = True
                        self._request_stop(stop_reason)
                    break
                case Broken(problem):
                    self._problems.append(self._masker.mask(problem))
                    self._request_stop(problem.partition("\n")[0])
                case _:
                    continue
            if state.second_is_complete:
                self._tick(state, outputs)
        state.retire(worker.number)
        if not finished and not self._killed:
            reason = f"worker {worker.number} was lost (exit code {await worker.close()})"
            self._problems.append(reason)
            state.monitor.worker_lost(reason)
            if state.is_deserted:
                self._request_stop(reason)

    # ------------------------------------------------------------ once a second

    def _tick(self, state: RunState, outputs: Outputs) -> None:
        point = state.close_second()
        verdicts = state.verdicts()
        reason = state.judge.abort_reason(verdicts, state.elapsed)
        if reason is not None:
            self._request_stop(reason)
        snapshot = state.snapshot(point, verdicts)
        _LOG.debug(
            "%.1f s: %d requests, %d iterations", state.elapsed, snapshot.requests, snapshot.iterations
        )
        outputs.add_snapshot(snapshot, wall_clock())
        self._observer.update(snapshot)

    # ------------------------------------------------------------ ending

    def _request_stop(self, reason: str) -> None:
        """Ask all workers to start nothing new; the first reason is kept."""
        if self._stop_reason is None:
            self._stop_reason = self._masker.mask(reason)
            _LOG.info("stopping: %s", self._stop_reason)
            for worker in self._workers:
                worker.post(Stop(reason))

    def _kill(self) -> None:
        self._killed = True
        for worker in self._workers:
            worker.kill()

    def _outcome(self, summary: Summary) -> Outcome:
        return Outcome(
            killed=self._killed,
            error=bool(self._problems),
            aborted_by_test=self._aborted_by_test,
            thresholds_failed=not summary.thresholds_passed,
            # An interrupt that comes when the load is over stops nothing early.
            stopped_early=self._interrupted and summary.aborted is not None,
        )

    def _summarize(self, state: RunState, run_id: str, started: float) -> Summary:
        plan, aggregator = self._request.plan, state.aggregator
        verdicts = state.verdicts()
        scenarios = [
            ScenarioSummary(
                name=name,
                executor=scenario.executor,
                iterations=summaries.counter_value(aggregator, "iterations", name),
                dropped=summaries.counter_value(aggregator, "dropped_iterations", name),
                interrupted=summaries.counter_value(aggregator, "interrupted_iterations", name),
                max_vus=state.max_vus.get(name, 0),
            )
            for name, scenario in plan.scenarios.items()
        ]
        if not any(scenario.iterations for scenario in scenarios):
            self._problems.append("not one iteration completed")
        notes = [
            f"tag {tag!r} had more than 1,000 values: the others are counted as 'other'"
            for tag in sorted(aggregator.folded_tags)
        ]
        return Summary(
            name=plan.name or "",
            run_id=run_id,
            seed=self._request.seed,
            loadr_version=version("loadr-core"),
            started_ms=round(started * 1000),
            ended_ms=round(wall_clock() * 1000),
            duration_secs=round(state.elapsed, 3),
            scenarios=scenarios,
            metrics=summaries.metric_summaries(aggregator, state.elapsed, breakdowns=True, histograms=True),
            checks=summaries.check_summaries(aggregator),
            thresholds=verdicts,
            thresholds_passed=all(verdict.passed for verdict in verdicts),
            aborted="interrupted twice" if self._killed else self._stop_reason,
            health=state.health(),
            failures=summaries.failures(aggregator),
            timeline=state.timeline.points,
            notes=[*notes, *self._problems],
        )
