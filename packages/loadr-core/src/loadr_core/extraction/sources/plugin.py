"""What a plugin finds."""

from collections.abc import Sequence
from typing import Any

from loadr_core.extraction.content import content_of
from loadr_core.extraction.lookups import MISSING
from loadr_core.extraction.sources.source import Source
from loadr_core.spi.extraction import Extractor
from loadr_core.spi.protocol import Response
from loadr_core.spi.scope import Scope


def plugin_source(name: str, extractor: Extractor) -> Source:
    """The values of an extractor that was made for its place in the plan."""
    find = extractor.find

    def first(response: Response, scope: Scope) -> Any:
        found = find(response, content_of(response), scope)
        return found[0] if found else MISSING

    def every(response: Response, scope: Scope) -> Sequence[Any]:
        return find(response, content_of(response), scope)

    return Source(f"{name} finds nothing", first, every, reads_body=extractor.reads_body)
