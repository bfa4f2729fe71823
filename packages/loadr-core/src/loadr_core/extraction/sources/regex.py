"""A group of a regular expression found in the body."""

from collections.abc import Sequence
from typing import Any

from loadr_core.extraction.content import content_of
from loadr_core.extraction.errors import ExpressionError
from loadr_core.extraction.lookups import MISSING
from loadr_core.extraction.patterns import compile_pattern
from loadr_core.extraction.sources.source import Source
from loadr_core.spi.protocol import Response
from loadr_core.spi.scope import Scope


def regex_source(expression: str, group: int | str, *, group_is_given: bool) -> Source:
    """Where an expression has no groups and none is asked for, the whole match is taken.

    A match in which the group takes no part is none.

    Args:
        expression: the regular expression.
        group: number or name of the group; 0 is the whole match.
        group_is_given: whether the plan says so, or it is the default.

    Raises:
        ExpressionError: it is no regular expression, or has no such group.
    """
    pattern = compile_pattern(expression)
    if not group_is_given and not pattern.groups:
        group = 0
    if not pattern.has_group(group):
        raise ExpressionError(
            f"{expression!r} has no group {group!r}", "put parentheses around what is wanted"
        )

    def first(response: Response, _scope: Scope) -> Any:
        text = content_of(response).text
        found = pattern.search(text)
        if found is None:
            return MISSING
        value = found[group]
        if value is not None:
            return value
        return next(
            (value for match in pattern.finditer(text) if (value := match[group]) is not None), MISSING
        )

    def every(response: Response, _scope: Scope) -> Sequence[Any]:
        matches = pattern.finditer(content_of(response).text)
        return [value for match in matches if (value := match[group]) is not None]

    return Source(f"nothing matches {expression}", first, every)
