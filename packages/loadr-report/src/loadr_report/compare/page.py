"""A comparison as one HTML file: no script, no reference outside of itself."""

from typing import Final

from loadr_report.compare.change import Outcome
from loadr_report.compare.comparison import Comparison, Row
from loadr_report.compare.showing import COLUMNS, basis
from loadr_report.compare.showing import cells as cells_of
from loadr_report.html import cells
from loadr_report.html.assembly import hash_source, resource
from loadr_report.html.heading import panel
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
    title = join((f"{comparison.outcome.value}: loadr compare",)).html
    body = join((_heading(comparison), element("main", _warnings(comparison), _table(comparison))))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src {hash_source(style)}">\n'
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
        panel(look, sign, comparison.outcome.value.capitalize()),
        element("p", basis(comparison), class_="facts"),
    )


def _warnings(comparison: Comparison) -> Markup | None:
    if not comparison.warnings:
        return None
    listed = element("ul", *(element("li", warning) for warning in comparison.warnings))
    return cells.section("warnings", "Before you believe it", listed)


def _table(comparison: Comparison) -> Markup | None:
    figure, *numbers, verdict = COLUMNS
    headings = (figure, *(f"#{title}" for title in numbers), verdict)
    return cells.section(
        "figures", "Figures", cells.table("Figures", headings, [_row(row) for row in comparison.rows])
    )


def _row(row: Row) -> Markup:
    figure, *numbers, verdict = cells_of(row)
    return cells.row(
        cells.text(figure),
        *(cells.figure(number) for number in numbers),
        element("td", element("strong", verdict, class_=_LOOKS[row.outcome][0])),
    )
