"""Opening a connection: address lookup, TCP, TLS, each phase measured."""

import asyncio
import ipaddress
import itertools
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from loadr_core.spi import Clock
from loadr_protocols.http.connection import HttpConnection
from loadr_protocols.http.deadlines import DeadlineSweeper
from loadr_protocols.http.errors import ErrorKind, ExchangeFailed
from loadr_protocols.http.framing import NO_LIMIT
from loadr_protocols.http.head import HeadCache
from loadr_protocols.http.layout import Opening
from loadr_protocols.http.link import Link, TlsHandshake
from loadr_protocols.http.pooled import ConnectionOwner, PooledConnection
from loadr_protocols.http.tls import TlsChannel
from loadr_protocols.http.translate import failure_of
from loadr_protocols.http.url import Origin
from loadr_protocols.http.versions import H2, VERSIONS, Versions

if TYPE_CHECKING:
    from loadr_protocols.http2.exchange import Http2Maker, HttpOverHttp2

ATTEMPT_DELAY: Final = 0.25
"""Seconds before the next address is tried beside one that does not answer (RFC 8305, section 5)."""

Address = tuple[socket.AddressFamily, Any]
"""A family and what `socket.connect` takes for it."""


class Phases:
    """How long each phase of opening took, seconds; what did not happen took none."""

    __slots__ = ("connecting", "looking_up", "tls")

    def __init__(self) -> None:
        self.looking_up = 0.0
        self.connecting = 0.0
        self.tls = 0.0

    def opening(self, blocked: float) -> Opening:
        """The first columns of the row."""
        return (blocked, self.looking_up, self.connecting, self.tls)


class Connector:
    """Opens connections for all sessions of a worker; holds what they share."""

    __slots__ = ("_heads", "_http2", "_limit", "_shared", "_tls_context", "_versions", "clock", "sweeper")

    def __init__(
        self,
        clock: Clock,
        sweeper: DeadlineSweeper,
        tls_context: Callable[[], ssl.SSLContext],
        limit: int = NO_LIMIT,
        versions: Versions = VERSIONS["http1"],
    ) -> None:
        """Prepare to connect.

        Args:
            clock: for all stamps.
            sweeper: for all deadlines.
            tls_context: the context, made when first asked for; offers what `versions` says.
            limit: the most bytes of a body that is kept.
            versions: what may be spoken.
        """
        self._limit = limit
        self.clock = clock
        self.sweeper = sweeper
        self._heads = HeadCache()
        self._tls_context = tls_context
        self._versions = versions
        self._http2: Http2Maker | None = None
        # What origins are known to speak: whether a connection to them is shared by requests.
        self._shared: dict[Origin, bool] = {}

    def may_share(self, origin: Origin) -> bool:
        """Whether one connection may do for all of a VU's requests to an origin."""
        known = self._shared.get(origin)
        return H2 in self._versions.possible(origin.scheme) if known is None else known

    def prepare(self, scheme: str) -> None:
        """Load before the run what a scheme may need during it."""
        if H2 in self._versions.possible(scheme):
            self._http2_maker()

    async def open(
        self, origin: Origin, owner: ConnectionOwner[PooledConnection], phases: Phases
    ) -> PooledConnection:
        """Open a connection, ready for a request. What each phase took is added to `phases`.

        Raises:
            ExchangeFailed: it cannot be opened.
        """
        loop = asyncio.get_running_loop()
        now = self.clock.now
        began = now()
        try:
            addresses = await look_up(loop, origin)
        finally:
            phases.looking_up += now() - began
        began = now()
        try:
            connected = await _first_to_connect(loop, addresses, origin.authority)
        finally:
            phases.connecting += now() - began

        tls = None
        handshake = None
        if origin.scheme == "https":
            tls = TlsChannel(self._tls_context(), origin.host)
            began = now()
            try:
                handshake = await _shake_hands(loop, connected, origin.authority, tls)
            finally:
                phases.tls += now() - began
        if handshake is None:
            connection = self._make(loop, origin, owner, None)
            await _attach(loop, connected, connection)
            return connection
        try:
            connection = self._make(loop, origin, owner, tls)
            handshake.hand_over(connection)
        except BaseException:
            handshake.abort()
            raise
        return connection

    def _make(
        self,
        loop: asyncio.AbstractEventLoop,
        origin: Origin,
        owner: ConnectionOwner[PooledConnection],
        tls: TlsChannel | None,
    ) -> "HttpConnection | HttpOverHttp2":
        """The connection for what was agreed on. Raises `ExchangeFailed` where that is nothing allowed."""
        possible = self._versions.possible(origin.scheme)
        chosen = possible[0] if tls is None else tls.protocol
        self._shared[origin] = chosen == H2
        if chosen == H2:
            return self._http2_maker().make(loop, origin, owner, tls)
        if possible == (H2,):
            raise ExchangeFailed(
                ErrorKind.TLS, f"{origin.authority} does not offer HTTP/2, which the plan asks for"
            )
        return HttpConnection(
            loop, self.clock.now, self._heads, self.sweeper, owner, origin.authority, tls, self._limit
        )

    def _http2_maker(self) -> "Http2Maker":
        maker = self._http2
        if maker is None:
            from loadr_protocols.http2.exchange import Http2Maker  # noqa: PLC0415 - only where it may be spoken

            maker = self._http2 = Http2Maker(self.clock.now, self.sweeper, self._limit)
        return maker


async def _shake_hands(
    loop: asyncio.AbstractEventLoop, connected: socket.socket, peer: str, tls: TlsChannel
) -> TlsHandshake:
    """Establish TLS on a connected socket. Raises `ExchangeFailed`."""
    handshake = TlsHandshake(loop, peer, tls)
    await _attach(loop, connected, handshake)
    try:
        await handshake.done
    except BaseException:
        handshake.abort()
        raise
    return handshake


async def _attach(loop: asyncio.AbstractEventLoop, connected: socket.socket, link: Link) -> None:
    """Put a protocol on a connected socket."""
    try:
        await loop.create_connection(lambda: link, sock=connected)
    except BaseException:
        connected.close()
        raise


async def look_up(loop: asyncio.AbstractEventLoop, origin: Origin) -> list[Address]:
    """The addresses of a host, in the order in which to try them.

    Raises:
        ExchangeFailed: the host has none.
    """
    try:
        ip = ipaddress.ip_address(origin.host)
    except ValueError:
        pass
    else:
        if ip.version == 4:
            return [(socket.AF_INET, (origin.host, origin.port))]
        if "%" not in origin.host:
            return [(socket.AF_INET6, (origin.host, origin.port))]
    try:
        found = await loop.getaddrinfo(origin.host, origin.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        if isinstance(error, UnicodeError):
            raise ExchangeFailed(ErrorKind.DNS, f"{origin.host!r} is no host name") from error
        raise failure_of(error, origin.host) from error
    return _families_in_turn([(family, address) for family, _, _, _, address in found])


def _families_in_turn(addresses: Sequence[Address]) -> list[Address]:
    """Both families in turn, beginning with the resolver's first (RFC 8305, section 4)."""
    first = [address for address in addresses if address[0] == addresses[0][0]]
    other = [address for address in addresses if address[0] != addresses[0][0]]
    turns = itertools.chain.from_iterable(itertools.zip_longest(first, other))
    return [address for address in turns if address is not None]


async def _first_to_connect(
    loop: asyncio.AbstractEventLoop, addresses: Sequence[Address], peer: str
) -> socket.socket:
    """A connected socket to the first address that answers; each has a head start on the next.

    Raises:
        ExchangeFailed: none of them takes the connection; tells of the first.
    """
    try:
        if len(addresses) == 1:
            return await _connect(loop, addresses[0])
        return await staggered([partial(_connect, loop, address) for address in addresses])
    except OSError as error:
        raise failure_of(error, peer) from error


async def _connect(loop: asyncio.AbstractEventLoop, address: Address) -> socket.socket:
    family, name = address
    connecting = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        connecting.setblocking(False)
        connecting.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await loop.sock_connect(connecting, name)
    except BaseException:
        connecting.close()
        raise
    return connecting


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
