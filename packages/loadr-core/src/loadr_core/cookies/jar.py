"""A VU's cookies: what servers set, and what goes along with a request (RFC 6265bis, section 5.7, 5.8).

As in browsers:

- Secure cookies need TLS, or loopback, which browsers trust as well.
- `__Secure-` and `__Host-` names hold what they promise, or the cookie is ignored.
- A cookie for a public suffix is ignored, or is the host's own where host and suffix are the same.
- A server in the clear cannot overwrite what a server over TLS has set.

A VU navigates as a user who types addresses: requests count as same-site, so SameSite holds nothing back.

Budget: a request whose cookies did not change costs one lookup, below 0.5 us.
"""

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from loadr_core.cookies.parsing import SetCookie, parse_set_cookie
from loadr_core.cookies.stored import Cookie, path_matches
from loadr_core.cookies.suffixes import is_public_suffix

MOST_PER_DOMAIN: Final = 180
"""As in Chromium; the oldest one goes first."""

MOST_COOKIES: Final = 3000
"""Section 6.1; the domain with the most cookies loses its oldest one."""

_MOST_LINES: Final = 256
_NEVER: Final = float("inf")

_Key = tuple[str, str, str, bool]


class CookieJar:
    """The cookies of one VU.

    Attributes:
        stored: by domain, then by path, name and whether host-only. Empty while there are none: the
            hot path looks here.
    """

    __slots__ = ("_changes", "_lines", "_next_end", "_number", "stored")

    def __init__(self) -> None:
        self.stored: dict[str, dict[_Key, Cookie]] = {}
        # What goes along with a request, by (trusted, host, path), until something changes.
        self._lines: dict[tuple[bool, str, str], str] = {}
        self._next_end = _NEVER
        self._number = 0
        self._changes: dict[_Key, Cookie | None] | None = None

    # ------------------------------------------------------------ requests

    def line(self, scheme: str, host: str, path: str, now: float) -> str:
        """The value of the Cookie field of a request, or an empty string.

        Args:
            scheme: `http` or `https`.
            host: in lower case, an IPv6 address without brackets.
            path: without its query.
            now: seconds since the epoch.
        """
        if now >= self._next_end:
            self._purge(now)
        key = (is_trusted(scheme, host), host, path)
        line = self._lines.get(key)
        if line is None:
            line = "; ".join([cookie.pair for cookie in self.matching(scheme, host, path, now)])
            if len(self._lines) >= _MOST_LINES:
                self._lines.clear()
            self._lines[key] = line
        return line

    def matching(self, scheme: str, host: str, path: str, now: float) -> list[Cookie]:
        """The cookies of a request, those of longer paths first, then older ones first."""
        trusted = is_trusted(scheme, host)
        found = [
            cookie
            for domain in _domains_of(host)
            for cookie in self.stored.get(domain, {}).values()
            if cookie.ends > now and cookie.goes_to(host, path, trusted=trusted)
        ]
        found.sort(key=lambda cookie: (-len(cookie.path), cookie.number))
        return found

    def receive(self, scheme: str, host: str, path: str, fields: Iterable[str], now: float) -> None:
        """Take the Set-Cookie fields of a response.

        Args:
            scheme: of the request, as in `line`; `host` and `path` likewise.
            host: the request's host.
            path: the request's path.
            fields: the values, each of one field.
            now: seconds since the epoch.
        """
        for field in fields:
            asked = parse_set_cookie(field)
            if asked is not None:
                self._accept(asked, scheme, host, path, now)

    def _accept(self, asked: SetCookie, scheme: str, host: str, path: str, now: float) -> None:
        trusted = is_trusted(scheme, host)
        placed = _placed(asked.domain, host)
        if placed is None or not _keeps_promises(asked, trusted=trusted):
            return
        domain, host_only = placed
        ends = asked.ends_at(now)
        self._put(
            Cookie(
                asked.name,
                asked.value,
                domain,
                asked.path or _folder(path),
                host_only,
                asked.secure,
                asked.http_only,
                asked.same_site,
                _NEVER if ends is None else ends,
                0,
            ),
            now,
            trusted=trusted,
        )

    # ------------------------------------------------------------ scripts

    def for_url(self, url: str, now: float) -> list[Cookie]:
        """The cookies that go along with a request to an absolute URL."""
        return self.matching(*_place_of(url), now)

    def get(self, url: str, name: str, now: float) -> str | None:
        """The value of the first cookie of a name that goes to a URL."""
        return next((cookie.value for cookie in self.for_url(url, now) if cookie.name == name), None)

    def set(self, url: str, name: str, value: str, now: float, attributes: str = "") -> bool:
        """Set a cookie as a response from a URL would; `attributes` as in Set-Cookie (`Path=/; Secure`).

        Returns:
            Whether it was taken; browsers' rules hold here too.
        """
        scheme, host, path = _place_of(url)
        text = f"{name}={value}".encode().decode("latin-1")
        before = self._number
        self.receive(scheme, host, path, [f"{text}; {attributes}" if attributes else text], now)
        return self._number > before

    def delete(self, url: str, name: str, now: float) -> None:
        """Forget the cookies of a name that go to a URL."""
        for cookie in self.for_url(url, now):
            if cookie.name == name:
                self._drop(cookie.key)

    def clear(self, url: str | None = None, now: float = 0.0) -> None:
        """Forget all cookies, or those that go to a URL."""
        if url is None:
            doomed = [key for cookies in self.stored.values() for key in cookies]
        else:
            doomed = [cookie.key for cookie in self.for_url(url, now)]
        for key in doomed:
            self._drop(key)

    # ------------------------------------------------------------ branches

    def fork(self) -> "CookieJar":
        """A jar with the same cookies that goes its own way, and remembers what changes."""
        branch = CookieJar()
        branch.stored = {domain: dict(cookies) for domain, cookies in self.stored.items()}
        branch._next_end = self._next_end
        branch._number = self._number
        branch._changes = {}
        return branch

    def merge(self, branch: "CookieJar") -> None:
        """Take over what changed in a branch since it was forked."""
        for key, cookie in (branch._changes or {}).items():  # noqa: SLF001 - of the same class
            if cookie is None:
                self._drop(key)
            else:
                self._number = max(self._number, cookie.number)
                self._keep(cookie)

    # ------------------------------------------------------------ the store

    def _put(self, cookie: Cookie, now: float, *, trusted: bool) -> None:
        old = self.stored.get(cookie.domain, {}).get(cookie.key)
        if not trusted and self._would_hide_a_secure_one(cookie):
            return
        self._number += 1
        if cookie.ends <= now:
            if old is not None:
                self._drop(cookie.key)
            return
        number = self._number if old is None else old.number
        self._keep(replace(cookie, number=number))
        if old is None:
            self._evict(cookie.domain)

    def _would_hide_a_secure_one(self, cookie: Cookie) -> bool:
        """Section 5.7, step 17: "leave secure cookies alone"."""
        return any(
            other.secure and other.name == cookie.name and path_matches(cookie.path, other.path)
            for domain, cookies in self.stored.items()
            if _is_at_or_below(domain, cookie.domain) or _is_at_or_below(cookie.domain, domain)
            for other in cookies.values()
        )

    def _keep(self, cookie: Cookie) -> None:
        cookies = self.stored.setdefault(cookie.domain, {})
        old = cookies.get(cookie.key)
        cookies[cookie.key] = cookie
        self._next_end = min(self._next_end, cookie.ends)
        if old is None or old.value != cookie.value or old.secure != cookie.secure:
            self._lines.clear()
        if self._changes is not None:
            self._changes[cookie.key] = cookie

    def _drop(self, key: _Key) -> None:
        cookies = self.stored.get(key[0])
        if cookies is None or cookies.pop(key, None) is None:
            return
        if not cookies:
            del self.stored[key[0]]
        self._lines.clear()
        if self._changes is not None:
            self._changes[key] = None

    def _evict(self, domain: str) -> None:
        if len(self.stored[domain]) > MOST_PER_DOMAIN:
            self._drop_oldest(domain)
        if sum(map(len, self.stored.values())) > MOST_COOKIES:
            self._drop_oldest(max(self.stored, key=lambda name: len(self.stored[name])))

    def _drop_oldest(self, domain: str) -> None:
        self._drop(min(self.stored[domain].values(), key=lambda cookie: cookie.number).key)

    def _purge(self, now: float) -> None:
        cookies: Sequence[Cookie] = [each for found in self.stored.values() for each in found.values()]
        for cookie in cookies:
            if cookie.ends <= now:
                self._drop(cookie.key)
        self._next_end = min((cookie.ends for cookie in cookies if cookie.ends > now), default=_NEVER)

    def __repr__(self) -> str:
        count = sum(map(len, self.stored.values()))
        return f"<CookieJar {count} cookies of {len(self.stored)} domains>"


def is_trusted(scheme: str, host: str) -> bool:
    """Whether nobody can read along: over TLS, and over loopback, as browsers have it."""
    return (
        scheme in {"https", "wss"}
        or host in {"localhost", "::1"}
        or host.startswith("127.")
        or host.endswith(".localhost")
    )


def _placed(domain: str | None, host: str) -> tuple[str, bool] | None:
    """The domain of a cookie and whether it is the host's alone; `None` where it may not be set."""
    if domain is None:
        return host, True
    if not domain.isascii():
        return None
    if _is_address(host):
        return (host, True) if domain == host else None
    if "." not in domain or is_public_suffix(domain):
        return (host, True) if domain == host else None
    return (domain, False) if _is_at_or_below(host, domain) else None


def _keeps_promises(asked: SetCookie, *, trusted: bool) -> bool:
    if asked.secure and not trusted:
        return False
    if asked.same_site == "none" and not asked.secure:
        return False
    lowered = asked.name.lower()
    if not asked.name:
        return not asked.value.lower().startswith(("__secure-", "__host-"))
    if lowered.startswith("__secure-"):
        return asked.secure
    if lowered.startswith("__host-"):
        return asked.secure and asked.domain is None and asked.path == "/"
    return True


def _is_at_or_below(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")


def _domains_of(host: str) -> list[str]:
    """The host and every domain that it is below, but the top."""
    domains = [host]
    if not _is_address(host):
        parts = host.split(".")
        domains += [".".join(parts[start:]) for start in range(1, len(parts) - 1)]
    return domains


def _is_address(host: str) -> bool:
    if not host[-1:].isdigit() and ":" not in host:
        return False
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _folder(path: str) -> str:
    """The default path of a cookie: the request's up to its last slash (section 5.1.4)."""
    end = path.rfind("/")
    return "/" if end <= 0 or not path.startswith("/") else path[:end]


def _place_of(url: str) -> tuple[str, str, str]:
    parts = urlsplit(url)
    if not parts.scheme or not parts.hostname:
        raise ValueError(f"{url!r} is not an absolute URL")
    return parts.scheme.lower(), parts.hostname, parts.path or "/"
