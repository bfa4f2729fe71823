"""The outputs of a run: opened before it, fed while it runs, closed after it."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from loadr_config.metrics import MetricKind
from loadr_config.summary import Snapshot, Summary
from loadr_core.coordinator.request import OutputRequest
from loadr_core.metrics.delta import RawRows
from loadr_core.metrics.tags import TagPairs
from loadr_core.plugins import load_output
from loadr_core.spi.output import Output, OutputContext, OutputError, SampleBatch

_MS = 1000.0


class Outputs:
    """All outputs of a run.

    Raises:
        PlanRefusedError: one is not installed.
        ExtensionError: one is broken.
    """

    def __init__(self, requests: Iterable[OutputRequest], folder: Path, run_id: str) -> None:
        self._outputs: list[tuple[str, Output]] = [
            (request.name, load_output(request.name)(OutputContext(request.config, folder, run_id)))
            for request in requests
        ]
        self._started: list[tuple[str, Output]] = []

    @property
    def want_samples(self) -> bool:
        """Whether any output declares that it wants samples."""
        return any(output.wants_samples for _, output in self._outputs)

    async def start(self) -> None:
        """Open them in order.

        Raises:
            OutputError: one refused; those opened before are closed by `stop`.
        """
        for name, output in self._outputs:
            await output.start()
            self._started.append((name, output))

    def add_samples(self, raw: Sequence[RawRows], tags: Sequence[TagPairs], epoch: float) -> None:
        """Hand rows to the outputs that want samples.

        Args:
            raw: the rows of one report.
            tags: the tag set of each.
            epoch: what to add to a stamp to get seconds since the epoch.
        """
        takers = [output for _, output in self._started if output.wants_samples]
        if not takers:
            return
        for rows, pairs in zip(raw, tags, strict=True):
            for batch in sample_batches(rows, pairs, epoch):
                for output in takers:
                    output.add_samples(batch)

    def add_snapshot(self, snapshot: Snapshot) -> None:
        """Hand the state of the run to all outputs."""
        for _, output in self._started:
            output.add_snapshot(snapshot)

    async def stop(self, summary: Summary) -> list[str]:
        """Close all outputs; what went wrong, a line each."""
        problems = []
        for name, output in self._started:
            try:
                await output.stop(summary)
            except OutputError as error:
                problems.append(f"output {name}: {error}")
        self._started.clear()
        return problems


def sample_batches(raw: RawRows, pairs: TagPairs, epoch: float) -> list[SampleBatch]:
    """The samples behind rows, one batch a metric."""
    import numpy as np  # noqa: PLC0415 - only a run whose outputs want samples loads it in the coordinator

    layout, rows, tags = raw.layout, raw.rows, dict(pairs)
    times = rows[:, layout.index(layout.at)] + epoch
    batches = []
    for trend in layout.trends:
        seconds = rows[:, layout.index(trend.end)]
        if trend.start is not None:
            seconds = seconds - rows[:, layout.index(trend.start)]
        batches.append(SampleBatch(trend.metric, MetricKind.TREND, tags, times, seconds * _MS))
    for counter in layout.counters:
        values = np.ones(len(rows)) if counter.column is None else rows[:, layout.index(counter.column)]
        batches.append(SampleBatch(counter.metric, MetricKind.COUNTER, tags, times, values))
    failed = np.full(len(rows), float(raw.failed))
    batches.extend(SampleBatch(metric, MetricKind.RATE, tags, times, failed) for metric in layout.failures)
    return batches
