"""The last seconds of a run as sparklines: one character a second, the newest at the right."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from loadr_config.summary import TimelinePoint
from loadr_report.console._sheet import Piece
from loadr_report.console.styles import BAD, GOOD, QUIET, VALUE
from loadr_report.quantities import duration, number, percentage

_LEVELS: Final = "▁▂▃▄▅▆▇█"
_LABEL_WIDTH: Final = 9  # as of the lines above them
_BOUND_WIDTH: Final = 10
_MOST_SECONDS: Final = 120
_FEWEST_SECONDS: Final = 5


@dataclass(frozen=True, slots=True)
class _Row:
    label: str
    of: Callable[[TimelinePoint], float | None]
    text: Callable[[float], str]
    style: str
    shows_zeros: bool = True


_ROWS: Final = (
    _Row("req/s", lambda point: point.rps, number, VALUE),
    _Row("p95", lambda point: point.latency_p95, duration, VALUE),
    _Row("errors", lambda point: point.error_rate, percentage, BAD, shows_zeros=False),
    _Row("VUs", lambda point: float(point.active_vus), number, GOOD),
)


class History:
    """Keeps the newest points of a run."""

    def __init__(self) -> None:
        self._points: deque[TimelinePoint] = deque(maxlen=_MOST_SECONDS)

    def add(self, point: TimelinePoint) -> None:
        """Take the point of the last second."""
        self._points.append(point)

    def lines(self, width: int) -> list[tuple[Piece, ...]]:
        """A sparkline for each figure with its highest value; none where there is no room, or no history yet.

        Args:
            width: the columns that there are.
        """
        room = width - _LABEL_WIDTH - _BOUND_WIDTH - 2
        points = [*self._points][-room:] if room > 0 else []
        if len(points) < 2 or room < _FEWEST_SECONDS:
            return []
        lines: list[tuple[Piece, ...]] = []
        for row in _ROWS:
            values = [row.of(point) for point in points]
            highest = max(_known(values), default=0.0)
            if highest > 0 or row.shows_zeros:
                lines.append(
                    (
                        (f"  {row.label:<{_LABEL_WIDTH}}", QUIET),
                        (sparkline(values), row.style),
                        (f"  ≤ {row.text(highest)}", QUIET),
                    )
                )
        return lines

    def __repr__(self) -> str:
        return f"<History of {len(self._points)} s>"


def sparkline(values: Sequence[float | None]) -> str:
    """A character for each value, from 0 to the highest of them; a space where there is none."""
    highest = max(_known(values), default=0.0)
    return "".join(" " if value is None else _LEVELS[_level(value, highest)] for value in values)


def _level(value: float, highest: float) -> int:
    return 0 if highest <= 0 else min(int(value / highest * len(_LEVELS)), len(_LEVELS) - 1)


def _known(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None]
