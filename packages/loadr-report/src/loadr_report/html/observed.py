"""Metrics of the target's own monitoring, drawn beside the load."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from loadr_config.summary import ObservationSummary, ObservedSeries, Summary
from loadr_report.html.panels import rounded
from loadr_report.readings import Unit
from loadr_report.text import visible

_COLOURS: Final = ("blue", "orange", "green", "violet", "red", "grey")
_MOST_LINES: Final = 2 * len(_COLOURS)
"""The second half is dashed; more lines than these nobody tells apart."""

_MS_PER_SECOND: Final = 1000.0


@dataclass(frozen=True, slots=True)
class ObservedPanel:
    """A panel.

    Attributes:
        key: how page and script call it.
        title: what was observed.
        described: its peaks in words.
        remark: what to know of it; empty where there is nothing.
        data: what the page's script draws.
    """

    key: str
    title: str
    described: str
    remark: str
    data: dict[str, Any]


def observed_panels(summary: Summary) -> list[ObservedPanel]:
    """A panel for each observation that has a value, in the order of the plan."""
    return [
        _panel(f"observed-{place}", observation)
        for place, observation in enumerate(summary.observations)
        if any(value is not None for series in observation.series for value in series.values)
    ]


def _panel(key: str, observation: ObservationSummary) -> ObservedPanel:
    unit, suffix, factor = _unit(observation)
    shown = observation.series[:_MOST_LINES]
    labels = line_labels(observation.name, shown)
    lines = []
    peaks = []
    for place, (series, label) in enumerate(zip(shown, labels, strict=True)):
        values = [None if value is None else value * factor for value in series.values]
        colour = _COLOURS[place % len(_COLOURS)]
        dashed = place >= len(_COLOURS)
        lines.append({"label": visible(label), "colour": colour, "dashed": dashed, "values": rounded(values)})
        present = [value for value in values if value is not None]
        peaks.append(
            f"{label} {'peaks at ' + unit.text(max(present)) + suffix if present else 'has no values'}"
        )
    left = len(observation.series) - len(shown)
    remarks = [observation.problem, f"{left} more series are in the summary" if left else ""]
    return ObservedPanel(
        key=key,
        title=observation.name,
        described=f"{observation.name}, observed: {', '.join(peaks)}",
        remark="; ".join(remark for remark in remarks if remark),
        data={
            "unit": unit.value,
            "suffix": suffix,
            "floor": 0.0,
            "at": [round(second, 3) for second in observation.elapsed_secs],
            "lines": lines,
        },
    )


def _unit(observation: ObservationSummary) -> tuple[Unit, str, float]:
    """How values are written: unit, what follows it, and the factor that leads to it."""
    match observation.unit:
        case "ratio":
            return Unit.RATIO, "", 1.0
        case "percent":
            return Unit.NUMBER, "%", 1.0
        case "bytes":
            return Unit.DATA, "", 1.0
        case "seconds":
            return Unit.TIME, "", _MS_PER_SECOND
        case _:
            return Unit.NUMBER, "", 1.0


def line_labels(name: str, series: Sequence[ObservedSeries]) -> list[str]:
    """What tells series apart: the values of the labels in which they differ.

    Args:
        name: what a series is called that is alone, or has no labels.
        series: those to be named.
    """
    keys = sorted({key for each in series for key in each.labels})
    differing = [key for key in keys if len({each.labels.get(key) for each in series}) > 1]
    return [", ".join(each.labels[key] for key in differing if key in each.labels) or name for each in series]
