"""From an HTTP request to an open WebSocket connection: redirects, cookies, credentials and TLS are HTTP's."""

import asyncio
from collections.abc import Mapping
from random import Random
from typing import TYPE_CHECKING, ClassVar, Final

from loadr_core.randomness import random_hex
from loadr_core.spi import Scope
from loadr_protocols.http.connect import BorrowingConnector, Connector
from loadr_protocols.http.connection import HttpConnection
from loadr_protocols.http.framing import ResponseReader
from loadr_protocols.http.head import HeadCache, ResponseHead
from loadr_protocols.http.request import VisitingRequest
from loadr_protocols.http.response import VisitedResponse
from loadr_protocols.http.session import HttpSession
from loadr_protocols.http.visit import Visit
from loadr_protocols.ws.connection import WsConnection
from loadr_protocols.ws.frames import WsError
from loadr_protocols.ws.handshake import Agreement, agree, new_key

if TYPE_CHECKING:
    from loadr_core.spi import WireTap
    from loadr_protocols.http.pooled import ConnectionOwner, PooledConnection
    from loadr_protocols.http.response import HttpResponse
    from loadr_protocols.http.tls import TlsChannel
    from loadr_protocols.http.url import Origin
    from loadr_protocols.http2.exchange import HttpOverHttp2

SWITCHING: Final = 101
"""The status of a handshake that succeeded."""


class Upgrade:
    """One handshake: what was offered, and what came of it.

    Attributes:
        key: the value of Sec-WebSocket-Key.
        link: the open connection, or `None`.
        problem: why the answer with status 101 is none, or `None`.
        tells_pings: as in `WsConnection`.
    """

    __slots__ = ("_compression", "_subprotocols", "key", "link", "problem", "tells_pings")

    def __init__(
        self, key: str, subprotocols: tuple[str, ...], *, compression: bool, tells_pings: bool
    ) -> None:
        """Wait for the answer.

        Args:
            key: what is sent.
            subprotocols: those offered.
            compression: whether it is offered.
            tells_pings: as in `WsConnection`.
        """
        self.key = key
        self.tells_pings = tells_pings
        self._subprotocols = subprotocols
        self._compression = compression
        self.link: WsConnection | None = None
        self.problem: str | None = None

    def judge(self, headers: Mapping[str, str]) -> Agreement | None:
        """What the answer with status 101 comes to; nothing, and a `problem`, where it does not fit."""
        try:
            return agree(self.key, self._subprotocols, headers, compression=self._compression)
        except WsError as error:
            self.problem = str(error)
            return None


class _UpgradeReader(ResponseReader):
    """Keeps what came behind the head of the answer: the first frames."""

    __slots__ = ("rest",)

    def __init__(self, heads: HeadCache, limit: int) -> None:
        super().__init__(heads, limit)
        self.rest = b""

    def _take_head(self, head: ResponseHead, rest: bytes) -> bool:
        if head.status == SWITCHING:
            self.rest, rest = rest, b""
        return super()._take_head(head, rest)


class _Upgrading(HttpConnection):
    """What is the same for a connection to an origin and one to a proxy."""

    __slots__ = ("_limit", "_upgrade")

    _reader: _UpgradeReader
    _upgrade: Upgrade
    _limit: int

    def expect(self, heads: HeadCache, limit: int, upgrade: Upgrade) -> None:
        """Say which answer changes the protocol. To be called once, before the request."""
        self._reader = _UpgradeReader(heads, limit)
        self._upgrade = upgrade
        self._limit = limit

    def _complete(self, future: "asyncio.Future[HttpResponse]", now: float) -> None:
        head = self._reader.head
        super()._complete(future, now)
        if head.status == SWITCHING:
            self._change_over(head, now)

    def _change_over(self, head: ResponseHead, now: float) -> None:
        """Let the WebSocket connection have the socket before it is read again."""
        agreement = self._upgrade.judge(head.headers)
        if agreement is None or not self._open:
            self.abort()
            return
        link = WsConnection(
            self._loop, self._now, self._sweeper, self.peer, self._tls, agreement, self._limit
        )
        link.tells_pings = self._upgrade.tells_pings
        self._release()
        self._upgrade.link = link
        self._transport.set_protocol(link)
        link.connection_made(self._transport)
        if self._reader.rest:
            link.take(self._reader.rest, now)


class DirectUpgrade(_Upgrading):
    """To an origin."""

    __slots__ = ()


class UpgradeConnector(BorrowingConnector):
    """Opens the connection of one handshake; everything else is shared with another connector."""

    direct: ClassVar[type[HttpConnection]] = DirectUpgrade

    __slots__ = ("_upgrade",)

    def __init__(self, connector: Connector, upgrade: Upgrade) -> None:
        """Open as another connector does.

        Args:
            connector: whose settings and knowledge it shares.
            upgrade: the handshake.
        """
        super().__init__(connector)
        self._upgrade = upgrade

    def _make(
        self,
        loop: asyncio.AbstractEventLoop,
        origin: "Origin",
        owner: "ConnectionOwner[PooledConnection]",
        tls: "TlsChannel | None",
    ) -> "HttpConnection | HttpOverHttp2":
        connection = super()._make(loop, origin, owner, tls)
        assert isinstance(connection, _Upgrading), "HTTP/1.1, and through a proxy by a tunnel"
        connection.expect(self._heads, self._limit, self._upgrade)
        return connection


class Opener:
    """Opens the connections of one request of the plan.

    Args:
        request: the handshake, without its key.
        connector: opens the sockets.
        random: for keys.
        subprotocols: those offered.
        compression: whether it is offered.
        traces: whether each handshake is a trace.
        tap: is shown every exchange, or `None`.
        tells_pings: as in `WsConnection`.
    """

    __slots__ = (
        "_compression",
        "_connector",
        "_random",
        "_request",
        "_subprotocols",
        "_tap",
        "_tells_pings",
        "_traces",
    )

    def __init__(
        self,
        request: VisitingRequest,
        connector: Connector,
        random: Random,
        subprotocols: tuple[str, ...],
        *,
        compression: bool,
        traces: bool,
        tap: "WireTap | None",
        tells_pings: bool = False,
    ) -> None:
        self._request = request
        self._connector = connector
        self._random = random
        self._subprotocols = subprotocols
        self._compression = compression
        self._traces = traces
        self._tap = tap
        self._tells_pings = tells_pings

    @property
    def timeout(self) -> float:
        """Seconds for the handshake and everything behind it."""
        return self._request.timeout

    async def open(self, scope: Scope, deadline: float) -> tuple[Upgrade, VisitedResponse]:
        """Shake hands.

        Returns:
            What came of it, and the last response.

        Raises:
            RenderError: a template's reference has no value.
        """
        if self._traces:
            scope.trace_id = random_hex(32)
        upgrade = Upgrade(
            new_key(self._random),
            self._subprotocols,
            compression=self._compression,
            tells_pings=self._tells_pings,
        )
        request = self._request.outgoing(scope).with_field(b"Sec-WebSocket-Key: " + upgrade.key.encode())
        connections = HttpSession(
            UpgradeConnector(self._connector, upgrade), connections_per_host=1, keep_alive=True, tap=self._tap
        )
        try:
            response = await Visit(self._request.manner, connections, scope, deadline).begin(request)
        except BaseException:
            if upgrade.link is not None:
                upgrade.link.abort()
            raise
        finally:
            await connections.close()
        return upgrade, response
