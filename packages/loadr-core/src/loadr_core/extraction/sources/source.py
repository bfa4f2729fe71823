"""What every source is, and which of its matches is taken."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from loadr_core.extraction.lookups import MISSING
from loadr_core.spi.protocol import Response
from loadr_core.spi.scope import Scope

Finder = Callable[[Response, Scope], Any]
"""The value in a response, or `MISSING`; raises `ContentError` or `RenderError`."""

Index = Literal["first", "last", "random", "all"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where values come from.

    Attributes:
        nothing: the reason when nothing is there, for the failure breakdown.
        first: the first match: most sources need not look for the others then.
        every: all matches, in their order.
        reads_body: whether it looks into the response's body.
    """

    nothing: str
    first: Finder
    every: Callable[[Response, Scope], Sequence[Any]]
    reads_body: bool = True


def finder_of(source: Source, index: Index) -> Finder:
    """Find the match that an `index` asks for; all of them are a list, which is never empty."""
    every = source.every

    def last(response: Response, scope: Scope) -> Any:
        found = every(response, scope)
        return found[-1] if found else MISSING

    def random(response: Response, scope: Scope) -> Any:
        found = every(response, scope)
        return scope.random.choice(found) if found else MISSING

    def all_of_them(response: Response, scope: Scope) -> Any:
        return list(every(response, scope)) or MISSING

    return {"first": source.first, "last": last, "random": random, "all": all_of_them}[index]
