"""Where a redirect leads, and what of a request goes along, as browsers do it (Fetch, "HTTP-redirect fetch").

    status    method                  becomes
    301, 302  POST                    GET without body
    303       all but GET and HEAD    GET without body
    307, 308  any                     the same with its body
    else                              the same

To another origin (scheme, host or port) go no Authorization, no Cookie and no Host that the plan has
written itself; the jar's cookies for the new host do go.
"""

from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import urljoin

from loadr_protocols.http.url import Origin, SplitUrl, UrlError, split_url

_ABOUT_THE_BODY: Final = frozenset(
    {"content-length", "content-type", "content-encoding", "content-language", "content-location"}
)
_FOR_ONE_ORIGIN: Final = frozenset({"authorization", "cookie", "host", "proxy-authorization"})


@dataclass(frozen=True, slots=True)
class Redirection:
    """The next request.

    Attributes:
        url: where to.
        method: of the next request.
        keeps_body: whether the body goes along.
        drops: names of fields, in lower case, that do not.
    """

    url: SplitUrl
    method: str
    keeps_body: bool
    drops: frozenset[str]


# Resolving a location costs 15 us, and the users of a plan are sent the same ways.
@lru_cache(maxsize=1024)
def redirection(status: int, method: str, location: str, origin: Origin, target: str) -> Redirection:
    """What a redirect makes of a request.

    Args:
        status: 301, 302, 303, 307 or 308.
        method: of the request.
        location: the value of Location, octets as characters.
        origin: of the request.
        target: path and query of the request.

    Raises:
        UrlError: the location is no URL that a request can go to.
    """
    url = split_url(_resolved(location, f"{origin.scheme}://{origin.authority}{target}"))
    to_get = (status in {301, 302} and method == "POST") or (status == 303 and method not in {"GET", "HEAD"})
    drops = _FOR_ONE_ORIGIN if url.origin != origin else frozenset()
    if to_get:
        drops = leaves_behind(origin, url.origin)
    return Redirection(url, "GET" if to_get else method, not to_get, drops)


def leaves_behind(origin: Origin, target: Origin) -> frozenset[str]:
    """Names of fields, in lower case, that a GET does not carry from a request with a body to its follower."""
    return _ABOUT_THE_BODY | (_FOR_ONE_ORIGIN if target != origin else frozenset())


def _resolved(location: str, base: str) -> str:
    """A location as an absolute URL (RFC 3986, section 5.2); octets beyond ASCII are UTF-8 to browsers."""
    with suppress(UnicodeError):
        location = location.encode("latin-1").decode("utf-8")
    try:
        return urljoin(base, location)
    except ValueError as error:
        raise UrlError(f"{location!r} is no URL") from error
