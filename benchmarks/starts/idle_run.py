"""Many VUs that think in this process, after one request each to a target; prints JSON.

    python -m benchmarks.starts.idle_run URL VUS

The process is set up as a worker is; `started_secs` is the time until all VUs run and have sent their request.
"""

import asyncio
import json
import sys
from pathlib import Path

from benchmarks.harness import clock, process_tree
from loadr_config.models import TestPlan
from loadr_core.clock import SystemClock
from loadr_core.engine import Engine
from loadr_core.engine_config import EngineConfig
from loadr_core.metrics import Aggregator, View
from loadr_core.metrics.sinks import CounterSink
from loadr_core.recording import Recorder
from loadr_core.worker.tuning import loop_factory, settle_garbage_collector, tune_malloc

_PATIENCE_SECS = 60.0


async def measure(url: str, vus: int) -> dict[str, float]:
    """Start the VUs and wait until all think; sizes in bytes."""
    scenario = {
        "executor": "constant-vus",
        "vus": vus,
        "duration": "1h",
        "graceful_stop": 0,
        "think_time": {"type": "constant", "duration": "1h"},
        "flow": [{"request": {"url": url}}],
    }
    plan = TestPlan.model_validate({"scenarios": {"idle": scenario}})
    recorder, aggregator = Recorder(), Aggregator()
    engine = Engine(EngineConfig(plan, Path(), seed=1), recorder, SystemClock())
    settle_garbage_collector()
    empty = process_tree.own_resident()
    began = clock.now()
    running = asyncio.ensure_future(engine.run())
    running_after = 0.0
    answered = 0.0
    while answered < vus:
        await asyncio.sleep(0.005)
        if not running_after and engine.active_vus == vus:
            running_after = clock.now() - began
        aggregator.apply(1, recorder.take_delta())
        requests = aggregator.sink(View("http_reqs"))
        answered = requests.sum or 0.0 if isinstance(requests, CounterSink) else 0.0
        if clock.now() - began > _PATIENCE_SECS:
            break
    started, resident = clock.now() - began, process_tree.own_resident()
    engine.kill("measured")
    await running
    await engine.close()
    return {
        "vus": vus,
        "answered": answered,
        "running_secs": running_after or started,
        "started_secs": started,
        "resident": resident,
        "empty": empty,
    }


def main() -> None:
    """Measure and print."""
    tune_malloc()
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        print(json.dumps(runner.run(measure(sys.argv[1], int(sys.argv[2])))))


if __name__ == "__main__":
    main()
