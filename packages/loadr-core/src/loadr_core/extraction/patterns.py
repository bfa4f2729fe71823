"""Regular expressions with a limit on their time.

A pattern such as `(a|aa)+$` can take years over forty characters, and `re` cannot be stopped. The
`regex` module can, at 1.5 us per use, and is as fast as `re` otherwise (docs/adr/0017).
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Final

from loadr_core.extraction.errors import ExpressionError
from loadr_core.spi.content import ContentError
from loadr_core.spi.scope import Scope
from loadr_core.spi.text import RenderError, Text

# Everything else in the worker waits meanwhile. A search without backtracking takes 1 to 20 ms per megabyte.
_SECONDS: Final = 0.1
_SECONDS_PER_CHARACTER: Final = 1e-7
_MOST_SECONDS: Final = 1.0
_SHORT: Final = 100_000


class PatternError(Exception):
    """A text is no regular expression.

    Attributes:
        position: where, in characters from its start; `None` where that is not known.
    """

    def __init__(self, reason: str, position: int | None) -> None:
        super().__init__(reason)
        self.position = position


class Pattern:
    """A compiled regular expression of the `regex` module; all its uses are limited in time.

    Raises:
        PatternError: it is none.
    """

    __slots__ = ("_compiled",)

    def __init__(self, expression: str) -> None:
        import regex  # noqa: PLC0415 - 2 MB that a plan without regular expressions need not hold

        try:
            self._compiled = regex.compile(expression)
        except (regex.error, RecursionError, OverflowError) as error:
            raise PatternError(str(getattr(error, "msg", error)), getattr(error, "pos", None)) from None

    @property
    def groups(self) -> int:
        """How many groups it has, beside the whole match."""
        return int(self._compiled.groups)

    def has_group(self, group: int | str) -> bool:
        """Whether it has a group of this number or name."""
        if isinstance(group, int):
            return group <= self.groups
        return group in self._compiled.groupindex

    def search(self, text: str) -> Any | None:
        """The first match anywhere, or `None`. Raises `ContentError` when it takes too long."""
        try:
            return self._compiled.search(text, timeout=_limit(text))
        except TimeoutError:
            raise _too_slow() from None

    def fullmatch(self, text: str) -> Any | None:
        """The match of the whole text, or `None`. Raises `ContentError` when it takes too long."""
        try:
            return self._compiled.fullmatch(text, timeout=_limit(text))
        except TimeoutError:
            raise _too_slow() from None

    def finditer(self, text: str) -> Iterator[Any]:
        """All matches; the limit is for all of them. Raises `ContentError` when it takes too long."""
        try:
            yield from self._compiled.finditer(text, timeout=_limit(text))
        except TimeoutError:
            raise _too_slow() from None

    def __repr__(self) -> str:
        return f"<Pattern {self._compiled.pattern!r}>"


def compile_pattern(expression: str) -> Pattern:
    """Compile the expression of a plan.

    Raises:
        ExpressionError: it is none.
    """
    try:
        return Pattern(expression)
    except PatternError as error:
        message = f"{expression!r} is no regular expression: {error}"
        raise ExpressionError(message, offset=error.position) from None


def pattern_of(text: Text) -> Callable[[Scope], Pattern]:
    """The pattern for a scope: compiled before the run where the text is fixed.

    Raises:
        ExpressionError: a fixed text is no regular expression. One that is rendered raises `RenderError`
            when it is used.
    """
    if text.static is not None:
        fixed = compile_pattern(text.static)
        return lambda _scope: fixed

    def rendered(scope: Scope) -> Pattern:
        try:
            return _recent(text.render(scope))
        except PatternError:
            raise RenderError(f"{text.source!r} became no regular expression") from None

    return rendered


@lru_cache(maxsize=1_000)
def _recent(expression: str) -> Pattern:
    return Pattern(expression)


def _limit(text: str) -> float:
    length = len(text)
    if length < _SHORT:
        return _SECONDS
    return min(_SECONDS + length * _SECONDS_PER_CHARACTER, _MOST_SECONDS)


def _too_slow() -> ContentError:
    return ContentError("the regular expression was stopped: it backtracks for too long")
