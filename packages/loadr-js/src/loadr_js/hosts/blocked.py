"""What a script may open no conversation to: `blockHostnames` and `blacklistIPs`. Pure.

Connections are refused by the client itself, also by what a name resolves to; this says so in k6's words, and before
a handshake is begun and counted, by what a URL names.
"""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit


class Blocked:
    """Host patterns and networks.

    A network blocks URLs that name an address; what a name resolves to is not looked at.

    Args:
        hosts: names; `*.` at the start stands for any.
        networks: in CIDR notation.
    """

    def __init__(self, hosts: Iterable[str], networks: Iterable[str]) -> None:
        self._hosts = tuple(host.lower() for host in hosts)
        self._networks = tuple(ip_network(network, strict=False) for network in networks)

    def reason(self, url: str) -> str | None:
        """Why a URL is blocked; `None` when it is not."""
        if not self._hosts and not self._networks:
            return None
        try:
            host = (urlsplit(url).hostname or "").lower()
        except ValueError:
            return None  # no URL: whoever opens it says what is wrong with it
        if any(fnmatchcase(host, pattern) for pattern in self._hosts):
            return f"hostname ({host}) is in a blocked pattern"
        try:
            address = ip_address(host)
        except ValueError:
            return None
        network = next((network for network in self._networks if address in network), None)
        return None if network is None else f"IP ({host}) is in a blacklisted range ({network})"
