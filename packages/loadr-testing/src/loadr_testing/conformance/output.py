"""What every output must do, wherever it writes."""

import asyncio
import inspect
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

import numpy as np

from loadr_config.metrics import MetricKind
from loadr_config.summary import Health, Snapshot, Summary, TimelinePoint
from loadr_core.spi import Output, OutputContext, SampleBatch

_POINT = TimelinePoint(elapsed_secs=1.0, rps=2.0, iterations_ps=2.0, active_vus=1, error_rate=0.0)


def sample_batch(count: int = 2) -> SampleBatch:
    """Request durations of 1 ms, 2 ms, ..."""
    return SampleBatch(
        metric="http_req_duration",
        kind=MetricKind.TREND,
        tags={"name": "conformance", "scenario": "main"},
        times=np.arange(count, dtype=np.float64) + 1_700_000_000.0,
        values=np.arange(1, count + 1, dtype=np.float64),
    )


def snapshot() -> Snapshot:
    """A run after its first second."""
    return Snapshot(
        elapsed_secs=1.0,
        point=_POINT,
        scenarios=[],
        requests=2,
        failed_requests=0,
        iterations=2,
        checks_passed=2,
        checks_failed=0,
        thresholds=[],
        health=Health(),
    )


def summary() -> Summary:
    """The end of that run."""
    return Summary(
        name="conformance",
        run_id="20260101-000000-abcdef",
        seed=1,
        loadr_version="0",
        started_ms=1_700_000_000_000,
        ended_ms=1_700_000_001_000,
        duration_secs=1.0,
        scenarios=[],
        metrics=[],
        checks=[],
        thresholds=[],
        thresholds_passed=True,
        timeline=[_POINT],
    )


class OutputConformance:
    """Subclass as `TestMyOutput` and set `output_class`; override `config` for what it needs.

    Attributes:
        output_class: the output to test.
    """

    output_class: ClassVar[type[Output]]

    def config(self, folder: Path) -> Mapping[str, Any]:
        """The output's configuration; files belong into `folder`."""
        del folder
        return {}

    def check(self, output: Output, folder: Path) -> None:
        """Look at what was written after a whole run; override to compare it."""

    def run(self, *, batches: int, snapshots: int) -> None:
        """A run with so many batches and snapshots."""
        with TemporaryDirectory() as name:
            folder = Path(name)
            output = self.output_class(OutputContext(self.config(folder), folder, "20260101-000000-abcdef"))

            async def live() -> None:
                await output.start()
                for _ in range(batches):
                    output.add_samples(sample_batch())
                for _ in range(snapshots):
                    output.add_snapshot(snapshot())
                await output.stop(summary())

            asyncio.run(live())
            if batches and snapshots:
                self.check(output, folder)

    def test_a_whole_run(self) -> None:
        """Samples, snapshots and the summary are taken without an error."""
        self.run(batches=3, snapshots=2)

    def test_a_run_without_samples(self) -> None:
        """An aborted run may have none; the output is closed all the same."""
        self.run(batches=0, snapshots=0)

    def test_taking_samples_returns_nothing(self) -> None:
        """`add_samples` and `add_snapshot` are plain functions: a coroutine would never be awaited."""
        assert not inspect.iscoroutinefunction(self.output_class.add_samples)
        assert not inspect.iscoroutinefunction(self.output_class.add_snapshot)
