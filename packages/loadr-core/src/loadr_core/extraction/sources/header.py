"""A response header."""

from collections.abc import Sequence
from typing import Any

from loadr_core.extraction.lookups import MISSING
from loadr_core.extraction.sources.source import Source
from loadr_core.spi.protocol import Response
from loadr_core.spi.scope import Scope


def header_source(header: str) -> Source:
    """The whole value; a repeated header is one value, joined with `, ` (RFC 9110, section 5.3)."""
    key = header.lower()

    def first(response: Response, _scope: Scope) -> Any:
        return response.headers.get(key, MISSING)

    def every(response: Response, _scope: Scope) -> Sequence[Any]:
        value = response.headers.get(key)
        return [] if value is None else [value]

    return Source(f"there is no header {header}", first, every, reads_body=False)
