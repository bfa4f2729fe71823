"""The functions of expressions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from loadr_config.expressions._values import equal, text_of


@dataclass(frozen=True, slots=True)
class Function:
    """A function of expressions.

    Attributes:
        form: How it is written, for messages.
        parameters: How many arguments it takes.
        apply: Computes it from its arguments.
    """

    form: str
    parameters: int
    apply: Callable[..., Any]


def _contains(whole: Any, part: Any) -> bool:
    if isinstance(whole, Sequence) and not isinstance(whole, str):
        return any(equal(member, part) for member in whole)
    return _text(part) in _text(whole)


def _length(value: Any) -> int:
    return len(value) if isinstance(value, list | tuple | dict) else len(_text(value))


def _text(value: Any) -> str:
    """The text of a value, for functions of texts; what is not there is the empty text."""
    return "" if value is None else text_of(value)


# `matches` is not applied like the others: its regular expression is compiled before the run.
MATCHES: Final = "matches"

FUNCTIONS: Final = {
    "contains": Function("contains(text, part)", 2, _contains),
    "starts_with": Function(
        "starts_with(text, part)", 2, lambda whole, part: _text(whole).startswith(_text(part))
    ),
    "ends_with": Function("ends_with(text, part)", 2, lambda whole, part: _text(whole).endswith(_text(part))),
    MATCHES: Function("matches(text, 'regex')", 2, lambda value, found: found(_text(value))),
    "len": Function("len(value)", 1, _length),
    "lower": Function("lower(text)", 1, lambda value: _text(value).lower()),
    "upper": Function("upper(text)", 1, lambda value: _text(value).upper()),
    "trim": Function("trim(text)", 1, lambda value: _text(value).strip()),
}
