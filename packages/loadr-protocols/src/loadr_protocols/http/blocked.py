"""Where nobody may connect to: `blocked_hosts` and `blocked_addresses` of the plan. Pure."""

from collections.abc import Iterable
from ipaddress import ip_address, ip_network

from loadr_protocols.http.errors import ErrorKind, ExchangeFailed


class Blocked:
    """Names and networks.

    Args:
        hosts: names; `*.` at the start stands for any that end like this.
        networks: in CIDR notation, or single addresses.
    """

    __slots__ = ("_endings", "_names", "_networks")

    def __init__(self, hosts: Iterable[str] = (), networks: Iterable[str] = ()) -> None:
        lowered = [host.lower() for host in hosts]
        self._names = frozenset(host for host in lowered if not host.startswith("*"))
        self._endings = tuple(host.removeprefix("*") for host in lowered if host.startswith("*"))
        self._networks = tuple(ip_network(network, strict=False) for network in networks)

    def check_host(self, host: str) -> None:
        """Refuse a host by its name, before it is looked up.

        Raises:
            ExchangeFailed: it is blocked.
        """
        name = host.lower()
        if name in self._names or (self._endings and name.endswith(self._endings)):
            message = f"the plan blocks the host {host}: blocked_hosts"
            raise ExchangeFailed(ErrorKind.BLOCKED, message, detail="blocked_host")

    def check_address(self, address: str) -> None:
        """Refuse an address that is about to be connected to.

        Raises:
            ExchangeFailed: it is blocked.
        """
        if not self._networks:
            return
        ip = ip_address(address.partition("%")[0])
        network = next((network for network in self._networks if ip in network), None)
        if network is not None:
            message = f"the plan blocks the address {address}: blocked_addresses has {network}"
            raise ExchangeFailed(ErrorKind.BLOCKED, message, detail="blocked_address")

    def __repr__(self) -> str:
        return f"<Blocked {len(self._names) + len(self._endings)} names, {len(self._networks)} networks>"
