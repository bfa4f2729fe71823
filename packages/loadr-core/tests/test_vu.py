"""One virtual user, driven by hand: how its iterations end."""

import asyncio
from pathlib import Path

import pytest

from loadr_config.models import TestPlan
from loadr_core.compiler.program import ITERATION_LAYOUT, ScenarioProgram, exception_counter
from loadr_core.data import DataSources
from loadr_core.executors import ClosedExecutor
from loadr_core.flow import IterationAborted, Step, VuEnded
from loadr_core.metrics import Aggregator, View
from loadr_core.numbering import VuNumbers
from loadr_core.recording import Recorder
from loadr_core.schedules import closed_schedule
from loadr_core.segments import Segment
from loadr_core.vu import VirtualUser
from loadr_testing.fakes import VirtualClock, run_in_virtual_time


class Scripted(Step):
    """Ends each iteration as its rule says: an exception to raise, or nothing."""

    def __init__(self, rule):
        self.rule = rule

    async def run(self, scope):
        error = self.rule(scope)
        if error is not None:
            raise error


def iterations_of(rule, vus=2, iterations=5):
    """Run a scenario of one scripted step; return completed iterations, VUs left and abort reaches."""
    recorder = Recorder()
    plan = TestPlan.model_validate(
        {
            "scenarios": {
                "main": {"executor": "per-vu-iterations", "vus": vus, "iterations": iterations, "flow": []}
            }
        }
    )
    config = plan.scenarios["main"]
    program = ScenarioProgram(
        name="main",
        config=config,
        vus=VuNumbers(1, vus),
        steps=(Scripted(rule),),
        handlers=(),
        data=DataSources({}, Path(), 1),
        iterations=recorder.rows(ITERATION_LAYOUT, {"scenario": "main"}),
        interrupted=recorder.counter("interrupted_iterations", {"scenario": "main"}),
        exception=exception_counter(recorder, {"scenario": "main"}),
    )
    aborts = []

    async def main():
        executor = ClosedExecutor(
            program,
            closed_schedule(config, Segment()),
            seed=1,
            clock=VirtualClock(),
            on_abort=lambda abort: aborts.append(abort.reach),
        )
        await executor.run(0.0)
        return executor.completed

    completed = run_in_virtual_time(main())
    aggregator = Aggregator(())
    aggregator.apply(1, recorder.take_delta())
    counted = aggregator.sink(View("iterations"))
    return completed, 0 if counted is None else counted.sum, aborts


@pytest.mark.parametrize(
    ("rule", "completed", "aborts"),
    [
        (lambda _: None, 10, []),
        (lambda _: IterationAborted("iteration", "r"), 10, ["iteration"] * 10),
        (lambda scope: VuEnded("r") if scope.iteration == 3 else None, 6, ["vu"] * 2),
        (lambda scope: VuEnded("r") if scope.vu == 1 else None, 5, ["vu"]),
        (lambda scope: VuEnded("r", whole_scenario=True) if scope.vu == 1 else None, 5, ["scenario"]),
        (lambda _: ValueError("a bug"), 10, []),
    ],
    ids=["all complete", "aborted", "each VU ends", "one VU ends", "a reach beyond the VU", "a bug"],
)
def test_how_iterations_end(rule, completed, aborts):
    assert iterations_of(rule) == (completed, completed, aborts)


class Busy(Step):
    """Takes time, and waits for nothing."""

    def __init__(self, waits):
        self._waits = waits

    @property
    def waits(self):
        return self._waits

    async def run(self, scope):
        return


class TickingClock(VirtualClock):
    """A millisecond passes between two looks."""

    ticks = 0

    def now(self):
        self.ticks += 1
        return self.ticks / 1000


@pytest.mark.parametrize(("waits", "turns"), [(False, 64), (True, 4)], ids=["need not wait", "may wait"])
def test_iterations_that_take_their_time_without_waiting_let_others_run(waits, turns):
    recorder = Recorder()
    plan = TestPlan.model_validate(
        {"scenarios": {"main": {"executor": "constant-vus", "vus": 1, "duration": 1, "flow": []}}}
    )
    program = ScenarioProgram(
        name="main",
        config=plan.scenarios["main"],
        vus=VuNumbers(),
        steps=(Busy(waits),),
        handlers=(),
        data=DataSources({}, Path(), 1),
        iterations=recorder.rows(ITERATION_LAYOUT, {}),
        interrupted=recorder.counter("interrupted_iterations", {}),
        exception=exception_counter(recorder, {}),
    )
    seen = 0

    async def others():
        nonlocal seen
        while True:
            seen += 1
            await asyncio.sleep(0)

    async def main():
        clock = TickingClock()
        vu = VirtualUser(program, 1, 1, clock, print)
        task = asyncio.ensure_future(others())
        for _ in range(64):
            await vu.iterate(clock.now())
        task.cancel()

    run_in_virtual_time(main())
    assert seen == turns
