"""Groups: their samples carry the path, their time is a trend of its own."""

from typing import Final

from loadr_core.flow.step import Step
from loadr_core.recording.recorder import FLUSH_ROWS, RowSeries
from loadr_core.spi.clock import Clock
from loadr_core.spi.rows import RowLayout, TrendColumn
from loadr_core.spi.scope import Scope

GROUP_SEPARATOR: Final = "::"

GROUP_LAYOUT: Final = RowLayout(
    name="group",
    columns=("start", "end"),
    at="end",
    trends=(TrendColumn("group_duration", "end", "start"),),
)


class GroupStep(Step):
    """Runs its steps in order and records how long they took together.

    An interrupted or aborted group records nothing: its time would not be that of the whole.
    """

    __slots__ = ("_clock", "_series", "_steps")

    def __init__(self, steps: tuple[Step, ...], series: RowSeries, clock: Clock) -> None:
        self._steps = steps
        self._series = series
        self._clock = clock

    async def run(self, scope: Scope) -> None:
        """Run the steps, then record."""
        start = self._clock.now()
        for step in self._steps:
            await step.run(scope)
        rows = self._series.rows
        rows.append((start, self._clock.now()))
        if len(rows) >= FLUSH_ROWS:
            self._series.flush()
