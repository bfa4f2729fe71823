"""Where a socket leads: `tcp://host:port`, `tls://host:port`, `udp://host:port`."""

import re
from typing import Final

from loadr_protocols.http.url import Origin, UrlError, host_of, shown_url

_ADDRESS: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*)://(\[[^\]]*\]|[^:\[\]/?#@]*)(?::([0-9]{1,12}))?/?")


def parse_address(url: str, schemes: frozenset[str]) -> Origin:
    """Take the URL of a socket apart.

    Args:
        url: the text of a plan, rendered.
        schemes: those of the protocol.

    Raises:
        UrlError: it is none; the message says why.
    """
    match = _ADDRESS.fullmatch(url.strip())
    if match is None:
        raise UrlError(f"{shown_url(url)} is not a host and port: expected {_expected(schemes)}")
    scheme, host, port = match[1].lower(), match[2], match[3]
    if scheme not in schemes:
        raise UrlError(f"{scheme!r} is not a scheme of this protocol: expected {_expected(schemes)}")
    if not host:
        raise UrlError(f"{shown_url(url)} names no host")
    if port is None:
        raise UrlError(f"{shown_url(url)} names no port, and there is no usual one")
    if not 1 <= int(port) <= 65535:
        raise UrlError(f"{port} is not a port")
    return Origin(scheme, host_of(host, url), int(port))


def _expected(schemes: frozenset[str]) -> str:
    return " or ".join(f"{scheme}://HOST:PORT" for scheme in sorted(schemes))
