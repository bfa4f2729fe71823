"""Whole runs without processes: members in this process, on virtual time, with a fake protocol."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest

from loadr_config.models import TestPlan
from loadr_core.coordinator import Run, RunRequest, RunResult
from loadr_core.metrics import View
from loadr_core.plugins import ProtocolRegistry
from loadr_testing.fakes import (
    Answer,
    InProcessMember,
    VirtualClock,
    fake_protocol,
    run_in_virtual_time,
)


class Watcher:
    """Keeps what an observer sees."""

    def __init__(self):
        self.snapshots = []

    def update(self, snapshot):
        self.snapshots.append(snapshot)


@dataclass
class Done:
    """A run that is over."""

    result: RunResult
    run: Run
    members: list
    handler: type
    snapshots: list
    duration: float

    @property
    def code(self):
        return self.result.exit_code

    @property
    def summary(self):
        return self.result.summary

    @property
    def sent(self):
        return self.handler.sent

    def iterations(self, scenario="main"):
        return {part.name: part.iterations for part in self.summary.scenarios}[scenario]

    def total(self, metric, **tags):
        sink = self.run._state.aggregator.sink(View(metric, tuple(sorted(tags.items()))))
        return 0 if sink is None else sink.sum


@pytest.fixture
def run_fleet():
    """Run a plan's document over some workers; `during(run, members, clock)` runs beside it."""

    def running(
        document, rule=lambda _request: Answer(), *, workers=1, during=None, environment=None, **request
    ):
        plan = TestPlan.model_validate({"defaults": {"http": {"base_url": "fake://target"}}, **document})
        handler = fake_protocol(rule)
        protocols = ProtocolRegistry({"fake": handler}, {"fake": "fake"})
        members, watcher = [], Watcher()

        async def main():
            clock = VirtualClock()

            async def launch(number):
                members.append(InProcessMember(number, clock, protocols))
                return members[-1]

            wanted = RunRequest(plan, Path(), environment or {}, seed=1, workers=workers, **request)
            run = Run(wanted, watcher, launch, clock.now)
            async with asyncio.TaskGroup() as group:
                if during is not None:
                    group.create_task(during(run, members, clock))
                result = await run.execute()
            return Done(result, run, members, handler, watcher.snapshots, clock.now())

        return run_in_virtual_time(main())

    return running


@pytest.fixture
def plan_of():
    """A plan with one scenario; `flow` is one request unless it is given."""

    def make(executor, flow=None, top=None, **knobs):
        flow = [{"request": {"url": "/"}}] if flow is None else flow
        return {"scenarios": {"main": {"executor": executor, "flow": flow, **knobs}}, **(top or {})}

    return make
