"""Charts over the time of a run, as inline SVG.

The SVG holds lines only and is stretched to whatever room there is (`preserveAspectRatio="none"` with
strokes that do not scale); all lettering is HTML beside it, so that it stays readable on a phone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from loadr_report.html.axes import time_ticks, value_ticks
from loadr_report.html.markup import Markup, element, join
from loadr_report.quantities import elapsed

_WIDTH: Final = 1000.0
_HEIGHT: Final = 100.0


@dataclass(frozen=True, slots=True)
class Series:
    """One line: values at the chart's points in time, None where there is none."""

    label: str
    style: str  # a class of report.css
    values: Sequence[float | None]


def chart(
    title: str,
    secs: Sequence[float],
    series: Sequence[Series],
    text: Callable[[float], str],
    floor: float = 0.0,
) -> Markup:
    """A chart as a figure.

    Args:
        title: What it shows.
        secs: The points in time, rising, seconds from the start.
        series: The lines; each as long as `secs`.
        text: A value as text, for the axis and the legend.
        floor: The least height of the axis, so that tiny values do not look like a storm.

    Returns:
        The figure; its legend names the peak of each line.
    """
    peaks = {
        line.label: max((value for value in line.values if value is not None), default=None)
        for line in series
    }
    ticks = value_ticks(max([floor, *(peak for peak in peaks.values() if peak is not None)]))
    end = max(secs[-1], 1.0)
    legend = [_legend(line, peaks[line.label], text) for line in series]
    described = f"{title} over {elapsed(end)}: " + ", ".join(
        f"{line.label} peaks at {_or_none(peaks[line.label], text)}" for line in series
    )
    plot = element(
        "svg",
        *(_line(line, secs, end, ticks[-1], filled=len(series) == 1) for line in series),
        viewBox=f"0 0 {_WIDTH:g} {_HEIGHT:g}",
        preserveAspectRatio="none",
        role="img",
        aria_label=described,
    )
    return element(
        "figure",
        element("figcaption", element("h3", title), element("ul", *legend, class_="legend")),
        element(
            "div",
            element(
                "div",
                *(_value_tick(tick, ticks[-1], text) for tick in ticks),
                class_="values",
                aria_hidden="true",
            ),
            element("div", plot, class_="lines"),
            element(
                "div",
                *(_time_tick(tick, end) for tick in time_ticks(end)),
                class_="times",
                aria_hidden="true",
            ),
            class_="plot",
        ),
        class_="chart",
    )


def _legend(line: Series, peak: float | None, text: Callable[[float], str]) -> Markup:
    swatch = element("span", class_=f"swatch {line.style}")
    return element(
        "li", swatch, f"{line.label} ", element("span", f"peak {_or_none(peak, text)}", class_="quiet")
    )


def _or_none(value: float | None, text: Callable[[float], str]) -> str:
    return "no samples" if value is None else text(value)


def _value_tick(tick: float, top: float, text: Callable[[float], str]) -> Markup:
    return element("span", text(tick), style=f"bottom:{tick / top:.2%}")


def _time_tick(tick: float, end: float) -> Markup:
    place = tick / end
    return element("span", elapsed(tick), style=f"left:{place:.2%}", class_="last" if place > 0.95 else None)


def _line(line: Series, secs: Sequence[float], end: float, top: float, *, filled: bool) -> Markup:
    points = [
        None if value is None else (second / end * _WIDTH, _HEIGHT - min(value, top) / top * _HEIGHT)
        for second, value in zip(secs, line.values, strict=True)
    ]
    parts = _unbroken(points)
    drawn = " ".join(_path(part) for part in parts)
    stroke = element("path", d=drawn, class_=f"line {line.style}", vector_effect="non-scaling-stroke")
    if not filled:
        return stroke
    area = " ".join(f"{_path(part)}V{_HEIGHT:g}H{part[0][0]:.1f}Z" for part in parts)
    return join((element("path", d=area, class_=f"area {line.style}"), stroke))


def _unbroken(points: Sequence[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    """The runs of points between gaps."""
    parts: list[list[tuple[float, float]]] = []
    for before, point in pairwise([None, *points]):
        if point is None:
            continue
        if before is None:
            parts.append([])
        parts[-1].append(point)
    return parts


def _path(points: Sequence[tuple[float, float]]) -> str:
    """SVG path data; a single point becomes a line of no length, which a round cap shows as a dot."""
    (x, y), *rest = points
    return f"M{x:.1f} {y:.1f}" + ("".join(f"L{x:.1f} {y:.1f}" for x, y in rest) or "h0")
