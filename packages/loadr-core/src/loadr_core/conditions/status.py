"""`status {equals, one_of, matches}`."""

import re
from collections.abc import Callable, Sequence

from loadr_config.models import StatusCondition
from loadr_core.conditions.condition import Condition, Predicate
from loadr_core.spi.text import Text


def compile_status(condition: StatusCondition, compile_text: Callable[[str], Text]) -> Condition:
    """All operands that are given must hold; a transport error has status 0."""
    predicates: list[Predicate] = []
    words = []
    if condition.equals is not None:
        predicates.append(_is(condition.equals, compile_text))
        words.append(f"status is {condition.equals}")
    if condition.one_of:
        predicates.append(_is_one_of(condition.one_of, compile_text))
        words.append(f"status is one of {', '.join(map(str, condition.one_of))}")
    if condition.matches is not None:
        predicates.append(_matches(condition.matches))
        words.append(f"status matches {condition.matches}")
    name = condition.name or " and ".join(words)
    if len(predicates) == 1:
        return Condition(name, predicates[0])
    return Condition(name, lambda response, scope: all(holds(response, scope) for holds in predicates))


def _is(status: int | str, compile_text: Callable[[str], Text]) -> Predicate:
    if isinstance(status, int):
        return lambda response, _scope: response.status == status
    text = compile_text(status)
    return lambda response, scope: str(response.status) == text.render(scope).strip()


def _is_one_of(statuses: Sequence[int | str], compile_text: Callable[[str], Text]) -> Predicate:
    tests = [_is(status, compile_text) for status in statuses]
    return lambda response, scope: any(holds(response, scope) for holds in tests)


def _matches(expression: str) -> Predicate:
    pattern = re.compile(expression)
    return lambda response, _scope: pattern.fullmatch(str(response.status)) is not None
