"""What can end a scenario, a run, or a process before its time."""

from collections.abc import Callable


class StopSignal:
    """A request to start nothing new; the first reason wins and is kept.

    Args:
        on_set: called once, when somebody asks.
    """

    def __init__(self, on_set: Callable[[], None] = lambda: None) -> None:
        self.reason: str | None = None
        self._on_set = on_set

    @property
    def is_set(self) -> bool:
        """Whether anybody asked to stop."""
        return self.reason is not None

    def set(self, reason: str) -> None:
        """Ask to stop."""
        if self.reason is None:
            self.reason = reason
            self._on_set()

    def __repr__(self) -> str:
        return f"<StopSignal {self.reason or 'not set'}>"
