"""What is recorded of the starts of an open scenario: how late they were, and what became of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from loadr_config.models import OpenScenario, Scenario
from loadr_core.recording.recorder import CounterCell, Recorder, RowSeries
from loadr_core.spi.rows import RowLayout, TrendColumn

START_LAYOUT: Final = RowLayout(
    name="start",
    columns=("intended", "start"),
    at="start",
    trends=(TrendColumn("iteration_start_delay", "start", "intended"),),
)

LATE_SECONDS: Final = 0.010
"""A start that is later than this, although a VU was free, is late for the generator's own reasons."""


@dataclass(frozen=True, slots=True)
class Starts:
    """Where an open scenario records its starts.

    Attributes:
        delays: how late each start was.
        late: starts that were late for the generator's own reasons.
        dropped: starts that found no free VU.
    """

    delays: RowSeries
    late: CounterCell
    dropped: CounterCell


def starts_of(config: Scenario, recorder: Recorder, tags: Mapping[str, str]) -> Starts | None:
    """Where a scenario records its starts, if they follow a schedule."""
    if not isinstance(config, OpenScenario):
        return None
    return Starts(
        recorder.rows(START_LAYOUT, tags),
        recorder.counter("loadr_late_starts", tags),
        recorder.counter("dropped_iterations", tags),
    )
