"""The Set-Cookie field (RFC 6265bis, section 5.6): a name, a value, attributes.

    set-cookie-string = cookie-pair *( ";" cookie-av )
    cookie-pair       = [ name "=" ] value           ; without "=" all of it is the value
    cookie-av         = name [ "=" value ]           ; the last one of a name counts, unknown ones do not

Values are texts whose characters are octets (latin-1), so that a cookie goes back as it came.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from loadr_core.cookies.dates import parse_cookie_date

LONGEST_COOKIE: Final = 4096
"""Octets of name and value together; a longer cookie is ignored."""

LONGEST_ATTRIBUTE: Final = 1024
"""Octets of an attribute's value; a longer attribute is ignored."""

LONGEST_LIFE: Final = 400 * 24 * 3600
"""Seconds: a cookie that wants to live longer lives this long."""

SameSite = Literal["strict", "lax", "none"]

# A tab is allowed; every other control ends the matter (step 1).
_CONTROL: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_MAX_AGE: Final = re.compile(r"-?[0-9]+")


@dataclass(frozen=True, slots=True)
class SetCookie:
    """A Set-Cookie field taken apart.

    Attributes:
        name: may be empty.
        value: may be empty where the name is not.
        domain: in lower case and without a leading dot, or `None`.
        path: as written where it begins with a slash, else `None`: the request's folder.
        max_age: seconds to live, at most `LONGEST_LIFE`; `None` where not given.
        expires: seconds since the epoch; `None` where not given.
        secure: only for connections that nobody can read along.
        http_only: hidden from scripts of a page.
        same_site: as given, or `None`.
    """

    name: str
    value: str
    domain: str | None = None
    path: str | None = None
    max_age: float | None = None
    expires: float | None = None
    secure: bool = False
    http_only: bool = False
    same_site: SameSite | None = None

    def ends_at(self, now: float) -> float | None:
        """When the cookie ends, in seconds since the epoch; `None` for the end of the session."""
        if self.max_age is not None:
            return now + self.max_age if self.max_age > 0 else float("-inf")
        return None if self.expires is None else min(self.expires, now + LONGEST_LIFE)


@lru_cache(maxsize=1024)
def parse_set_cookie(text: str) -> SetCookie | None:
    """Take one field's value apart; `None` where it sets no cookie. Servers repeat themselves: some are kept."""
    if _CONTROL.search(text):
        return None
    pair, *attributes = text.split(";")
    name, equals, value = pair.partition("=")
    if not equals:
        name, value = "", pair
    name, value = name.strip(" \t"), value.strip(" \t")
    if not name + value or len(name) + len(value) > LONGEST_COOKIE:
        return None
    given = _attributes(attributes)
    path = given.get("path")
    return SetCookie(
        name,
        value,
        domain=_domain(given.get("domain")),
        path=path if path and path.startswith("/") else None,
        max_age=_max_age(given.get("max-age")),
        expires=None if "expires" not in given else parse_cookie_date(given["expires"]),
        secure="secure" in given,
        http_only="httponly" in given,
        same_site=_same_site(given.get("samesite")),
    )


def _attributes(parts: list[str]) -> dict[str, str]:
    given: dict[str, str] = {}
    for part in parts:
        name, _, value = part.partition("=")
        value = value.strip(" \t")
        if len(value) <= LONGEST_ATTRIBUTE:
            name = name.strip(" \t").lower()
            # Of these two a later one that says nothing does not undo an earlier one.
            if name == "max-age" and not _MAX_AGE.fullmatch(value):
                continue
            if name == "expires" and parse_cookie_date(value) is None:
                continue
            given[name] = value
    return given


def _domain(value: str | None) -> str | None:
    if value is None:
        return None
    return value.removeprefix(".").lower() or None


def _max_age(value: str | None) -> float | None:
    # The digits are bounded before they become a number.
    return None if value is None else min(float(value[:12]), LONGEST_LIFE)


def _same_site(value: str | None) -> SameSite | None:
    match value.lower() if value else None:
        case "strict":
            return "strict"
        case "lax":
            return "lax"
        case "none":
            return "none"
        case _:
            return None
