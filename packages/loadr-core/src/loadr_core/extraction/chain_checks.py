"""`check {equals, matches, one_of, min, max, not_empty}` of a chain."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from loadr_config.expressions import text_of
from loadr_config.models import ExtractCheck
from loadr_core.extraction.coercion import number_in
from loadr_core.extraction.lookups import MISSING
from loadr_core.extraction.operands import bounds_shown, compile_equals, shown
from loadr_core.extraction.patterns import pattern_of
from loadr_core.spi.scope import Scope
from loadr_core.templating.values import CompileText

_Test = Callable[[Any, Scope], bool]


@dataclass(frozen=True, slots=True)
class ChainCheck:
    """What an extracted value must be.

    Attributes:
        name: the check's name in the summary.
        holds: whether a value is so; nothing extracted never is. Raises `ContentError` or `RenderError`.
        on_failure: what a failure ends.
    """

    name: str
    holds: _Test
    on_failure: str


def compile_check(variable: str, check: ExtractCheck, compile_text: CompileText) -> ChainCheck:
    """Compile a check; of a list (`index: all`) every item must match and be within the bounds.

    Raises:
        CompileError: `matches` is no regular expression.
    """
    given = check.model_fields_set
    tests: list[_Test] = []
    words: list[str] = []
    if "equals" in given:
        tests.append(compile_equals(check.equals, compile_text, lenient=True))
        words.append(f"equals {shown(check.equals)}")
    if check.one_of is not None:
        options = [compile_equals(option, compile_text, lenient=True) for option in check.one_of]
        tests.append(lambda value, scope: any(equals(value, scope) for equals in options))
        words.append(f"is one of {', '.join(map(shown, check.one_of))}")
    if check.matches is not None:
        tests.append(_of_each(_matches(check.matches, compile_text)))
        words.append(f"matches {check.matches}")
    if check.min is not None or check.max is not None:
        tests.append(_of_each(_between(check.min, check.max)))
        words.append(f"is {bounds_shown(check.min, check.max)}")
    if check.not_empty:
        tests.append(lambda value, _scope: value not in ("", None, [], {}))
        words.append("is not empty")

    def holds(value: Any, scope: Scope) -> bool:
        return value is not MISSING and all(test(value, scope) for test in tests)

    return ChainCheck(f"{variable} {' and '.join(words) or 'is found'}", holds, check.on_failure)


def _matches(expression: str, compile_text: CompileText) -> _Test:
    pattern = pattern_of(compile_text(expression))
    return lambda value, scope: pattern(scope).search(text_of(value)) is not None


def _between(low: float | None, high: float | None) -> _Test:
    def test(value: Any, _scope: Scope) -> bool:
        number = number_in(value)
        if number is None:
            return False
        return (low is None or number >= low) and (high is None or number <= high)

    return test


def _of_each(test: _Test) -> _Test:
    return lambda value, scope: (
        all(test(item, scope) for item in value) if isinstance(value, list) else test(value, scope)
    )
