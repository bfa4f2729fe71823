"""Failures by cause, bounded: messages that are never the same must not fill a day's memory. Pure."""

from typing import Final

from loadr_core.metrics.delta import FailureGain

_MOST_CAUSES: Final = 1_000


class FailureBook:
    """Counts failures; causes beyond the bound are counted as `other`."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str, str], int] = {}

    def count(self, category: str, name: str, cause: str, times: int = 1) -> None:
        """Count a failure; the arguments are as in `FailureGain`."""
        key = (category, name, cause)
        if key not in self._counts and len(self._counts) >= _MOST_CAUSES:
            key = (category, "", "other")
        self._counts[key] = self._counts.get(key, 0) + times

    def gains(self) -> list[FailureGain]:
        """Everything counted, in the order in which causes were first seen."""
        return [FailureGain(*key, times) for key, times in self._counts.items()]

    def take(self) -> list[FailureGain]:
        """Everything counted since the last call."""
        taken = self.gains()
        self._counts.clear()
        return taken
