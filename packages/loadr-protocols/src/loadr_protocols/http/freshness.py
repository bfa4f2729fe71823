"""What a browser's cache may keep of a response, and for how long it may use it (RFC 9111). Pure.

A user's own cache: `private` is no obstacle and `s-maxage` says nothing. Without an explicit lifetime a
response is kept for revalidation only; browsers guess one from Last-Modified, a measurement must not.

    fresh for = ( max-age, else Expires - Date ) - Age         0 with no-cache
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from loadr_core.cookies.dates import parse_cookie_date

_STORABLE: Final = frozenset({200, 203, 301, 308, 404, 410})


@dataclass(frozen=True, slots=True)
class Freshness:
    """How a response may be used again.

    Attributes:
        seconds: from now, without asking.
        etag: for If-None-Match, or `None`.
        last_modified: for If-Modified-Since, or `None`.
        vary: names of request fields, in lower case, that must be the same.
    """

    seconds: float
    etag: str | None
    last_modified: str | None
    vary: tuple[str, ...]

    @property
    def conditions(self) -> list[bytes]:
        """The field lines that ask whether the response still holds."""
        lines = []
        if self.etag is not None:
            lines.append(f"If-None-Match: {self.etag}".encode("latin-1"))
        if self.last_modified is not None:
            lines.append(f"If-Modified-Since: {self.last_modified}".encode("latin-1"))
        return lines


def freshness(status: int, headers: Mapping[str, str], now: float) -> Freshness | None:
    """Judge a response to a GET.

    Args:
        status: of the response.
        headers: names in lower case, repeated ones joined.
        now: seconds since the epoch.

    Returns:
        `None` where it must not be kept, or where keeping it is of no use.
    """
    directives = _directives(headers.get("cache-control", ""))
    vary = tuple(name.strip().lower() for name in headers.get("vary", "").split(",") if name.strip())
    if status not in _STORABLE or "no-store" in directives or "*" in vary:
        return None
    seconds = (
        0.0 if "no-cache" in directives else max(_lifetime(directives, headers, now) - _age(headers), 0.0)
    )
    judged = Freshness(seconds, headers.get("etag"), headers.get("last-modified"), vary)
    return judged if seconds or judged.conditions else None


def _lifetime(directives: Mapping[str, str], headers: Mapping[str, str], now: float) -> float:
    if "max-age" in directives:
        digits = directives["max-age"]
        return float(digits[:10]) if digits.isascii() and digits.isdigit() else 0.0
    if "expires" in headers:
        expires = parse_cookie_date(headers["expires"])
        date = parse_cookie_date(headers.get("date", ""))
        return 0.0 if expires is None else expires - (now if date is None else date)
    return 0.0


def _age(headers: Mapping[str, str]) -> float:
    digits = headers.get("age", "")
    return float(digits[:10]) if digits.isascii() and digits.isdigit() else 0.0


def _directives(value: str) -> dict[str, str]:
    found = {}
    for part in value.split(","):
        name, _, argument = part.partition("=")
        found[name.strip().lower()] = argument.strip().strip('"')
    return found
