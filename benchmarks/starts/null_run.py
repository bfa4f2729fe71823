"""A scenario of an arrival rate in this process, on a protocol that answers at once; prints JSON.

    python -m benchmarks.starts.null_run RATE SECONDS

The process is set up as a worker is: its event loop, allocator and garbage collector.
"""

import asyncio
import json
import sys
from pathlib import Path

from benchmarks.harness import clock
from benchmarks.harness.instant import InstantProtocol
from loadr_config.models import TestPlan
from loadr_core.clock import SystemClock
from loadr_core.engine import Engine
from loadr_core.engine_config import EngineConfig
from loadr_core.metrics import Aggregator, View
from loadr_core.metrics.sinks import CounterSink, TrendSink
from loadr_core.plugins import ProtocolRegistry
from loadr_core.recording import Recorder
from loadr_core.worker.tuning import loop_factory, settle_garbage_collector, tune_malloc


async def measure(rate: int, seconds: float) -> dict[str, float]:
    """Run the scenario; delays in ms, CPU as a share of a core."""
    scenario = {
        "executor": "constant-arrival-rate",
        "rate": rate,
        "duration": seconds,
        "pre_allocated_vus": 50,
        "flow": [{"request": {"url": "null://target"}}],
    }
    plan = TestPlan.model_validate({"scenarios": {"starts": scenario}})
    recorder = Recorder()
    protocols = ProtocolRegistry({"null": InstantProtocol}, {"null": "null"})
    engine = Engine(EngineConfig(plan, Path(), seed=1), recorder, SystemClock(), protocols)
    engine.prepare()
    settle_garbage_collector()
    cpu, began = clock.cpu(), clock.now()
    await engine.run()
    share = (clock.cpu() - cpu) / (clock.now() - began)
    await engine.close()
    aggregator = Aggregator()
    aggregator.apply(1, recorder.take_delta())
    return {**_delays(aggregator), "cpu_share": share}


def _delays(aggregator: Aggregator) -> dict[str, float]:
    delays = aggregator.sink(View("iteration_start_delay"))
    dropped = aggregator.sink(View("dropped_iterations"))
    assert isinstance(delays, TrendSink)
    histogram = delays.histogram
    return {
        "starts": histogram.total,
        "dropped": dropped.sum or 0.0 if isinstance(dropped, CounterSink) else 0.0,
        "p50_ms": histogram.percentile(50) / 1e3,
        "p99_ms": histogram.percentile(99) / 1e3,
        "max_ms": histogram.max / 1e3,
    }


def main() -> None:
    """Measure and print."""
    tune_malloc()
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        print(json.dumps(runner.run(measure(int(sys.argv[1]), float(sys.argv[2])))))


if __name__ == "__main__":
    main()
