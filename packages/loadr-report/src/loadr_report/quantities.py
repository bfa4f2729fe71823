"""Quantities as text for people: durations, counts, bytes, percentages, rates per second.

Histograms keep three significant digits, so three are what is shown; more would be invented. Every
function is total: any float gives a text.
"""

import math
from datetime import UTC, datetime

_MICROSECONDS_IN_MS = 1000.0
_MS_IN_SECOND = 1000.0
_MS_IN_MINUTE = 60_000.0
_SMALLEST_MS = 1e-6  # a nanosecond; nothing below it was ever measured
_DECIMAL_PREFIXES = ("", "k", "M", "G", "T", "P")


def duration(ms: float, significant: int = 3) -> str:
    """A duration in the unit that suits its size.

    Args:
        ms: Milliseconds.
        significant: How many digits are kept; thresholds show more, so that a value that misses
            its bound narrowly does not look like the bound.

    Returns:
        Such as `0s`, `87µs`, `1.23ms`, `45.6s`, `3m07s` or `2h05m`.
    """
    if not math.isfinite(ms):
        return str(ms)
    sign = "-" if ms < 0 else ""
    size = _rounded(abs(ms), significant)
    if size < _SMALLEST_MS:
        return "0s"
    if size < 1.0:
        return f"{sign}{_plain(size * _MICROSECONDS_IN_MS, significant)}µs"
    if size < _MS_IN_SECOND:
        return f"{sign}{_plain(size, significant)}ms"
    if size < _MS_IN_MINUTE:
        return f"{sign}{_plain(size / _MS_IN_SECOND, significant)}s"
    return sign + _minutes(abs(ms) / _MS_IN_SECOND, decimals=max(0, significant - 4))


def elapsed(secs: float) -> str:
    """A position in a run as on a stop-watch: `00:05`, `1:02:03`."""
    if not math.isfinite(secs):
        return str(secs)
    minutes, seconds = divmod(int(max(0.0, secs)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"


def moment(epoch_ms: int) -> str:
    """A moment as a date: `2026-01-31 10:20:30 UTC`."""
    try:
        return datetime.fromtimestamp(epoch_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (ValueError, OverflowError, OSError):  # a year that no calendar has, in a result from elsewhere
        return f"{epoch_ms} ms"


def number(value: float, significant: int = 3) -> str:
    """A number: whole ones in full with thousands separated, others with at least `significant` digits."""
    if not math.isfinite(value):
        return str(value)
    size = abs(value)
    if size >= 1e15:
        return f"{value:.{significant - 1}e}"
    if value == int(value) or size >= 10**significant:
        return f"{value:,.0f}"
    return _plain(value, significant)


def compact(value: float) -> str:
    """A number in at most six or seven characters, for columns: `12.3`, `1.23k`, `45.6M`."""
    if not math.isfinite(value):
        return str(value)
    size = _rounded(abs(value), 3)
    sign = "-" if value < 0 and size > 0 else ""
    for prefix in _DECIMAL_PREFIXES:
        if size < 1000.0:
            return f"{sign}{_plain(size, 3)}{prefix}"
        size /= 1000.0
    return f"{value:.1e}"


def data(size: float) -> str:
    """An amount of data in decimal units, as k6 has them: `17 B`, `1.23 kB`, `45.6 MB`."""
    if not math.isfinite(size):
        return f"{size} B"
    text = compact(size)
    digits = text.rstrip("".join(_DECIMAL_PREFIXES))
    return f"{digits} {text[len(digits) :]}B"


def percentage(ratio: float) -> str:
    """A ratio (0 to 1) in percent; only exactly none and exactly all are shown as 0 and 100.

    One failure in a million must not read as `0.00%`, nor one miss in a million as `100.00%`.
    """
    if not math.isfinite(ratio):
        return str(ratio)
    if 0.0 < ratio < 0.0001:
        return "<0.01%"
    if 0.9999 < ratio < 1.0:
        return ">99.99%"
    return f"{ratio * 100:.2f}%"


def per_second(value: float) -> str:
    """A rate per second: `205/s`, `1,234/s`."""
    return f"{number(value)}/s"


def data_per_second(size: float) -> str:
    """A rate of data: `74.1 kB/s`."""
    return f"{data(size)}/s"


def plural(amount: int, noun: str) -> str:
    """An amount and its noun: `1 check`, `1,200 checks`."""
    return f"{amount:,} {noun}" if amount == 1 else f"{amount:,} {noun}s"


def _rounded(value: float, significant: int) -> float:
    return float(f"{value:.{significant - 1}e}")


def _plain(value: float, significant: int) -> str:
    """`significant` digits without an exponent; whole digits are never dropped, zeros at the end are."""
    if value == 0:
        return "0"
    magnitude = math.floor(math.log10(abs(_rounded(value, significant))))
    decimals = max(0, significant - 1 - magnitude)
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _minutes(secs: float, decimals: int) -> str:
    secs = round(secs, decimals)
    minutes, rest = divmod(secs, 60)
    if minutes < 60:
        width = 2 if decimals == 0 else 3 + decimals
        return f"{int(minutes)}m{rest:0{width}.{decimals}f}s"
    hours, minutes = divmod(int(round(secs) // 60), 60)
    return f"{hours}h{minutes:02}m"
