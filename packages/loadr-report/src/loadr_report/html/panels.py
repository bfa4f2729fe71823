"""What is drawn over the time of a run: panels of lines that share their points in time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from loadr_config.summary import TimelinePoint
from loadr_report.html.thinning import Batches, Pick
from loadr_report.readings import Unit
from loadr_report.text import visible

_DIGITS: Final = 4
"""What is drawn is told to so many significant digits: one more than histograms keep."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line: its name, its colour (a `--line-` of the palette), what it takes of a point."""

    label: str
    colour: str
    pick: Pick
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """Lines of one unit.

    Attributes:
        key: how page and script call it.
        title: what it shows.
        unit: of its values.
        lines: in the order of the legend.
        suffix: what follows a value, such as `/s`.
        floor: the least height of the axis, so that tiny values do not look like a storm.
    """

    key: str
    title: str
    unit: Unit
    lines: tuple[Line, ...]
    suffix: str = ""
    floor: float = 0.0

    def text(self, value: float) -> str:
        """A value with its unit."""
        return self.unit.text(value) + self.suffix

    def peaks(self, points: Sequence[TimelinePoint]) -> str:
        """The highest value of each line, in words."""
        return ", ".join(f"{line.label} {self._peak(line, points)}" for line in self.lines)

    def _peak(self, line: Line, points: Sequence[TimelinePoint]) -> str:
        values = [value for point in points if (value := line.pick(point)) is not None]
        return f"peaks at {self.text(max(values))}" if values else "has no samples"


_THROUGHPUT: Final = Panel(
    "throughput",
    "Throughput",
    Unit.NUMBER,
    (
        Line("requests", "blue", lambda point: point.rps),
        Line("iterations", "orange", lambda point: point.iterations_ps),
    ),
    suffix="/s",
)
_LATENCY: Final = (
    Line("p99", "red", lambda point: point.latency_p99),
    Line("p95", "orange", lambda point: point.latency_p95),
    Line("p50", "blue", lambda point: point.latency_p50),
)
_CORRECTED: Final = Line("corrected p99", "violet", lambda point: point.corrected_p99, dashed=True)
_USERS: Final = Panel(
    "users",
    "Active VUs",
    Unit.NUMBER,
    (Line("VUs", "green", lambda point: point.active_vus),),
    floor=1.0,
)
_ERRORS: Final = Panel(
    "errors",
    "Errors",
    Unit.RATIO,
    (Line("failed requests", "red", lambda point: point.error_rate),),
    floor=0.01,
)


def panels(points: Sequence[TimelinePoint]) -> list[Panel]:
    """The panels of a run; none where it is too short for a line."""
    if len(points) < 2:
        return []
    corrected = any(point.corrected_p99 is not None for point in points)
    latency = Panel(
        "latency", "Latency", Unit.TIME, ((_CORRECTED, *_LATENCY) if corrected else _LATENCY), floor=0.001
    )
    return [_THROUGHPUT, latency, _USERS, _ERRORS]


def panel_data(panel: Panel, batches: Batches) -> dict[str, Any]:
    """What the page's script draws of a panel."""
    return {
        "unit": panel.unit.value,
        "suffix": panel.suffix,
        "floor": panel.floor,
        "lines": [
            {
                "label": visible(line.label),
                "colour": line.colour,
                "dashed": line.dashed,
                "values": rounded(batches.extremes(line.pick)),
            }
            for line in panel.lines
        ],
    }


def rounded(values: Sequence[float | None]) -> list[float | None]:
    """Values as short as can be drawn; what is not finite is left out."""
    return [_rounded(value) for value in values]


def _rounded(value: float | None) -> float | None:
    if value is None or value - value != 0:  # infinite or not a number
        return None
    short = float(f"{value:.{_DIGITS}g}")
    return int(short) if short == int(short) else short
