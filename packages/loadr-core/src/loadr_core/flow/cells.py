"""Where a check is counted when the path of its group is known only when it runs."""

from collections.abc import Mapping
from typing import Final

from loadr_core.recording.recorder import RateCell, Recorder
from loadr_core.spi.scope import Scope

# A cache of cells, which the recorder bounds itself; templated names could fill it without end.
_MAX_PATHS: Final = 10_000


class GroupedCells:
    """The cells of one check, one for each path of its group.

    Args:
        recorder: where they are opened.
        tags: all tags but the group.
        slot: the compiler's number of the group.
    """

    __slots__ = ("_cells", "_recorder", "_slot", "_tags")

    def __init__(self, recorder: Recorder, tags: Mapping[str, str], slot: int) -> None:
        self._recorder = recorder
        self._tags = dict(tags)
        self._slot = slot
        self._cells: dict[str, RateCell] = {}

    def of(self, scope: Scope) -> RateCell:
        """The cell of the group that the scope is in."""
        path = scope.group_paths[self._slot]
        cell = self._cells.get(path)
        if cell is None:
            if len(self._cells) >= _MAX_PATHS:
                self._cells.clear()
            cell = self._cells[path] = self._recorder.rate("checks", {**self._tags, "group": path})
        return cell
