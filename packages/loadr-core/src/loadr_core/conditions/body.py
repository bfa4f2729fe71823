"""`body_contains {value, negate}`, `body_matches {pattern, negate}` and `size {min, max, equals}`."""

from typing import Final

from loadr_config.models import BodyContainsCondition, BodyMatchesCondition, SizeCondition
from loadr_core.conditions.condition import Condition, Predicate, all_of, named
from loadr_core.extraction.content import content_of
from loadr_core.extraction.operands import bounds_shown
from loadr_core.extraction.patterns import pattern_of
from loadr_core.spi.protocol import Response
from loadr_core.templating.values import CompileText

_UTF_8: Final = ("utf-8", "utf-8-sig")


def compile_body_contains(condition: BodyContainsCondition, compile_text: CompileText) -> Condition:
    """An ASCII value is searched for in the bytes: the body is never decoded for it."""
    negate = condition.negate
    value = compile_text(condition.value)
    name = named(
        condition, compile_text, f"body {'does not contain' if negate else 'contains'} {value.source!r}"
    )
    if value.static is None:
        render = value.render
        return Condition(
            name, lambda response, scope: _contains(response, render(scope)) is not negate, reads_body=True
        )
    text = value.static
    if text.isascii():
        needle = text.encode()
        return Condition(
            name, lambda response, _scope: (needle in response.body) is not negate, reads_body=True
        )
    return Condition(name, lambda response, _scope: _contains(response, text) is not negate, reads_body=True)


def compile_body_matches(condition: BodyMatchesCondition, compile_text: CompileText) -> Condition:
    """Found anywhere in the decoded body. Raises `CompileError`."""
    negate = condition.negate
    pattern = pattern_of(compile_text(condition.pattern))
    verb = "does not match" if negate else "matches"
    return Condition(
        named(condition, compile_text, f"body {verb} {condition.pattern}"),
        lambda response, scope: (pattern(scope).search(content_of(response).text) is not None) is not negate,
        reads_body=True,
    )


def compile_size(condition: SizeCondition, compile_text: CompileText) -> Condition:
    """The body's size in bytes, decoded from transfer and content encodings."""
    low, high, exact = condition.min, condition.max, condition.equals
    predicates: list[Predicate] = []
    words = []
    if exact is not None:
        predicates.append(lambda response, _scope: len(response.body) == exact)
        words.append(f"{exact}")
    if low is not None or high is not None:
        least, most = low or 0, float("inf") if high is None else high
        predicates.append(lambda response, _scope: least <= len(response.body) <= most)
        words.append(bounds_shown(low, high))
    name = named(condition, compile_text, f"size is {' and '.join(words)} bytes")
    return Condition(name, all_of(predicates), reads_body=True)


def _contains(response: Response, text: str) -> bool:
    if text.isascii():
        return text.encode() in response.body
    content = content_of(response)
    if content.charset in _UTF_8:
        return text.encode() in response.body
    return text in content.text
