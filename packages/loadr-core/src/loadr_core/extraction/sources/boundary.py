"""The text between two texts."""

from collections.abc import Iterator, Sequence
from typing import Any

from loadr_core.extraction.content import content_of
from loadr_core.extraction.lookups import MISSING
from loadr_core.extraction.sources.source import Source
from loadr_core.spi.protocol import Response
from loadr_core.spi.scope import Scope


def boundary_source(left: str, right: str) -> Source:
    """A match reaches from a `left` to the next `right`; the search goes on behind it."""

    def first(response: Response, _scope: Scope) -> Any:
        return next(between(content_of(response).text, left, right), MISSING)

    def every(response: Response, _scope: Scope) -> Sequence[Any]:
        return list(between(content_of(response).text, left, right))

    return Source(f"nothing stands between {left!r} and {right!r}", first, every)


def between(text: str, left: str, right: str) -> Iterator[str]:
    """Yield the parts of a text between two others, in their order."""
    place = 0
    while (start := text.find(left, place)) >= 0:
        start += len(left)
        end = text.find(right, start)
        if end < 0:
            return
        yield text[start:end]
        place = end + len(right)
