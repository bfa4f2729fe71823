"""The values of expressions: when one is a number, what its text is, how two are compared."""

import json
import re
from typing import Any, Final

# Longer ones are texts: turning digits into a number takes quadratic time.
_NUMBER: Final = re.compile(
    r"\s*[-+]?(?=[\d.]{1,100}(?![\d.]))(?:\d+(?P<fraction>\.\d*)?|(?P<point>\.\d+))(?P<power>[eE][-+]?\d{1,3})?\s*",
    re.ASCII,
)


def number_of(value: Any) -> float | None:
    """The number that a value is, or that its text reads as; None when it is none."""
    kind = type(value)
    if kind is int or kind is float:
        return value  # type: ignore[no-any-return]
    if kind is str and (found := _NUMBER.fullmatch(value)):
        return float(value) if any(found.group("fraction", "point", "power")) else int(value)
    return None


def text_of(value: Any) -> str:
    """The text of a value: as JSON writes it, a text without quotes."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case None:
            return "null"
        case int() | float():
            return repr(value)
        case dict() | list() | tuple():
            return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
        case _:
            return str(value)


def kind_of(value: Any) -> str:
    """What a value is, for messages: the value itself may be secret."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case list() | tuple():
            return "a list"
        case dict():
            return "an object"
        case _:
            return "a text"


def equal(left: Any, right: Any) -> bool:
    """Whether two values are equal, as numbers when both are."""
    if left is None or right is None:
        return _is_nothing(left) and _is_nothing(right)
    first, second = number_of(left), number_of(right)
    if first is not None and second is not None:
        return first == second
    return equal_texts(left, right)


def equal_texts(left: Any, right: Any) -> bool:
    """Whether two values are equal, of which one is a text in quotes or no number."""
    if left is None or right is None:
        return _is_nothing(left) and _is_nothing(right)
    if isinstance(left, dict | list) and isinstance(right, dict | list):
        return left == right
    return text_of(left) == text_of(right)


def order(left: Any, right: Any, *, as_texts: bool = False) -> int | None:
    """-1, 0 or 1 as the left value is less than, equal to or greater than the right one; None when in no order.

    Args:
        left: A value.
        right: A value.
        as_texts: Whether one of them is a text in quotes, so that they are compared as texts.
    """
    if left is None or right is None:
        return None
    first, second = number_of(left), number_of(right)
    if first is None or second is None or as_texts:
        one, other = text_of(left), text_of(right)
        return (one > other) - (one < other)
    if first == second:
        return 0
    return 1 if first > second else -1


def is_in(value: Any, container: Any, *, as_texts: bool = False) -> bool:
    """Whether a value is a member of a list, a key of an object, or a part of a text.

    Args:
        value: What is looked for.
        container: Where.
        as_texts: Whether the value is a text in quotes.
    """
    if isinstance(container, list | tuple):
        same = equal_texts if as_texts else equal
        return any(same(value, member) for member in container)
    if value is None or container is None:
        return False
    if isinstance(container, dict):
        return text_of(value) in container
    return text_of(value) in text_of(container)


def holds(value: Any) -> bool:
    """Whether a condition of this value holds."""
    if isinstance(value, str):
        return value.strip().lower() not in {"", "false"} and number_of(value) != 0
    return bool(value)


def _is_nothing(value: Any) -> bool:
    return value is None or value == ""
