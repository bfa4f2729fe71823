"""Opening a connection: reaching the origin, TLS, and the protocol that takes it from there."""

import asyncio
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, TypeVar

from loadr_core.spi import Clock
from loadr_protocols.http.connection import HttpConnection
from loadr_protocols.http.deadlines import DeadlineSweeper
from loadr_protocols.http.errors import ErrorKind, ExchangeFailed
from loadr_protocols.http.framing import NO_LIMIT
from loadr_protocols.http.head import HeadCache
from loadr_protocols.http.link import Link, TlsHandshake
from loadr_protocols.http.pooled import ConnectionOwner, PooledConnection
from loadr_protocols.http.reach import Phases, Reach
from loadr_protocols.http.relayed import RelayedConnection
from loadr_protocols.http.tls import TlsChannel
from loadr_protocols.http.url import Origin
from loadr_protocols.http.versions import H2, HTTP_11, VERSIONS, Versions

if TYPE_CHECKING:
    from loadr_protocols.http2.exchange import Http2Maker, HttpOverHttp2


_Link = TypeVar("_Link", bound=Link)


@dataclass(frozen=True, slots=True)
class TlsManner:
    """How TLS connections are made.

    Attributes:
        context: the settings for a host, made when first asked for.
        server_name: for SNI and the certificate's check, instead of the host's name.
        resumes: whether a user's further connections to a host resume its session.
    """

    context: Callable[[str], ssl.SSLContext]
    server_name: str | None = None
    resumes: bool = True


class Connector:
    """Opens connections for all sessions of a worker; holds what they share.

    Attributes:
        direct: the kind of connections to an origin.
        relayed: the kind of connections to a proxy that is handed requests as they are.
    """

    direct: ClassVar[type[HttpConnection]] = HttpConnection
    relayed: ClassVar[type[RelayedConnection]] = RelayedConnection

    __slots__ = ("_heads", "_http2", "_limit", "_reach", "_shared", "_tls", "_versions", "clock", "sweeper")

    def __init__(
        self,
        clock: Clock,
        sweeper: DeadlineSweeper,
        reach: Reach,
        tls: TlsManner,
        limit: int = NO_LIMIT,
        versions: Versions = VERSIONS["http1"],
    ) -> None:
        """Prepare to connect.

        Args:
            clock: for all stamps.
            sweeper: for all deadlines.
            reach: leads to origins.
            tls: how TLS connections are made; its context offers what `versions` says.
            limit: the most bytes of a body that is kept.
            versions: what may be spoken.
        """
        self._limit = limit
        self.clock = clock
        self.sweeper = sweeper
        self._heads = HeadCache()
        self._reach = reach
        self._tls = tls
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
        self,
        origin: Origin,
        owner: ConnectionOwner[PooledConnection],
        phases: Phases,
        earlier: TlsChannel | None = None,
    ) -> PooledConnection:
        """Open a connection, ready for a request. What each phase took is added to `phases`.

        Args:
            origin: where to.
            owner: whose it will be.
            phases: of the request that waits for it.
            earlier: an earlier connection's channel to the same origin, whose session may be resumed.

        Raises:
            ExchangeFailed: it cannot be opened.
        """
        loop = asyncio.get_running_loop()
        now = self.clock.now
        connected = await self._reach.connect(origin, phases)
        tls = None
        handshake = None
        if origin.scheme == "https":
            tls = TlsChannel(self._tls.context(origin.host), self._tls.server_name or origin.host, earlier)
            phases.channel = tls if self._tls.resumes else None
            began = now()
            try:
                handshake = await shake_hands(loop, connected, origin.authority, tls)
            finally:
                phases.tls += now() - began
            phases.handshakes += 1
            phases.resumed += tls.resumed

        def make() -> "HttpConnection | HttpOverHttp2":
            connection = self._make(loop, origin, owner, tls)
            connection.charge(phases.bytes_sent, phases.bytes_received)
            return connection

        return await put_on(loop, connected, handshake, make)

    def _make(
        self,
        loop: asyncio.AbstractEventLoop,
        origin: Origin,
        owner: ConnectionOwner[PooledConnection],
        tls: TlsChannel | None,
    ) -> "HttpConnection | HttpOverHttp2":
        """The connection for what was agreed on. Raises `ExchangeFailed` where that is nothing allowed."""
        proxy = self._reach.relay(origin)
        possible = self._versions.possible(origin.scheme)
        chosen = tls.protocol if tls is not None else HTTP_11 if proxy is not None else possible[0]
        self._shared[origin] = chosen == H2
        if chosen == H2:
            return self._http2_maker().make(loop, origin, owner, tls)
        if possible == (H2,):
            raise ExchangeFailed(
                ErrorKind.TLS, f"{origin.authority} does not offer HTTP/2, which the plan asks for"
            )
        made = self.direct if proxy is None else self.relayed
        connection = made(
            loop, self.clock.now, self._heads, self.sweeper, owner, origin.authority, tls, self._limit
        )
        if proxy is not None and isinstance(connection, RelayedConnection):
            connection.relay_to(origin.authority, proxy.lines)
        return connection

    def _http2_maker(self) -> "Http2Maker":
        maker = self._http2
        if maker is None:
            from loadr_protocols.http2.exchange import Http2Maker  # noqa: PLC0415 - only where it may be spoken

            maker = self._http2 = Http2Maker(self.clock.now, self.sweeper, self._limit)
        return maker


class BorrowingConnector(Connector):
    """Opens connections of a kind of its own, with everything that another connector has and knows."""

    __slots__ = ()

    def __init__(self, connector: Connector) -> None:
        """Borrow from a connector."""
        for name in Connector.__slots__:
            setattr(self, name, getattr(connector, name))


async def shake_hands(
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


async def put_on(
    loop: asyncio.AbstractEventLoop,
    connected: socket.socket,
    handshake: TlsHandshake | None,
    make: Callable[[], _Link],
) -> _Link:
    """Put the protocol that `make` makes on a connected socket, or behind the handshake that was made over it.

    Raises:
        ExchangeFailed: the connection is closed already; else what `make` raises. The socket is closed then.
    """
    if handshake is None:
        try:
            link = make()
        except BaseException:
            connected.close()
            raise
        await _attach(loop, connected, link)
        return link
    try:
        link = make()
        handshake.hand_over(link)
    except BaseException:
        handshake.abort()
        raise
    return link


async def _attach(loop: asyncio.AbstractEventLoop, connected: socket.socket, link: Link) -> None:
    """Put a protocol on a connected socket."""
    try:
        await loop.create_connection(lambda: link, sock=connected)
    except BaseException:
        connected.close()
        raise
