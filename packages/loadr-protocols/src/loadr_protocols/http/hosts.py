"""`hosts` of the plan: addresses instead of DNS. Pure.

    key   = host [ ":" port ]                in lower case; one with a port counts before one without
    value = ip [ ":" port ] | "[" ip6 "]" [ ":" port ]

Only the address changes: Host, SNI and the certificate's check keep the name.
"""

import re
from collections.abc import Mapping
from typing import Final

_ADDRESS: Final = re.compile(r"\[(?P<six>[^\]]+)\](?::(?P<port6>\d+))?|(?P<four>[^:]+)(?::(?P<port>\d+))?")


class Hosts:
    """Where the plan says that hosts are."""

    __slots__ = ("_places",)

    def __init__(self, hosts: Mapping[str, str]) -> None:
        self._places = {key.lower(): _place(address) for key, address in hosts.items()}

    def place(self, host: str, port: int) -> tuple[str, int]:
        """The host and port to connect to: an address where the plan has one."""
        found = self._places.get(f"{host}:{port}") or self._places.get(host)
        if found is None:
            return host, port
        address, given_port = found
        return address, given_port or port

    def __repr__(self) -> str:
        return f"<Hosts {', '.join(self._places) or 'none'}>"


def _place(address: str) -> tuple[str, int]:
    match = _ADDRESS.fullmatch(address.strip())
    if match is None:
        return address.strip(), 0  # an IPv6 address without brackets
    return match["six"] or match["four"], int(match["port6"] or match["port"] or 0)
