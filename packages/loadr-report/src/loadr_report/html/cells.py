"""Tables and their cells."""

from collections.abc import Sequence

from loadr_report.html.markup import Child, Markup, element
from loadr_report.readings import ABSENT


def section(anchor: str, title: str, *content: Child, wide: bool = True) -> Markup | None:
    """A part of the page; none where it has no content."""
    if not any(part is not None for part in content):
        return None
    return element("section", element("h2", title), *content, id=anchor, class_=None if wide else "half")


def table(
    label: str, headings: Sequence[str], rows: Sequence[Markup], *, style: str | None = None
) -> Markup | None:
    """A table that scrolls within the page; none without rows.

    Args:
        label: what it is of, for those who hear the page.
        headings: one that starts with `#` stands over figures.
        rows: of the body.
        style: `sortable` where readers may order it, `judged` or `counted` where a phone stacks its cells.
    """
    return bodies(label, headings, [element("tbody", *rows)] if rows else [], style=style)


def bodies(
    label: str, headings: Sequence[str], groups: Sequence[Markup], *, style: str | None = None
) -> Markup | None:
    """The same with several bodies."""
    if not groups:
        return None
    cells = [
        element(
            "th", heading.removeprefix("#"), scope="col", class_="figure" if heading.startswith("#") else None
        )
        for heading in headings
    ]
    made = element(
        "table",
        element("thead", element("tr", *cells)),
        *groups,
        class_=style,
    )
    return element("div", made, class_="scroll", tabindex="0", role="region", aria_label=label)


def row(*cells: Child, style: str | None = None) -> Markup:
    """A row."""
    return element("tr", *cells, class_=style)


def text(content: str, style: str = "name") -> Markup:
    """A cell with a name or another text."""
    return element("td", content, class_=style)


def figure(content: str, value: float | None = None, style: str = "") -> Markup:
    """A cell with a figure.

    Args:
        content: as it is read.
        value: as it is sorted, in the unit of its column.
        style: more classes.
    """
    return element(
        "td",
        content or ABSENT,
        class_=f"figure {style}".rstrip(),
        data_value=sortable(value),
    )


def sortable(value: float | None) -> str | None:
    """A value that a cell is sorted by."""
    return None if value is None else f"{value:.6g}"


def mark(*, good: bool, doubtful: bool = False) -> Markup:
    """A cell that says whether something held, by sign, word and colour."""
    sign, word = ("✓", "passed") if good else ("✗", "failed")
    style = "doubtful" if doubtful else "good" if good else "bad"
    if doubtful:
        sign, word = "?", f"{word} without samples"
    return element("td", element("span", sign, class_=style, role="img", aria_label=word), class_="mark")


def share(part: float, whole: float, style: str) -> Markup:
    """A cell with a bar as long as a part of the whole; for the eye alone, a figure stands beside it."""
    width = 0.0 if whole <= 0 else max(min(part / whole, 1.0), 0.0) * 100
    bar = element("rect", width=f"{width:.2f}", height="10", class_=f"fill-{style}")
    return element("td", strip(bar, style="share"), class_="bar")


def strip(*shapes: Markup, style: str | None = None) -> Markup:
    """A drawing, 100 wide and 10 high, as wide as its cell; for the eye alone."""
    return element(
        "svg", *shapes, viewBox="0 0 100 10", preserveAspectRatio="none", class_=style, aria_hidden="true"
    )
