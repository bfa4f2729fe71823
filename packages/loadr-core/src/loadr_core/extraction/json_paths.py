"""JSONPath (RFC 9535).

Queries of names, indexes and wildcards only are compiled here; all others are jsonpath-rfc9535's,
which passes the whole compliance suite (docs/adr/0018). The two are held against each other by tests.

simple-query = "$" *( "." name | ".*" | "['" name "']" | '["' name '"]' | "[" index "]" | "[*]" )

where names have no escapes, and nothing has white space inside.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final

from loadr_core.extraction.errors import ExpressionError
from loadr_core.extraction.lookups import MISSING, Lookup, compile_lookup
from loadr_core.extraction.patterns import Pattern, PatternError
from loadr_core.spi.content import ContentError

# RFC 9535, section 2.3: of name-first and name-char here what needs no table, of int 15 digits.
_STEP: Final = re.compile(
    r"\.(?P<name>[A-Za-z_\u0080-\ud7ff\ue000-\U0010ffff][0-9A-Za-z_\u0080-\ud7ff\ue000-\U0010ffff]*)"
    r"|\[(?P<index>0|-?[1-9][0-9]{0,14})\]"
    r"|\['(?P<single>[^'\\\x00-\x1f]*)'\]"
    r'|\["(?P<double>[^"\\\x00-\x1f]*)"\]'
    r"|(?P<all>\.\*|\[\*\])"
)
_ALL: Final = object()


@dataclass(frozen=True, slots=True)
class JsonQuery:
    """A compiled query on JSON values.

    Attributes:
        first: the first match, or `MISSING`; raises `ContentError` when it cannot be told.
        every: all matches in their order; raises likewise.
    """

    first: Lookup
    every: Callable[[Any], list[Any]]


def compile_jsonpath(expression: str) -> JsonQuery:
    """Compile a JSONPath.

    Raises:
        ExpressionError: it is none.
    """
    steps = _simple_steps(expression)
    if steps is None:
        return _library_query(expression)
    if _ALL not in steps:
        return singular_query(compile_lookup(steps))
    return _wildcard_query(steps)


def is_simple(expression: str) -> bool:
    """Whether a query is compiled here; then it is valid, and the library is never loaded for it."""
    return _simple_steps(expression) is not None


def singular_query(look_up: Lookup) -> JsonQuery:
    """A query that has one match or none."""

    def every(value: Any) -> list[Any]:
        found = look_up(value)
        return [] if found is MISSING else [found]

    return JsonQuery(look_up, every)


def _simple_steps(expression: str) -> list[Any] | None:
    """The steps of a simple query, `_ALL` for a wildcard; `None` when it is not simple."""
    if not expression.startswith("$"):
        return None
    place, steps = 1, []
    while place < len(expression):
        found = _STEP.match(expression, place)
        if found is None:
            return None
        place = found.end()
        kind = found.lastgroup
        steps.append(_ALL if kind == "all" else int(found[kind]) if kind == "index" else found[kind or 0])
    return steps


def _wildcard_query(steps: list[Any]) -> JsonQuery:
    """The path up to each wildcard is a look-up; the matches of one are the start of the next."""
    paths: list[list[str | int]] = [[]]
    for step in steps:
        if step is _ALL:
            paths.append([])
        else:
            paths[-1].append(step)
    start, *others = [compile_lookup(path) for path in paths]

    def matches(value: Any) -> Iterator[Any]:
        found = start(value)
        return descend(found, 0)

    def descend(value: Any, depth: int) -> Iterator[Any]:
        children = value if value.__class__ is list else value.values() if value.__class__ is dict else ()
        look_up = others[depth]
        last = depth + 1 == len(others)
        for child in children:
            found = look_up(child)
            if last:
                if found is not MISSING:
                    yield found
            else:
                yield from descend(found, depth + 1)

    return JsonQuery(lambda value: next(matches(value), MISSING), lambda value: list(matches(value)))


def _library_query(expression: str) -> JsonQuery:
    query = _compile_with_library(expression)

    def first(value: Any) -> Any:
        node = _limited(query.find_one, value)
        return MISSING if node is None else node.value

    def every(value: Any) -> list[Any]:
        return [node.value for node in _limited(query.find, value)]

    return JsonQuery(first, every)


def _compile_with_library(expression: str) -> Any:
    library, environment = _library()
    try:
        return environment.compile(expression)
    except (library.JSONPathError, RecursionError) as error:
        token = getattr(error, "token", None)
        reason = error.args[0] if token is not None else "it is nested too deeply"
        offset = None if token is None else max(int(token.index), 0)
        raise ExpressionError(f"{expression!r} is no JSONPath: {reason}", offset=offset) from None


def _limited(find: Callable[[Any], Any], value: Any) -> Any:
    library, _ = _library()
    try:
        return find(value)
    except (library.JSONPathRecursionError, RecursionError):
        raise ContentError("the body is nested too deeply for the JSONPath") from None


@cache
def _library() -> tuple[Any, Any]:
    """The library and its environment, whose regular expressions are limited in time."""
    import jsonpath_rfc9535 as library  # noqa: PLC0415 - 40 ms that most plans need not wait for
    from jsonpath_rfc9535.function_extensions import (  # noqa: PLC0415 - the same
        ExpressionType,
        FilterFunction,
    )

    class Matching(FilterFunction):  # type: ignore[misc,unused-ignore]
        """`match()` and `search()` (RFC 9535, sections 2.4.6 and 2.4.7)."""

        arg_types = [ExpressionType.VALUE, ExpressionType.VALUE]  # noqa: RUF012 - its type in the library
        return_type = ExpressionType.LOGICAL

        def __init__(self, *, whole: bool) -> None:
            self._whole = whole

        def __call__(self, text: object, expression: object) -> bool:
            if not isinstance(text, str) or not isinstance(expression, str):
                return False
            pattern = _i_regexp(expression)
            if pattern is None:
                return False
            return (pattern.fullmatch(text) if self._whole else pattern.search(text)) is not None

    environment = library.JSONPathEnvironment()
    environment.function_extensions["match"] = Matching(whole=True)
    environment.function_extensions["search"] = Matching(whole=False)
    return library, environment


@lru_cache(maxsize=1_000)
def _i_regexp(expression: str) -> Pattern | None:
    r"""An I-Regexp (RFC 9485) as a pattern, or `None` when it is none.

    What differs from the `regex` module, section 5.3: the dot matches neither `\n` nor `\r`.
    """
    from iregexp_check import check  # noqa: PLC0415 - only for expressions that match texts

    if not check(expression):
        return None
    try:
        return Pattern(re.sub(r"\\.|\[(?:\\.|[^\]\\])*\]|\.", _as_regex, expression, flags=re.DOTALL))
    except PatternError:
        return None


def _as_regex(part: re.Match[str]) -> str:
    return r"[^\n\r]" if part[0] == "." else part[0]
