"""A rehearsal: one iteration of each scenario, in this process and in their order, without a schedule.

What a plan does is told step by step (`loadr_core.tracing`); nothing is judged by thresholds, and no output
is opened.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from loadr_config.models import PerVuIterations, Scenario, TestPlan
from loadr_config.secrets import Masker, resolve_secrets
from loadr_core.clock import SystemClock
from loadr_core.coordinator.preparation import Preparation
from loadr_core.coordinator.request import RunRequest
from loadr_core.engine import Engine
from loadr_core.exit_codes import Outcome
from loadr_core.meetings import Meetings
from loadr_core.metrics import TagBudget
from loadr_core.recording import Recorder
from loadr_core.segments import Segment
from loadr_core.setup_data import SetupData
from loadr_core.spi import SCRIPT_LOG
from loadr_core.tracing import PartEnded, TraceEvent, WireDebug, WireLimit
from loadr_core.tracing.trace import Trace

_LONGEST_SECONDS: Final = 86_400.0

_HEADS: Final = WireDebug(most=1_000)


class _NobodyElse(Meetings):
    """One user alone meets nobody, and waits for nobody."""

    async def meet(self, name: str, users: int, patience: float) -> bool:
        """Go on at once."""
        del name, users, patience
        return True


@dataclass(slots=True)
class _Problems:
    """What went wrong, by where."""

    setup: str | None = None
    iterations: int = 0
    aborted: str | None = None
    marked: bool = False


def once(plan: TestPlan) -> TestPlan:
    """The plan with one iteration of one VU in every scenario, at once and unpaced."""
    return plan.model_copy(
        update={"scenarios": {name: _once(scenario) for name, scenario in plan.scenarios.items()}}
    )


def _once(scenario: Scenario) -> PerVuIterations:
    common = {
        field: getattr(scenario, field) for field in PerVuIterations.model_fields if hasattr(scenario, field)
    }
    own = {
        "executor": "per-vu-iterations",
        "vus": 1,
        "iterations": 1,
        "max_duration": _LONGEST_SECONDS,
        "start_time": 0.0,
        "pacing": None,
        "throttle": None,
    }
    return PerVuIterations.model_construct(**{**common, **own})


async def rehearse(request: RunRequest, emit: Callable[[TraceEvent], None]) -> int:
    """Run setup, one iteration of each scenario, and teardown; tell what happens.

    A failed request or check is told and is no failure of the rehearsal, as in a run.

    Args:
        request: what to run; workers, outputs and the like mean nothing here.
        emit: takes the events.

    Returns:
        The exit code.

    Raises:
        PlanRefusedError: the plan cannot be run by this installation.
        ExtensionError: an extension is broken.
        SecretError: a secret has no value.
    """
    request = replace(request, plan=once(request.plan))
    secrets = resolve_secrets(request.plan.secrets, request.environment, request.folder)
    prepare = Preparation(request, secrets).part(Segment(), keep_raw=False)
    clock = SystemClock()
    found = _Problems()

    def hear(event: TraceEvent) -> None:
        if isinstance(event, PartEnded) and event.part == "setup" and event.problem is not None:
            found.setup = event.problem
        emit(event)

    def mark(_reason: str) -> None:
        found.marked = True

    masker = Masker(secrets.values())
    trace = Trace(hear, clock, masker)
    engine = Engine(
        prepare.engine,
        Recorder(prepare.base_tags, TagBudget(prepare.kept_tags), in_bulk=False),
        clock,
        meetings=_NobodyElse(),
        on_stopped=lambda reason, scenario: _note(found, reason, scenario),
        trace=trace,
        tap=WireLimit(trace.tap, request.wire or _HEADS),
        on_marked=mark,
    )

    def hide(record: logging.LogRecord) -> bool:
        record.msg, record.args = masker.mask(record.getMessage()), ()
        return True

    script_log = logging.getLogger(SCRIPT_LOG)
    script_log.addFilter(hide)
    try:
        await _play(request, engine, trace, found)
    finally:
        await engine.close()
        script_log.removeFilter(hide)
    return Outcome(
        error=found.setup is None and found.iterations == 0,
        script_failed=found.setup is not None,
        aborted_by_test=found.aborted is not None,
        marked_failed=found.marked,
    ).exit_code()


def _note(found: _Problems, reason: str, scenario: str | None) -> None:
    if scenario is None:
        found.aborted = found.aborted or reason


async def _play(request: RunRequest, engine: Engine, trace: Trace, found: _Problems) -> None:
    """All parts, in their order."""
    plan, data = request.plan, SetupData()
    if (plan.setup or plan.script_modules) and "setup" not in request.skipped:
        with trace.part("setup", is_scenario=False):
            outcome = await engine.run_once("setup", data)
            data = outcome.data
            if outcome.problem is not None:
                trace.end_early(outcome.problem)
    if found.setup is None:
        engine.inherit(data)
        for name, executor in engine.executors.items():
            if engine.stop_signal.is_set:
                break
            with trace.part(name, is_scenario=True):
                executor.prepare()
                await executor.run(engine.now())
            found.iterations += executor.progress().iterations
    if (plan.teardown or plan.script_modules) and "teardown" not in request.skipped:
        with trace.part("teardown", is_scenario=False):
            outcome = await engine.run_once("teardown", data)
            if outcome.problem is not None:
                trace.end_early(outcome.problem)
