"""How a run's progress is shown, and its simplest form: not at all. `loadr_report.console` has the others."""

from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self

from loadr_config.summary import Snapshot


class ProgressView(ABC):
    """Shows a run while it goes on; it has no clock and no thread of its own.

    The coordinator enters it before the first iteration, calls `update` once a second and leaves it
    before the summary is printed, also when the run failed.
    """

    def __enter__(self) -> Self:
        """Called once, before the first update."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Called once, at the end of the run; gives back what the view took."""
        return

    @abstractmethod
    def update(self, snapshot: Snapshot) -> None:
        """Shows a state; called once a second, may block for as long as the terminal does."""


class NoProgress(ProgressView):
    """Shows nothing, for `--quiet`."""

    def update(self, snapshot: Snapshot) -> None:
        """Does nothing."""
