"""All series of a run, added up: over the whole run, or since the last reading. Pure."""

from collections.abc import Iterable

from loadr_core.spi import SeriesGain
from loadr_outputs.series.state import Reading, SeriesState, Window

_Key = tuple[str, tuple[tuple[str, str], ...]]


class SeriesTable:
    """The series of a run.

    Args:
        cumulative: whether figures go on over the whole run, so that a lost reading is made good by the
            next, or start anew with each reading.
    """

    def __init__(self, *, cumulative: bool) -> None:
        self._cumulative = cumulative
        self._states: dict[_Key, SeriesState] = {}
        self._changed: dict[_Key, None] = {}

    def add(self, gains: Iterable[SeriesGain]) -> None:
        """Add what the series of one worker gained."""
        for gain in gains:
            key = (gain.metric, tuple(gain.tags.items()))
            state = self._states.get(key)
            if state is None:
                state = self._states[key] = SeriesState(gain.metric, gain.kind, gain.tags, gain.time)
            state.add(gain)
            self._changed[key] = None

    def take(self, window: Window) -> Reading:
        """The series that changed since the last reading."""
        if self._cumulative:
            states = tuple(self._states[key].copy() for key in self._changed)
        else:
            states = tuple(self._states.values())
            self._states = {}
        self._changed.clear()
        return Reading(window, states)

    def all(self) -> tuple[SeriesState, ...]:
        """Every series as it stands, in the order in which they were first seen."""
        return tuple(self._states.values())

    def __repr__(self) -> str:
        return f"<SeriesTable of {len(self._states)}, {len(self._changed)} changed>"
