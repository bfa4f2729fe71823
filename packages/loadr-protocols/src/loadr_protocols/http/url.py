"""URLs as plans have them, made ready for a request line (RFC 3986, RFC 9112 section 3.2).

What is not allowed in a request target is percent-encoded; what is already encoded stays as it is;
dot segments stay, because a load test sends what its plan says. Brackets stay in a query, as browsers
leave them.
"""

import re
from typing import Final, NamedTuple
from urllib.parse import quote

from loadr_config.urls import without_user

_LONGEST_PORT: Final = 12
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_ABSOLUTE: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*)://([^/?#]*)([^#]*)")
_AUTHORITY: Final = re.compile(r"(?:(.*)@)?(\[[^\]]*\]|[^:\[\]]*)(?::([0-9]*))?")
_ASCII_HOST: Final = re.compile(r"[A-Za-z0-9._\-]+")
_IPV6: Final = re.compile(r"\[[0-9A-Fa-f:.]+(?:%[A-Za-z0-9._\-]+)?\]")
_CLEAN: Final = re.compile(r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?\[\]]|%[0-9A-Fa-f]{2})*")
_STRAY_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_SAFE: Final = "-._~!$&'()*+,;=:@/?[]%"
_FORBIDDEN: Final = re.compile(r"[\r\n\x00]")


class UrlError(ValueError):
    """A text is no URL that a request can go to; the message says why."""


class Origin(NamedTuple):
    """Where connections go: equal origins share them.

    Attributes:
        scheme: `http` or `https`; other protocols have theirs.
        host: in lower case, an IPv6 address without brackets.
        port: 1 to 65535.
    """

    scheme: str
    host: str
    port: int

    @property
    def authority(self) -> str:
        """The host, and the port where it is not the scheme's own: the value of Host."""
        if self.port == _DEFAULT_PORTS.get(self.scheme):
            return self._bracketed
        return self.host_and_port

    @property
    def host_and_port(self) -> str:
        """Both, also where the port is the scheme's own."""
        return f"{self._bracketed}:{self.port}"

    @property
    def _bracketed(self) -> str:
        return f"[{self.host}]" if ":" in self.host else self.host


class SplitUrl(NamedTuple):
    """A URL taken apart.

    Attributes:
        origin: scheme, host, port.
        target: path and query, as written, not encoded, without the fragment.
        userinfo: what stands before the `@`, as written, or `None`.
        before_target: scheme and authority, as written.
    """

    origin: Origin
    target: str
    userinfo: str | None
    before_target: str


def is_absolute(url: str) -> bool:
    """Whether a URL names its scheme and host itself."""
    return _ABSOLUTE.match(url) is not None


def split_url(url: str) -> SplitUrl:
    """Take an absolute URL apart.

    Raises:
        UrlError: it is none, or not one for HTTP.
    """
    if _FORBIDDEN.search(url):
        raise UrlError("a URL cannot contain a line break")
    absolute = _ABSOLUTE.match(url)
    if absolute is None:
        raise UrlError(f"{shown_url(url)} has no scheme and there is no base_url")
    scheme = absolute[1].lower()
    if scheme not in _DEFAULT_PORTS:
        raise UrlError(f"{scheme!r} is not a scheme of HTTP")
    authority = _AUTHORITY.fullmatch(absolute[2])
    if authority is None:
        raise UrlError(f"{shown_url(url)} has no host and port that can be read")
    userinfo, host, port = authority.groups()
    port = port or str(_DEFAULT_PORTS[scheme])
    # Python refuses to read thousands of digits.
    number = int(port[:_LONGEST_PORT])
    if not 1 <= number <= 65535 or len(port) > _LONGEST_PORT:
        raise UrlError(f"{port[:_LONGEST_PORT]} is not a port")
    return SplitUrl(Origin(scheme, host_of(host, url), number), absolute[3], userinfo, url[: absolute.end(2)])


def shown_url(url: str) -> str:
    """A URL for a message, without its user. Never a part of it: whoever masks secrets knows only whole ones."""
    return repr(without_user(url))


def encode_target(target: str) -> str:
    """The request target for a path and query: origin-form, in ASCII, without a fragment.

    Raises:
        UrlError: it contains a line break, which could smuggle in a second request.
    """
    if not target.startswith("/"):
        target = "/" + target
    if _CLEAN.fullmatch(target):
        return target
    if _FORBIDDEN.search(target):
        raise UrlError("a URL cannot contain a line break")
    target = target.partition("#")[0]
    return quote(_STRAY_PERCENT.sub("%25", target), safe=_SAFE, errors="replace")


def host_of(host: str, url: str) -> str:
    """The host of an authority in ASCII and lower case, without the brackets of IPv6.

    Args:
        host: as the URL has it.
        url: where it stands.

    Raises:
        UrlError: it is none.
    """
    if host.startswith("["):
        if not _IPV6.fullmatch(host):
            raise UrlError(f"{shown_url(url)} has no IPv6 address in its brackets")
        return host[1:-1].lower()
    if _ASCII_HOST.fullmatch(host):
        return host.lower()
    try:
        encoded = host.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise UrlError(f"{shown_url(url)} has no valid host name: {error}") from error
    if not _ASCII_HOST.fullmatch(encoded):
        raise UrlError(f"{shown_url(url)} has no valid host name")
    return encoded.lower()
