"""A comparison as one HTML file: no script, no reference outside of itself."""

import base64
import hashlib
from typing import Final

from loadr_report.compare.change import Outcome
from loadr_report.compare.comparison import Comparison, Row
from loadr_report.compare.showing import COLUMNS, basis, cells
from loadr_report.html.assembly import resource
from loadr_report.html.markup import Markup, element, join

_STYLES: Final = ("palette", "page", "verdict", "tables", "phone", "print")
_LOOKS: Final = {
    Outcome.WORSE: ("bad", "✗"),
    Outcome.BETTER: ("good", "✓"),
    Outcome.SAME: ("good", "="),
    Outcome.INCONCLUSIVE: ("doubtful", "?"),
}


def comparison_page(comparison: Comparison) -> str:
    """The document, to be written as UTF-8."""
    style = "\n".join(resource(f"styles/{name}.css") for name in _STYLES)
    # Content Security Policy, level 3, section 2.3.1: the one style is admitted by its hash.
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    title = join((f"{comparison.outcome.value}: loadr compare",)).html
    body = join((_heading(comparison), element("main", _warnings(comparison), _table(comparison))))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{digest}'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{title}</title>\n<style>{style}</style>\n</head>\n<body>\n{body.html}\n</body>\n</html>\n"
    )


def _heading(comparison: Comparison) -> Markup:
    look, sign = _LOOKS[comparison.outcome]
    return element(
        "header",
        element("h1", "Comparison"),
        element(
            "p",
            f"New {', '.join(comparison.new)} against base {', '.join(comparison.base)}",
            class_="facts",
        ),
        element(
            "div",
            element(
                "p",
                element("span", sign, class_="sign", aria_hidden="true"),
                comparison.outcome.value.capitalize(),
                class_="word",
            ),
            class_=f"verdict {look}",
        ),
        element("p", basis(comparison), class_="facts"),
    )


def _warnings(comparison: Comparison) -> Markup | None:
    if not comparison.warnings:
        return None
    return element(
        "section",
        element("h2", "Before you believe it"),
        element("ul", *(element("li", warning) for warning in comparison.warnings)),
    )


def _table(comparison: Comparison) -> Markup:
    head = element("tr", *(element("th", title, class_=_class(place)) for place, title in enumerate(COLUMNS)))
    return element(
        "section",
        element("h2", "Figures"),
        element(
            "div",
            element("table", element("thead", head), element("tbody", *map(_row, comparison.rows))),
            class_="scroll",
        ),
    )


def _row(row: Row) -> Markup:
    *shown, verdict = cells(row)
    return element(
        "tr",
        *(element("td", cell, class_=_class(place)) for place, cell in enumerate(shown)),
        element("td", element("strong", verdict, class_=_LOOKS[row.outcome][0])),
    )


def _class(place: int) -> str | None:
    return "figure" if 0 < place < len(COLUMNS) - 1 else None
