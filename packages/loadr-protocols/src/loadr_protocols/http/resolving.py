"""Address lookup with a cache of our own: `dns` of the plan.

The system's resolver tells no time to live, so answers are kept for the plan's `ttl`. Lookups of one host
that fall together are one. Failures are not kept.
"""

import asyncio
import ipaddress
import itertools
import socket
from collections.abc import Sequence
from functools import lru_cache
from random import Random
from typing import Any, Final, Literal

from loadr_core.spi import Clock
from loadr_protocols.http.blocked import Blocked
from loadr_protocols.http.errors import ErrorKind, ExchangeFailed
from loadr_protocols.http.hosts import Hosts
from loadr_protocols.http.translate import failure_of

Address = tuple[socket.AddressFamily, Any]
"""A family and what `socket.connect` takes for it."""

Select = Literal["first", "random", "round_robin"]
Policy = Literal["any", "prefer_ipv4", "prefer_ipv6", "only_ipv4", "only_ipv6"]

# Far more hosts than a plan has; names made of templates must not fill the memory.
_MOST_HOSTS: Final = 10_000


class _Answer:
    """What is known of a host: its addresses until a moment, and whose turn it is."""

    __slots__ = ("addresses", "turn", "until")

    def __init__(self) -> None:
        self.addresses: list[Address] = []
        self.until = float("-inf")
        self.turn = 0


class Resolver:
    """Looks up addresses for all sessions of a worker.

    Args:
        clock: for the cache.
        hosts: addresses that the plan gives.
        ttl: seconds that an answer is kept; 0 for none.
        select: which of several addresses is tried first.
        random: for `random`.
        policy: which families are used.
        blocked: where nobody may connect to.
    """

    __slots__ = (
        "_answers",
        "_blocked",
        "_clock",
        "_hosts",
        "_pending",
        "_policy",
        "_random",
        "_select",
        "_ttl",
    )

    def __init__(
        self,
        clock: Clock,
        hosts: Hosts,
        *,
        ttl: float,
        select: Select,
        random: Random,
        policy: Policy = "any",
        blocked: Blocked | None = None,
    ) -> None:
        self._clock = clock
        self._hosts = hosts
        self._ttl = ttl
        self._select = select
        self._random = random
        self._policy = policy
        self._blocked = blocked or Blocked()
        self._answers: dict[str, _Answer] = {}
        self._pending: dict[str, asyncio.Event] = {}

    async def look_up(self, host: str, port: int) -> list[Address]:
        """The addresses of a host, in the order in which to try them.

        Raises:
            ExchangeFailed: the host has none, or the plan blocks it.
        """
        self._blocked.check_host(host)
        host, port = self._hosts.place(host, port)
        literal = _literal(host, port)
        if literal is not None:
            self._blocked.check_address(host)
            return [literal]
        answer = await self._answer(host)
        found = self._in_order(answer)
        for _, name in found:
            self._blocked.check_address(name[0])
        return [_with_port(address, port) for address in found]

    async def _answer(self, host: str) -> _Answer:
        while True:
            answer = self._answers.get(host)
            if answer is not None and self._clock.now() < answer.until:
                return answer
            pending = self._pending.get(host)
            if pending is None:
                return await self._ask(host, answer or _Answer())
            await pending.wait()  # then it is known, or it is our turn to ask

    async def _ask(self, host: str, answer: _Answer) -> _Answer:
        self._pending[host] = asyncio.Event()
        try:
            answer.addresses = _of_policy(await _system_addresses(host), self._policy, host)
        finally:
            self._pending.pop(host).set()
        answer.until = self._clock.now() + self._ttl
        if len(self._answers) >= _MOST_HOSTS:
            self._answers.clear()
        self._answers[host] = answer
        return answer

    def _in_order(self, answer: _Answer) -> list[Address]:
        addresses = answer.addresses
        match self._select:
            case "first":
                return families_in_turn(addresses)
            case "random":
                first = self._random.randrange(len(addresses))
            case "round_robin":
                first = answer.turn % len(addresses)
                answer.turn += 1
        return addresses[first:] + addresses[:first]

    def __repr__(self) -> str:
        return f"<Resolver {self._select}, {len(self._answers)} hosts known>"


async def _system_addresses(host: str) -> list[Address]:
    """What the system's resolver knows, each address once. Raises `ExchangeFailed`."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        if isinstance(error, UnicodeError):
            raise ExchangeFailed(ErrorKind.DNS, f"{host!r} is no host name") from error
        raise failure_of(error, host) from error
    return list(dict.fromkeys((family, address) for family, _, _, _, address in found))


@lru_cache(_MOST_HOSTS)
def _literal(host: str, port: int) -> Address | None:
    """An address that needs no lookup; one with a zone does. Known ones cost 0.1 us instead of 4."""
    try:
        ip = ipaddress.ip_address(host)
    except ValueError:
        return None
    if ip.version == 4:
        return socket.AF_INET, (host, port)
    return None if "%" in host else (socket.AF_INET6, (host, port))


def _with_port(address: Address, port: int) -> Address:
    family, name = address
    return family, (name[0], port, *name[2:])


def _of_policy(addresses: list[Address], policy: Policy, host: str) -> list[Address]:
    """The addresses of the families that are wanted, in the resolver's order.

    Raises:
        ExchangeFailed: there are none.
    """
    if policy == "any":
        return addresses
    wanted = socket.AF_INET if policy.endswith("4") else socket.AF_INET6
    found = [address for address in addresses if address[0] == wanted]
    if not found and policy.startswith("only"):
        raise ExchangeFailed(
            ErrorKind.DNS, f"cannot look up {host}: it has no address for dns.policy {policy}"
        )
    return found or addresses


def families_in_turn(addresses: Sequence[Address]) -> list[Address]:
    """Both families in turn, beginning with the resolver's first (RFC 8305, section 4)."""
    first = [address for address in addresses if address[0] == addresses[0][0]]
    other = [address for address in addresses if address[0] != addresses[0][0]]
    turns = itertools.chain.from_iterable(itertools.zip_longest(first, other))
    return [address for address in turns if address is not None]
