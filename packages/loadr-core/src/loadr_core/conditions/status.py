"""`status {equals, one_of, matches}`."""

from collections.abc import Sequence

from loadr_config.models import StatusCondition
from loadr_core.conditions.condition import Condition, Predicate, all_of, named
from loadr_core.extraction.patterns import pattern_of
from loadr_core.templating.values import CompileText


def compile_status(condition: StatusCondition, compile_text: CompileText) -> Condition:
    """All operands that are given must hold; a transport error has status 0. Raises `CompileError`."""
    predicates: list[Predicate] = []
    words = []
    if condition.equals is not None:
        predicates.append(_is(condition.equals, compile_text))
        words.append(f"status is {condition.equals}")
    if condition.one_of:
        predicates.append(_is_one_of(condition.one_of, compile_text))
        words.append(f"status is one of {', '.join(map(str, condition.one_of))}")
    if condition.matches is not None:
        predicates.append(_matches(condition.matches, compile_text))
        words.append(f"status matches {condition.matches}")
    return Condition(named(condition, compile_text, " and ".join(words)), all_of(predicates))


def _is(status: int | str, compile_text: CompileText) -> Predicate:
    if isinstance(status, int):
        return lambda response, _scope: response.status == status
    text = compile_text(status)
    return lambda response, scope: str(response.status) == text.render(scope).strip()


def _is_one_of(statuses: Sequence[int | str], compile_text: CompileText) -> Predicate:
    tests = [_is(status, compile_text) for status in statuses]
    return lambda response, scope: any(holds(response, scope) for holds in tests)


def _matches(expression: str, compile_text: CompileText) -> Predicate:
    pattern = pattern_of(compile_text(expression))
    return lambda response, scope: pattern(scope).fullmatch(str(response.status)) is not None
