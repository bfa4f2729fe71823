"""The slowest requests, with where the time of each went."""

from collections.abc import Iterator
from typing import Final

from loadr_config.summary import Exemplar, Summary
from loadr_report import quantities
from loadr_report.exemplars import CORRECTED, outcome_of, phases_text
from loadr_report.html import cells
from loadr_report.html.markup import Markup, element
from loadr_report.readings import ABSENT

_MOST_ROWS: Final = 15

_MAKING_A_CONNECTION: Final = ("looking_up", "connecting", "tls_handshaking")
_STYLES: Final = {
    "blocked": "grey",
    "looking_up": "violet",
    "connecting": "violet",
    "tls_handshaking": "violet",
    "sending": "orange",
    "waiting": "blue",
    "receiving": "green",
}
_LEGEND: Final = (
    ("grey", "blocked"),
    ("violet", "connecting"),
    ("orange", "sending"),
    ("blue", "waiting"),
    ("green", "receiving"),
)


def slowest(summary: Summary) -> Markup | None:
    """The table; readers may sort it."""
    shown = sorted(summary.exemplars, key=lambda exemplar: -exemplar.duration)[:_MOST_ROWS]
    if not shown:
        return None
    longest = max(sum(part for _, part in phase_parts(exemplar)) for exemplar in shown)
    traced = any(exemplar.trace_id for exemplar in shown)
    rows = [
        cells.row(
            cells.text(exemplar.name),
            cells.figure(quantities.duration(exemplar.duration), exemplar.duration),
            _phases(exemplar, longest),
            element("td", outcome_of(exemplar), class_="bad" if exemplar.tags.get("error_kind") else None),
            _moment(exemplar),
            cells.figure(f"{exemplar.vu} / {exemplar.iteration}", exemplar.vu),
            element("td", element("code", exemplar.trace_id or ""), class_="wrap") if traced else None,
        )
        for exemplar in shown
    ]
    headings = (
        "Request",
        "#Took",
        "Phases",
        "Outcome",
        "#At",
        "#VU / iteration",
        *(("Trace",) if traced else ()),
    )
    left = len(summary.exemplars) - len(shown)
    return element(
        "div",
        _legend({_STYLES.get(phase, "grey") for exemplar in shown for phase, _ in phase_parts(exemplar)}),
        cells.table("Slowest requests", headings, rows, style="sortable" if len(rows) > 1 else None),
        element("p", f"The summary has {left:,} more.", class_="quiet") if left else None,
    )


def phase_parts(exemplar: Exemplar) -> list[tuple[str, float]]:
    """The phases side by side, in milliseconds: `blocked` without the making of a connection, which is in it."""
    phases = {phase: ms for phase, ms in exemplar.phases.items() if ms > 0 and phase != CORRECTED}
    making = sum(phases.get(phase, 0.0) for phase in _MAKING_A_CONNECTION)
    if "blocked" in phases:
        phases["blocked"] = max(phases["blocked"] - making, 0.0)
    return [(phase, ms) for phase, ms in phases.items() if ms > 0] or [("waiting", exemplar.duration)]


def _phases(exemplar: Exemplar, longest: float) -> Markup:
    text = phases_text(exemplar)
    return element(
        "td",
        cells.strip(*_bars(exemplar, longest), style="share"),
        element("span", text, class_="quiet") if text else None,
        class_="phases",
        data_value=cells.sortable(exemplar.duration),
    )


def _bars(exemplar: Exemplar, longest: float) -> Iterator[Markup]:
    at = 0.0
    for phase, ms in phase_parts(exemplar):
        width = ms / longest * 100 if longest > 0 else 0.0
        style = f"fill-{_STYLES.get(phase, 'grey')}"
        yield element("rect", x=f"{at:.2f}", width=f"{width:.2f}", height="10", class_=style)
        at += width


def _legend(used: set[str]) -> Markup:
    items = (
        element("li", element("span", class_=f"swatch in-{style}"), label)
        for style, label in _LEGEND
        if style in used
    )
    return element("ul", *items, class_="key", aria_hidden="true")


def _moment(exemplar: Exemplar) -> Markup:
    if exemplar.elapsed_secs is None:
        return cells.figure(ABSENT)
    return cells.figure(quantities.elapsed(exemplar.elapsed_secs), exemplar.elapsed_secs)
