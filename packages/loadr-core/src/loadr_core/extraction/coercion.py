"""`as: int | float | bool | string`: a value becomes one of a type, or the extraction fails."""

import re
from collections.abc import Callable
from math import isfinite
from typing import Any, Final, Literal

from loadr_config.expressions import text_of
from loadr_core.spi.content import ContentError

Coercion = Callable[[Any], Any]
"""From a JSON value to one of a type; raises `ContentError`."""

_INTEGER: Final = re.compile(r"\s*[+-]?[0-9]+\s*")
_FLOAT: Final = re.compile(r"\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?\s*")
_TRUTHS: Final = {
    **dict.fromkeys(("true", "1", "yes", "on"), True),
    **dict.fromkeys(("false", "0", "no", "off"), False),
}


def coercion_to(kind: Literal["int", "float", "bool", "string"]) -> Coercion:
    """The coercion that `as` names."""
    return {"int": _int, "float": _float, "bool": _bool, "string": text_of}[kind]


def number_in(value: Any) -> int | float | None:
    """The number that a JSON value is, or that a text is written as; `None` where there is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    if isinstance(value, str) and _FLOAT.fullmatch(value):
        return float(value)
    return None


def _int(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and _INTEGER.fullmatch(value):
        try:
            return int(value)
        except ValueError:  # Python reads 4,300 digits at most
            pass
    raise ContentError("the value is no integer")


def _float(value: Any) -> float:
    number = number_in(value)
    if number is not None:
        try:
            result = float(number)
        except OverflowError:
            result = float("inf")
        if isfinite(result):
            return result
    raise ContentError("the value is no number")


def _bool(value: Any) -> bool:
    truth = _TRUTHS.get(text_of(value).strip().lower())
    if truth is None:
        raise ContentError("the value is neither true nor false")
    return truth
