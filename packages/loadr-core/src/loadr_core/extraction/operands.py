"""Operands of conditions and checks, and what equals them.

An operand that is a literal is compared as JSON: `7` equals 7 and 7.0, not "7", and `true` is no 1. One
that is a template is a text, whatever it stands for, so it is compared with what is found in the form
that this has: with a text as text, with everything else as the JSON value that it is.
"""

from collections.abc import Callable
from typing import Any

from loadr_config.expressions import text_of
from loadr_core.spi.scope import Scope
from loadr_core.templating.values import CompileText, compile_value, value_in

Equals = Callable[[Any, Scope], bool]
"""Whether a value equals an operand; raises `RenderError`."""


def json_equal(one: Any, other: Any) -> bool:
    """Whether two JSON values are equal; unlike in Python a boolean is no number."""
    match one, other:
        case (bool(), _) | (_, bool()):
            return one is other
        case dict(), dict():
            return one.keys() == other.keys() and all(json_equal(one[key], other[key]) for key in one)
        case list(), list():
            return len(one) == len(other) and all(map(json_equal, one, other))
        case _:
            return bool(one == other)


def compile_equals(operand: Any, compile_text: CompileText, *, lenient: bool = False) -> Equals:
    """Compile an operand.

    Args:
        operand: the plan's value.
        compile_text: compiles its texts.
        lenient: whether a text equals a literal that is written like it, `"7"` and 7: for values that
            come as texts from where there are no types.
    """
    if isinstance(operand, str) and "${" in operand:
        render = compile_text(operand).render
        return lambda value, scope: _equals_text(value, render(scope))
    wanted = compile_value(operand, compile_text)
    if not wanted.is_fixed:
        return lambda value, scope: json_equal(value, wanted.render(scope))
    literal = wanted.static
    if lenient and isinstance(literal, bool | int | float | None):
        written = text_of(literal)
        return lambda value, _scope: (
            value == written if isinstance(value, str) else json_equal(value, literal)
        )
    return lambda value, _scope: json_equal(value, literal)


def shown(operand: Any) -> str:
    """An operand in a name: texts in quotes, templates as they are written."""
    text = repr(operand) if isinstance(operand, str) else text_of(operand)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def bounds_shown(low: float | None, high: float | None) -> str:
    """Bounds in a name, of which at least one is given."""
    parts = [] if low is None else [f"at least {low:g}"]
    parts += [] if high is None else [f"at most {high:g}"]
    return " and ".join(parts)


_LONGEST = 60


def _equals_text(value: Any, text: str) -> bool:
    if isinstance(value, str):
        return value == text
    return json_equal(value, value_in(text))
