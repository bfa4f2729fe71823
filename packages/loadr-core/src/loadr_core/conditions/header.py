"""`header {header, equals, contains, exists}`."""

from loadr_config.models import HeaderCondition
from loadr_core.conditions.condition import Condition, Predicate, all_of, named
from loadr_core.extraction.operands import shown
from loadr_core.templating.values import CompileText


def compile_header(condition: HeaderCondition, compile_text: CompileText) -> Condition:
    """All operands that are given must hold; without one the header must be there."""
    key = condition.header.lower()
    predicates: list[Predicate] = []
    words = []
    if condition.equals is not None:
        wanted = compile_text(condition.equals).render
        predicates.append(lambda response, scope: response.headers.get(key) == wanted(scope))
        words.append(f"is {shown(condition.equals)}")
    if condition.contains is not None:
        part = compile_text(condition.contains).render
        predicates.append(lambda response, scope: part(scope) in response.headers.get(key, ""))
        words.append(f"contains {shown(condition.contains)}")
    if condition.exists is not None or not predicates:
        exists = condition.exists is not False
        predicates.append(lambda response, _scope: (key in response.headers) is exists)
        words.append("exists" if exists else "does not exist")
    name = named(condition, compile_text, f"header {condition.header} {' and '.join(words)}")
    return Condition(name, all_of(predicates))
