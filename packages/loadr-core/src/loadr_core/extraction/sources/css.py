"""A CSS selector in an HTML body, by selectolax."""

from collections.abc import Sequence
from typing import Any

from loadr_core.extraction.content import content_of
from loadr_core.extraction.errors import ExpressionError
from loadr_core.extraction.lookups import MISSING
from loadr_core.extraction.markup import require_lexbor
from loadr_core.extraction.sources.source import Source
from loadr_core.spi.protocol import Response
from loadr_core.spi.scope import Scope


def css_source(expression: str, attribute: str | None) -> Source:
    """The text of a match with all that is below it, or one of its attributes.

    An element without the attribute is no match; an attribute without a value is an empty text.

    Raises:
        ExpressionError: it is no selector.
        LibraryMissingError: selectolax is not installed.
    """
    check_css(expression)

    def value_of(element: Any) -> Any:
        if attribute is None:
            return element.text()
        attributes = element.attributes
        return (attributes[attribute] or "") if attribute in attributes else MISSING

    def first(response: Response, scope: Scope) -> Any:
        element = content_of(response).html.css_first(expression)
        if element is None:
            return MISSING
        value = value_of(element)
        return value if value is not MISSING else next(iter(every(response, scope)), MISSING)

    def every(response: Response, _scope: Scope) -> Sequence[Any]:
        elements = content_of(response).html.css(expression)
        return [value for element in elements if (value := value_of(element)) is not MISSING]

    what = expression if attribute is None else f"{expression} with an attribute {attribute}"
    return Source(f"nothing matches {what}", first, every)


def check_css(expression: str) -> None:
    """Check a selector.

    Raises:
        ExpressionError: it is none.
        LibraryMissingError: selectolax is not installed.
    """
    lexbor = require_lexbor("css")
    try:
        # There is no compiled form; the library keeps its own.
        lexbor.LexborHTMLParser(b"").css(expression)
    except lexbor.SelectolaxError:
        raise ExpressionError(f"{expression!r} is no CSS selector") from None
