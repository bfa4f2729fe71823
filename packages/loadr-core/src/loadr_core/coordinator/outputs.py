"""The outputs of a run: opened before it, fed while it runs, closed after it."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from loadr_config.models import Output as OutputEntry
from loadr_config.models import PluginOutput
from loadr_config.summary import OutputSummary, Snapshot, Summary
from loadr_core.coordinator.request import OutputRequest
from loadr_core.coordinator.samples import (
    TagsOf,
    own_gauge_batches,
    own_gauge_gains,
    sample_batches,
    series_gains,
)
from loadr_core.metrics.delta import Delta
from loadr_core.plugins import load_output
from loadr_core.spi.output import KeepsBooks, Output, OutputContext, OutputError, TakesGains
from loadr_core.templating import TextCompiler, fixed_texts


def output_request(entry: OutputEntry, texts: TextCompiler, place: str) -> OutputRequest:
    """An entry of the plan's `outputs`, its templates filled in.

    Raises:
        PlanRefusedError: a template has no value before the run; the message names its place.
    """
    if isinstance(entry, PluginOutput):
        return OutputRequest(entry.name, _filled(entry.config, texts, f"{place}.config"))
    return OutputRequest(entry.type, _filled(entry.model_dump(exclude={"type"}), texts, place))


def _filled(value: Any, texts: TextCompiler, place: str) -> Any:
    """The same value with every text in it filled in."""
    match value:
        case str():
            return fixed_texts({"": value}, texts, place)[""]
        case dict():
            return {key: _filled(member, texts, f"{place}.{key}") for key, member in value.items()}
        case list() | tuple():
            return [_filled(item, texts, f"{place}[{index}]") for index, item in enumerate(value)]
        case _:
            return value


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

    def add_report(self, delta: Delta, tags_of: TagsOf, *, epoch: float, at: float) -> None:
        """Hand a worker's report to the outputs, in the form that each of them wants.

        Args:
            delta: the report, secrets masked.
            tags_of: tag sets by number.
            epoch: what to add to a stamp of the worker to get seconds since the epoch.
            at: when the report was made, seconds since the epoch.
        """
        takers = [output for _, output in self._started if output.wants_samples]
        if takers:
            for batch in sample_batches(delta, tags_of, epoch=epoch, at=at):
                for output in takers:
                    output.add_samples(batch)
        adders = [output for _, output in self._started if isinstance(output, TakesGains)]
        if adders:
            gains = series_gains(delta, tags_of)
            for output in adders:
                output.add_gains(gains, at)

    def add_snapshot(self, snapshot: Snapshot, at: float) -> None:
        """Hand the state of the run to all outputs, and the gauges that no worker reports.

        Args:
            snapshot: the state.
            at: its time, seconds since the epoch.
        """
        for _, output in self._started:
            output.add_snapshot(snapshot)
            if output.wants_samples:
                for batch in own_gauge_batches(snapshot, at):
                    output.add_samples(batch)
            if isinstance(output, TakesGains):
                output.add_gains(own_gauge_gains(snapshot), at)

    async def stop(self, summary: Summary) -> tuple[list[OutputSummary], list[str]]:
        """Close all outputs: what became of what they were given, and what went wrong, a line each."""
        books: list[OutputSummary] = []
        problems = []
        for name, output in self._started:
            try:
                await output.stop(summary)
            except OutputError as error:
                problems.append(f"output {name}: {error}")
            if isinstance(output, KeepsBooks):
                kept = output.books()
                books.append(
                    OutputSummary(
                        name=name,
                        taken=kept.taken,
                        written=kept.written,
                        lost=kept.lost,
                        problem=kept.problem,
                    )
                )
        self._started.clear()
        return books, problems
