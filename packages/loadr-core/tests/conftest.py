"""Engines on virtual time with a fake protocol."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest

from loadr_config.models import TestPlan
from loadr_core.engine import Engine
from loadr_core.engine_config import EngineConfig
from loadr_core.metrics import Aggregator, View
from loadr_core.plugins import ProtocolRegistry
from loadr_core.recording import Recorder
from loadr_core.segments import Segment
from loadr_core.thresholds import view_of
from loadr_testing.fakes import Answer, VirtualClock, fake_protocol, run_in_virtual_time

WHOLE = Segment()


@dataclass
class Outcome:
    """What an engine did."""

    aggregator: Aggregator
    handler: type
    engine: Engine
    duration: float

    def total(self, metric, **tags):
        sink = self.aggregator.sink(View(metric, tuple(sorted(tags.items()))))
        return 0 if sink is None else sink.sum

    def rate(self, metric, **tags):
        sink = self.aggregator.sink(View(metric, tuple(sorted(tags.items()))))
        return (0, 0) if sink is None else (sink.hits, sink.total)

    def trend(self, metric, **tags):
        return self.aggregator.sink(View(metric, tuple(sorted(tags.items())))).histogram

    @property
    def causes(self):
        return {(gain.category, gain.name, gain.cause): gain.times for gain in self.aggregator.failures}


@pytest.fixture
def run_plan():
    """Run a plan's document to its end; `during(engine, clock)` runs beside it."""

    def run(
        document,
        rule=lambda _request: Answer(),
        *,
        segment=WHOLE,
        during=None,
        environment=None,
        tags=None,
        measures="fake",
        seed=1,
        scripts=None,
        folder=Path(),
    ):
        plan = TestPlan.model_validate({"defaults": {"http": {"base_url": "fake://target"}}, **document})
        handler = fake_protocol(rule, measures=measures)
        recorder = Recorder(tags)

        async def main():
            clock = VirtualClock()
            config = EngineConfig(
                plan,
                folder,
                seed=seed,
                segment=segment,
                environment=environment or {},
                variables=dict(plan.variables),
            )
            # One class runs all scripts, unless they are given by the engines' names.
            find_engine = (
                scripts.__getitem__ if isinstance(scripts, dict) else scripts and (lambda _: scripts)
            )
            protocols = ProtocolRegistry({"fake": handler}, {"fake": "fake"})
            engine = Engine(config, recorder, clock, protocols, find_engine=find_engine)
            if during is None:
                await engine.run()
            else:
                async with asyncio.TaskGroup() as group:
                    group.create_task(during(engine, clock))
                    await engine.run()
            await engine.close()
            return engine, clock.now()

        engine, duration = run_in_virtual_time(main())
        aggregator = Aggregator(view_of(threshold) for threshold in plan.thresholds)
        aggregator.apply(1, recorder.take_delta())
        return Outcome(aggregator, handler, engine, duration)

    return run


@pytest.fixture
def scenario():
    """A plan with one scenario; `flow` is one request unless it is given."""

    def make(executor, flow=None, **knobs):
        flow = [{"request": {"url": "/"}}] if flow is None else flow
        return {"scenarios": {"main": {"executor": executor, "flow": flow, **knobs}}}

    return make
