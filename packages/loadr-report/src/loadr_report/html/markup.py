"""Building HTML so that nothing from outside can become markup: text is escaped unless it is `Markup`."""

import html
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from loadr_report.text import visible


@dataclass(frozen=True, slots=True)
class Markup:
    """HTML that is safe as it stands; made by `element` and `join` alone."""

    html: str


Child = Markup | str | None
"""What stands inside an element: markup, text that is yet to be escaped, or nothing."""

_CLOSED: Final = frozenset({"line", "rect"})
"""Elements of SVG that hold nothing."""


def element(tag: str, *children: Child, **attributes: str | None) -> Markup:
    """An element.

    Args:
        tag: Its name, a literal of ours.
        children: What it holds, in order.
        attributes: Its attributes; `_` in a name stands for `-`, one at the end is dropped
            (`class_`), and an attribute that is None is left out.
    """
    written = "".join(
        f' {name.removesuffix("_").replace("_", "-")}="{_escaped(value)}"'
        for name, value in attributes.items()
        if value is not None
    )
    if tag in _CLOSED:
        return Markup(f"<{tag}{written}/>")
    return Markup(f"<{tag}{written}>{join(children).html}</{tag}>")


def join(children: Iterable[Child]) -> Markup:
    """Children side by side."""
    parts = (
        child.html if isinstance(child, Markup) else _escaped(child)
        for child in children
        if child is not None
    )
    return Markup("".join(parts))


def lines(text: str) -> Markup:
    """A text of several lines, each made safe, the breaks between them kept: what stands in a `pre`."""
    return Markup("\n".join(_escaped(line) for line in text.split("\n")))


def _escaped(text: str) -> str:
    return html.escape(visible(text))
