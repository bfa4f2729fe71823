"""The report as a whole: the verdict first, then what stands behind it."""

from collections.abc import Callable
from typing import Final

from loadr_config.summary import Summary
from loadr_report.html import cells, figures, tables
from loadr_report.html.assembly import document
from loadr_report.html.drawing import drawing
from loadr_report.html.heading import heading
from loadr_report.html.markup import Markup, element, join, lines
from loadr_report.html.metrics import metrics
from loadr_report.html.requests import requests
from loadr_report.html.slowest import slowest
from loadr_report.verdict import judge

_Part = Callable[[Summary], Markup | None]


def _plan(summary: Summary) -> Markup | None:
    if not summary.plan:
        return None
    return element(
        "details",
        element("summary", "The plan as it was run, without secrets"),
        element("pre", element("code", lines(summary.plan)), tabindex="0"),
        class_="printed",
    )


_SECTIONS: Final[tuple[tuple[str, str, _Part, bool], ...]] = (
    ("thresholds", "Thresholds", tables.thresholds, False),
    ("checks", "Checks", tables.checks, False),
    ("time", "Over time", figures.over_time, True),
    ("distribution", "Latency distribution", figures.distribution, True),
    ("requests", "Requests", requests, True),
    ("failures", "Failures", tables.failures, True),
    ("slowest", "Slowest requests", slowest, True),
    ("scenarios", "Scenarios", tables.scenarios, True),
    ("workers", "Workers", tables.workers, True),
    ("metrics", "Metrics", metrics, True),
    ("outputs", "Outputs", tables.outputs, True),
    ("notes", "Notes", tables.notes, True),
    ("plan", "Plan", _plan, True),
)
"""Anchor, title, content, and whether it takes the whole width."""


def render_html(summary: Summary) -> str:
    """The report: one file without any reference outside of itself.

    Args:
        summary: The result of a run; its names may hold anything.

    Returns:
        An HTML document, to be written as UTF-8.
    """
    present = [
        (anchor, title, content, wide)
        for anchor, title, part, wide in _SECTIONS
        if (content := part(summary)) is not None
    ]
    body = join(
        (
            heading(summary, [(anchor, title) for anchor, title, _, _ in present]),
            element(
                "main",
                *(
                    cells.section(anchor, title, content, wide=wide)
                    for anchor, title, content, wide in present
                ),
            ),
        )
    )
    title = f"{summary.name or 'load test'}: {judge(summary).word}"
    return document(title, body, drawing(summary))
