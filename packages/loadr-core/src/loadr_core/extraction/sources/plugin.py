"""What a plugin finds."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from loadr_core.extraction.content import content_of
from loadr_core.extraction.lookups import MISSING
from loadr_core.extraction.sources.source import Source
from loadr_core.spi.content import Content, ContentError
from loadr_core.spi.extraction import Extractor
from loadr_core.spi.protocol import Response
from loadr_core.spi.scope import Scope
from loadr_core.spi.text import RenderError

_T = TypeVar("_T")
_Call = Callable[[Response, Content, Scope], _T]


def plugin_source(name: str, extractor: Extractor) -> Source:
    """The values of an extractor that was made for its place in the plan."""
    find = guarded(name, extractor.find)

    def first(response: Response, scope: Scope) -> Any:
        found = every(response, scope)
        return found[0] if found else MISSING

    def every(response: Response, scope: Scope) -> Sequence[Any]:
        return find(response, content_of(response), scope)

    return Source(f"{name} finds nothing", first, every, reads_body=extractor.reads_body)


def guarded(name: str, call: _Call[_T]) -> _Call[_T]:
    """A plugin's method whose bugs fail the request that they meet.

    The request was sent and measured: an exception that ended the iteration here would lose it.
    """

    def guard(response: Response, content: Content, scope: Scope) -> _T:
        try:
            return call(response, content, scope)
        except (ContentError, RenderError):
            raise
        except Exception as error:
            raise ContentError(f"the plugin {name} failed with {type(error).__name__}") from error

    return guard
