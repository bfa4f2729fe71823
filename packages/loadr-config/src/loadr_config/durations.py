r"""Durations as people write them.

Grammar (white space is free around every part)::

    duration = number                      seconds
             | part { part }               the sum, such as "1h30m" or "1h 30m"
    part     = number unit
    number   = digits [ "." digits ]
    unit     = "ns" | "us" | "µs" | "ms" | "s" | "sec" | "second" | "seconds"
             | "m" | "min" | "minute" | "minutes" | "h" | "d" | "w"
"""

import re
from math import isfinite
from typing import TYPE_CHECKING, Final

from loadr_config.errors import DurationError

if TYPE_CHECKING:
    from decimal import Decimal

_NANOSECONDS: Final[dict[str, int]] = {
    "ns": 1,
    "us": 10**3,
    "µs": 10**3,  # U+00B5, the sign on keyboards
    "μs": 10**3,
    "ms": 10**6,
    "s": 10**9,
    "sec": 10**9,
    "second": 10**9,
    "seconds": 10**9,
    "m": 60 * 10**9,
    "min": 60 * 10**9,
    "minute": 60 * 10**9,
    "minutes": 60 * 10**9,
    "h": 3600 * 10**9,
    "d": 86_400 * 10**9,
    "w": 604_800 * 10**9,
}

_PART = re.compile(r"\s*([0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*([a-zµμ]+)\s*")
_NUMBER = re.compile(r"\s*(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\s*")

_LONGEST: Final = 100 * 366 * 86_400.0
"""A hundred years: what is longer is a mistake, and some clocks cannot count it."""

_LONGEST_TEXT: Final = 100


def parse_duration(text: str | float) -> float:
    """Read a duration.

    Args:
        text: A text of the grammar above, or a number of seconds.

    Returns:
        Seconds.

    Raises:
        DurationError: The text is no duration, is negative, or is longer than a hundred years.
    """
    seconds = _seconds(text)
    if seconds > _LONGEST:
        raise DurationError(f"a duration of at most 100 years is possible, got {_shown(text)}")
    return seconds


def _seconds(text: str | float) -> float:
    if not isinstance(text, str):
        if not isfinite(text) or text < 0:
            raise DurationError(f"a duration cannot be {'negative' if text < 0 else text}")
        return float(text)
    if len(text) > _LONGEST_TEXT:
        raise _expected(text)
    if _NUMBER.fullmatch(text):
        return float(text)
    if text.lstrip().startswith("-") and len(text.strip()) > 1:
        raise DurationError(f"a duration cannot be negative, got {_shown(text)}")
    from decimal import Decimal  # noqa: PLC0415 - 0.3 MB; a worker gets its durations read

    nanoseconds = Decimal(0)
    position = 0
    while position < len(text):
        part = _PART.match(text, position)
        factor = _NANOSECONDS.get(part.group(2)) if part else None
        if part is None or factor is None:
            raise _expected(text)
        nanoseconds += Decimal(part.group(1)) * factor
        position = part.end()
    if position == 0:
        raise _expected(text)
    return float(nanoseconds / 10**9)


def format_duration(seconds: float) -> str:
    """Write a duration so that `parse_duration` reads the same number of seconds again.

    Args:
        seconds: Not negative.

    Returns:
        For instance ``1h30m``, ``2s``, ``1.5s`` or ``300ms``.
    """
    if seconds == 0:
        return "0s"
    whole = round(seconds)
    if whole == seconds:
        parts = []
        for unit, size in (("h", 3600), ("m", 60), ("s", 1)):
            number, whole = divmod(whole, size)
            if number:
                parts.append(f"{number}{unit}")
        return "".join(parts)
    from decimal import Decimal  # noqa: PLC0415 - as above

    exact = Decimal(repr(seconds))
    if exact > 1:
        return f"{_plain(exact)}s"
    for unit, per_second in (("ms", 10**3), ("us", 10**6)):
        count = exact * per_second
        if count == count.to_integral_value():
            return f"{_plain(count)}{unit}"
    return f"{_plain(exact * 10**9)}ns"


def _plain(number: "Decimal") -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _expected(text: str) -> DurationError:
    return DurationError(f"expected a duration such as 300ms, 2s or 1h30m, got {_shown(text)}")


def _shown(text: str | float) -> str:
    shown = str(text)
    return f'"{shown}"' if len(shown) <= 40 else f'"{shown[:40]}…"'
