"""From an origin to a connected socket: address lookup, local address, TCP, a proxy's tunnel; each phase measured."""

import asyncio
import errno
import itertools
import os
import socket
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from loadr_core.spi import Clock
from loadr_protocols.http.errors import ErrorKind, ExchangeFailed, MalformedResponse
from loadr_protocols.http.head import ResponseHead
from loadr_protocols.http.layout import Opening
from loadr_protocols.http.proxies import Proxy, ProxyRules
from loadr_protocols.http.resolving import Address, Resolver
from loadr_protocols.http.translate import failure_of
from loadr_protocols.http.url import Origin

if TYPE_CHECKING:
    from loadr_protocols.http.tls import TlsChannel

ATTEMPT_DELAY: Final = 0.25
"""Seconds before the next address is tried beside one that does not answer (RFC 8305, section 5)."""

# Linux: choose the local port when the peer is known; otherwise a local address has 28,000 ports for all peers.
_IP_BIND_ADDRESS_NO_PORT: Final = 24
_LONGEST_PROXY_HEAD: Final = 64 * 1024


class Phases:
    """How long each phase of opening took, seconds; what did not happen took none.

    Attributes:
        looking_up: address lookup.
        connecting: TCP, and the tunnel through a proxy.
        tls: the handshake.
        handshakes: of TLS: 0 or 1.
        resumed: of those the ones that resumed an earlier session.
        channel: the TLS state of the connection, for resuming its session later.
        bytes_sent: what a proxy was told on the way.
        bytes_received: what it answered.
    """

    __slots__ = (
        "bytes_received",
        "bytes_sent",
        "channel",
        "connecting",
        "handshakes",
        "looking_up",
        "resumed",
        "tls",
    )

    def __init__(self) -> None:
        self.looking_up = 0.0
        self.connecting = 0.0
        self.tls = 0.0
        self.handshakes = self.resumed = 0
        self.channel: TlsChannel | None = None
        self.bytes_sent = 0
        self.bytes_received = 0

    def opening(self, blocked: float) -> Opening:
        """The first columns of the row."""
        return (blocked, self.looking_up, self.connecting, self.tls, self.handshakes, self.resumed)


class Reach:
    """Connects to origins for all sessions of a worker.

    Args:
        clock: for the phases.
        resolver: looks up addresses.
        proxies: which proxy leads to which origin.
        local_ips: source addresses, used in turn.
        tunnels: whether a proxy is asked for a tunnel also where nothing is encrypted.
    """

    __slots__ = ("_clock", "_local", "_proxies", "_resolver", "_tunnels")

    def __init__(
        self,
        clock: Clock,
        resolver: Resolver,
        proxies: ProxyRules,
        local_ips: Sequence[str] = (),
        *,
        tunnels: bool = False,
    ) -> None:
        self._clock = clock
        self._resolver = resolver
        self._proxies = proxies
        self._local = _LocalAddresses(local_ips)
        self._tunnels = tunnels

    def relay(self, origin: Origin) -> Proxy | None:
        """The proxy that requests to an origin are handed to as they are: in the clear."""
        if origin.scheme != "http" or self._tunnels:
            return None
        return self._proxies.proxy_for(origin)

    async def connect(self, origin: Origin, phases: Phases) -> socket.socket:
        """A socket that leads to an origin. What each phase took is added to `phases`.

        Raises:
            ExchangeFailed: there is none.
        """
        now = self._clock.now
        proxy = self._proxies.proxy_for(origin)
        host, port, peer = (
            (origin.host, origin.port, origin.authority)
            if proxy is None
            else (proxy.host, proxy.port, f"the proxy {proxy.name}")
        )
        began = now()
        try:
            addresses = await self._resolver.look_up(host, port)
        finally:
            phases.looking_up += now() - began
        began = now()
        try:
            connected = await _first_to_connect(addresses, self._local, peer)
            if proxy is not None and self.relay(origin) is None:
                await _open_tunnel(connected, origin, proxy, phases)
        finally:
            phases.connecting += now() - began
        return connected

    async def connect_datagrams(self, origin: Origin) -> socket.socket:
        """A UDP socket that is connected to the first address of an origin: nothing is sent for that.

        Raises:
            ExchangeFailed: there is none.
        """
        family, name = (await self._resolver.look_up(origin.host, origin.port))[0]
        connecting = socket.socket(family, socket.SOCK_DGRAM, socket.IPPROTO_UDP)
        try:
            connecting.setblocking(False)
            self._local.bind(connecting)
            connecting.connect(name)
        except OSError as error:
            connecting.close()
            raise failure_of(error, origin.authority) from error
        return connecting


class _LocalAddresses:
    """Source addresses in turn, each family by itself."""

    def __init__(self, ips: Sequence[str]) -> None:
        self._given = bool(ips)
        self._turns: dict[socket.AddressFamily, Iterator[str]] = {
            family: itertools.cycle(found)
            for family, mark in ((socket.AF_INET6, True), (socket.AF_INET, False))
            if (found := [ip for ip in ips if (":" in ip) is mark])
        }

    def bind(self, connecting: socket.socket) -> None:
        """Give a socket its source address. Raises `OSError`."""
        if not self._given:
            return
        turn = self._turns.get(connecting.family)
        if turn is None:
            family = "IPv6" if connecting.family == socket.AF_INET6 else "IPv4"
            raise OSError(f"local_ips has no {family} address")
        ip = next(turn)
        if sys.platform == "linux" and connecting.family == socket.AF_INET:
            connecting.setsockopt(socket.IPPROTO_IP, _IP_BIND_ADDRESS_NO_PORT, 1)
        try:
            connecting.bind((ip, 0))
        except OSError as error:
            raise OSError(f"cannot use the local address {ip}: {error.strerror}") from error


async def _first_to_connect(addresses: Sequence[Address], local: _LocalAddresses, peer: str) -> socket.socket:
    """A connected socket to the first address that answers; each has a head start on the next.

    Raises:
        ExchangeFailed: none of them takes the connection; tells of the first.
    """
    try:
        if len(addresses) == 1:
            return await _connect(local, addresses[0])
        return await staggered([partial(_connect, local, address) for address in addresses])
    except OSError as error:
        raise failure_of(error, peer) from error


async def _connect(local: _LocalAddresses, address: Address) -> socket.socket:
    family, name = address
    connecting = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        connecting.setblocking(False)
        connecting.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        local.bind(connecting)
        if not connects_at_once(connecting, name):
            await asyncio.get_running_loop().sock_connect(connecting, name)
    except BaseException:
        connecting.close()
        raise
    return connecting


def connects_at_once(connecting: socket.socket, name: Any) -> bool:
    """Begin to connect; tell whether the connection is there already, as on loopback.

    The first call sends the SYN. The kernel handles the answer of a peer on this machine before it returns,
    and the second call finds it. That saves a turn of the loop and three system calls: 35 us of CPU of 106
    (benchmark `new-connections`). A peer that is elsewhere costs one call more.

    Raises:
        OSError: the peer refuses.
    """
    if sys.platform != "linux":
        return False  # another system may take the second call for a mistake
    code = connecting.connect_ex(name)
    if code == errno.EINPROGRESS:
        code = connecting.connect_ex(name)
    if code in (errno.EINPROGRESS, errno.EALREADY):
        return False
    if code:
        raise OSError(code, os.strerror(code))
    return True


async def _open_tunnel(connected: socket.socket, origin: Origin, proxy: Proxy, phases: Phases) -> None:
    """Ask a proxy for a tunnel (RFC 9110, section 9.3.6). Closes the socket where there is none.

    Raises:
        ExchangeFailed: with the proxy's answer.
    """
    authority = origin.host_and_port
    request = f"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n".encode("ascii") + proxy.lines + b"\r\n"
    try:
        await asyncio.get_running_loop().sock_sendall(connected, request)
        phases.bytes_sent += len(request)
        head = await _read_head(connected, phases)
    except OSError as error:
        connected.close()
        raise failure_of(error, f"the proxy {proxy.name}") from error
    except MalformedResponse as error:
        connected.close()
        raise ExchangeFailed(ErrorKind.PROTOCOL, f"the proxy {proxy.name}: {error}") from error
    except BaseException:
        connected.close()
        raise
    if not 200 <= head.status < 300:
        connected.close()
        answer = f"{head.status} {head.reason}".strip()
        raise ExchangeFailed(
            ErrorKind.CONNECTION, f"the proxy {proxy.name} refused a tunnel to {authority}: {answer}"
        )


async def _read_head(connected: socket.socket, phases: Phases) -> ResponseHead:
    loop = asyncio.get_running_loop()
    received = b""
    while True:
        end = received.find(b"\r\n\r\n")
        if end >= 0:
            head = ResponseHead(received[: end + 2])
            if not head.is_interim:
                return head
            received = received[end + 4 :]
            continue
        if len(received) > _LONGEST_PROXY_HEAD:
            raise MalformedResponse("the answer to CONNECT does not end")
        # Nothing follows the head of a tunnel before the client has spoken.
        more = await loop.sock_recv(connected, 4096)
        if not more:
            raise MalformedResponse("the connection was closed inside the answer to CONNECT")
        phases.bytes_received += len(more)
        received += more


async def staggered(
    attempts: Sequence[Callable[[], Awaitable[socket.socket]]], delay: float = ATTEMPT_DELAY
) -> socket.socket:
    """The first socket that an attempt yields; the next attempt starts on a failure or after a delay.

    Raises:
        OSError: of the first attempt, when all have failed.
    """
    winner: socket.socket | None = None
    failures: dict[int, OSError] = {}
    tasks: list[asyncio.Task[None]] = []
    progress = asyncio.Event()

    async def run(index: int) -> None:
        nonlocal winner
        try:
            connected = await attempts[index]()
        except OSError as error:
            failures[index] = error
        else:
            if winner is None:
                winner = connected
            else:
                connected.close()
        progress.set()

    try:
        async with asyncio.TaskGroup() as group:
            for index in range(len(attempts)):
                tasks.append(group.create_task(run(index)))
                while winner is None and len(failures) < len(tasks):
                    progress.clear()
                    try:
                        async with asyncio.timeout(delay if index + 1 < len(attempts) else None):
                            await progress.wait()
                    except TimeoutError:
                        break
                if winner is not None:
                    break
            for task in tasks:
                task.cancel()
    except BaseException:
        if winner is not None:
            winner.close()
        raise
    if winner is None:
        raise failures[0]
    return winner
