"""Groups: their samples carry the path, their time is a trend of its own."""

from collections.abc import Callable
from typing import Final

from loadr_core.flow.block import Block
from loadr_core.flow.step import Step
from loadr_core.flow.values import Value
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

# A cache of series, which the recorder bounds itself; templated names could fill it without end.
_MAX_PATHS: Final = 10_000


class GroupStep(Step):
    """Runs its steps in order and records how long they took together.

    An interrupted or aborted group records nothing: its time would not be that of the whole.
    """

    __slots__ = ("_block", "_clock", "_series")

    def __init__(self, block: Block, series: RowSeries, clock: Clock) -> None:
        self._block = block
        self._series = series
        self._clock = clock

    @property
    def waits(self) -> bool:
        """When its steps do."""
        return self._block.waits

    async def run(self, scope: Scope) -> None:
        """Run the steps, then record."""
        start = self._clock.now()
        for step in self._block.steps:
            await step.run(scope)
        _record(self._series, start, self._clock.now())


class TemplatedGroupStep(Step):
    """A group whose path is known when it begins: it, or one around it, has a template for a name.

    The steps in it find the path in `Scope.group_paths`.

    Args:
        block: the steps.
        name: the group's own name.
        slot: the compiler's number of this group.
        outer: the slot of the group around it, or that group's path where it is known before the run.
        open_series: gives the series of a path.
        clock: the time.
    """

    __slots__ = ("_block", "_clock", "_name", "_open_series", "_outer", "_series", "_slot")

    def __init__(
        self,
        block: Block,
        name: Value[str],
        *,
        slot: int,
        outer: int | str,
        open_series: Callable[[str], RowSeries],
        clock: Clock,
    ) -> None:
        self._block = block
        self._name = name
        self._slot = slot
        self._outer = outer
        self._open_series = open_series
        self._clock = clock
        self._series: dict[str, RowSeries] = {}

    @property
    def waits(self) -> bool:
        """When its steps do."""
        return self._block.waits

    async def run(self, scope: Scope) -> None:
        """Render the name, run the steps, then record."""
        outer = self._outer
        before = outer if isinstance(outer, str) else scope.group_paths[outer]
        path = scope.group_paths[self._slot] = f"{before}{GROUP_SEPARATOR}{self._name(scope)}"
        start = self._clock.now()
        for step in self._block.steps:
            await step.run(scope)
        _record(self._series_of(path), start, self._clock.now())

    def _series_of(self, path: str) -> RowSeries:
        series = self._series.get(path)
        if series is None:
            if len(self._series) >= _MAX_PATHS:
                self._series.clear()
            series = self._series[path] = self._open_series(path)
        return series


def _record(series: RowSeries, start: float, end: float) -> None:
    series.rows.append((start, end))
    if len(series.rows) >= FLUSH_ROWS:
        series.flush()
