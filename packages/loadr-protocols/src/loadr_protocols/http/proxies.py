"""Which proxy a request goes through, and what it says to it. Pure.

The plan's `proxy` is a URL, for every request, or `env`: then the environment's conventions hold.

    HTTP_PROXY, HTTPS_PROXY, ALL_PROXY   by the request's scheme; the name in lower case counts first
    NO_PROXY                             "*" | entry *( "," entry )
    entry                                host | "." domain | ip | network "/" bits, each with [ ":" port ]

A host in NO_PROXY stands for itself and everything below it, as curl has it.
"""

import ipaddress
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote_to_bytes

from loadr_protocols.http.url import Origin, UrlError, split_url

FROM_ENVIRONMENT: Final = "env"


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy.

    Attributes:
        host: where it listens.
        port: where it listens.
        credentials: the value of Proxy-Authorization, or `None`.
    """

    host: str
    port: int
    credentials: str | None = None

    @property
    def name(self) -> str:
        """Host and port, for messages."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def lines(self) -> bytes:
        """The field lines that only the proxy sees, each with its CRLF."""
        if self.credentials is None:
            return b""
        return f"Proxy-Authorization: {self.credentials}\r\n".encode("ascii")


class ProxyRules:
    """The proxies of a plan."""

    __slots__ = ("_by_scheme", "_exceptions")

    def __init__(self, setting: str | None, environment: Mapping[str, str]) -> None:
        """Read the plan's setting.

        Args:
            setting: the plan's `proxy`.
            environment: for `env`.

        Raises:
            UrlError: an address is no URL of a proxy that can be used.
        """
        self._exceptions: list[str] = []
        self._by_scheme: dict[str, Proxy] = {}
        if setting == FROM_ENVIRONMENT:
            for scheme in ("http", "https"):
                address = _variable(environment, f"{scheme}_proxy") or _variable(environment, "all_proxy")
                if address:
                    self._by_scheme[scheme] = _proxy(address)
            excepted = _variable(environment, "no_proxy").replace(",", " ").split()
            self._exceptions = [entry.lower() for entry in excepted]
        elif setting is not None:
            self._by_scheme = dict.fromkeys(("http", "https"), _proxy(setting))

    def proxy_for(self, origin: Origin) -> Proxy | None:
        """The proxy of requests to an origin."""
        proxy = self._by_scheme.get(origin.scheme)
        if proxy is None or any(_covers(entry, origin) for entry in self._exceptions):
            return None
        return proxy


def _variable(environment: Mapping[str, str], name: str) -> str:
    return environment.get(name) or environment.get(name.upper()) or ""


def _proxy(address: str) -> Proxy:
    if "://" not in address:
        address = f"http://{address}"
    scheme = address.partition("://")[0].lower()
    if scheme != "http":
        raise UrlError(f"{scheme} is not a kind of proxy that can be used, only http")
    url = split_url(address)
    credentials = None
    if url.userinfo is not None:
        pair = unquote_to_bytes(url.userinfo)
        credentials = "Basic " + b64encode(pair if b":" in pair else pair + b":").decode("ascii")
    return Proxy(url.origin.host, url.origin.port, credentials)


def _covers(entry: str, origin: Origin) -> bool:
    if entry == "*":
        return True
    name, port = _with_port(entry)
    if port is not None and port != origin.port:
        return False
    try:
        address = ipaddress.ip_address(origin.host)
    except ValueError:
        name = name.removeprefix("*").removeprefix(".")
        return origin.host == name or origin.host.endswith(f".{name}")
    try:
        return address in ipaddress.ip_network(name, strict=False)
    except ValueError:
        return False


def _with_port(entry: str) -> tuple[str, int | None]:
    """An entry's name and its port; `::1` is a name, `[::1]:80` has a port."""
    if entry.startswith("["):
        name, _, rest = entry[1:].partition("]")
        port = rest.removeprefix(":")
    elif entry.count(":") == 1:
        name, _, port = entry.partition(":")
    else:
        return entry, None
    return name, int(port) if port.isdigit() else None
