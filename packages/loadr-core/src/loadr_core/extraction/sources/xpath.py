"""An XPath in an XML or HTML body."""

from collections.abc import Sequence
from typing import Any

from loadr_core.extraction.content import content_of
from loadr_core.extraction.lookups import MISSING
from loadr_core.extraction.sources.source import Source
from loadr_core.extraction.xpaths import compile_xpath
from loadr_core.spi.protocol import Response
from loadr_core.spi.scope import Scope


def xpath_source(expression: str, attribute: str | None) -> Source:
    """The text of a match with all that is below it, or one of its attributes. Raises `CompileError`."""
    query = compile_xpath(expression, attribute)

    def first(response: Response, _scope: Scope) -> Any:
        return next(iter(query(content_of(response).tree)), MISSING)

    def every(response: Response, _scope: Scope) -> Sequence[Any]:
        return query(content_of(response).tree)

    what = expression if attribute is None else f"{expression} with an attribute {attribute}"
    return Source(f"nothing matches {what}", first, every)
