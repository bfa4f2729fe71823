"""One VU's connections: kept alive, some per origin, each lent to one request at a time."""

import asyncio
from typing import TYPE_CHECKING

from loadr_core.spi import ProtocolSession, WireTap
from loadr_protocols.http.connect import Connector
from loadr_protocols.http.pooled import PooledConnection
from loadr_protocols.http.reach import Phases
from loadr_protocols.http.url import Origin

if TYPE_CHECKING:
    from loadr_protocols.http.cache import HttpCache
    from loadr_protocols.http.digest import DigestLogin
    from loadr_protocols.http.tls import TlsChannel


class OriginPool:
    """A VU's connections to one origin.

    Attributes:
        idle: open and free, the last used one last. The hot path pops here.
    """

    __slots__ = (
        "_channel",
        "_connector",
        "_keep_alive",
        "_limit",
        "_open",
        "_opening",
        "_origin",
        "_waiters",
        "idle",
    )

    def __init__(self, connector: Connector, origin: Origin, *, limit: int, keep_alive: bool) -> None:
        self._connector = connector
        self._origin = origin
        self._limit = limit
        self._keep_alive = keep_alive
        self._open: set[PooledConnection] = set()
        self._opening = 0
        # The TLS state of the last connection: its session may be resumed.
        self._channel: TlsChannel | None = None
        # No deque, which takes 0.8 KB for each VU: hardly ever does anybody wait, and then few do.
        self._waiters: list[asyncio.Future[None]] = []
        self.idle: list[PooledConnection] = []

    @property
    def authority(self) -> str:
        """Where the connections lead, for messages."""
        return self._origin.authority

    @property
    def open_connections(self) -> int:
        """How many are open, idle or busy."""
        return len(self._open)

    async def acquire(self, phases: Phases, *, fresh: bool) -> PooledConnection:
        """An idle connection or a new one; waits while all that may be open are busy.

        Args:
            phases: what opening took is added here.
            fresh: whether a new one is asked for, because idle ones are suspect.

        Raises:
            ExchangeFailed: a new one cannot be opened.
        """
        while fresh and self.idle:
            self.idle.pop().close()
        queued_before = False
        while True:
            if self.idle:
                return self.idle.pop()
            if self._may_open():
                return await self._open_one(phases)
            await self._wait(first=queued_before)
            queued_before = True

    def _may_open(self) -> bool:
        if self._opening and self._connector.may_share(self._origin):
            return False  # one may do for all
        return len(self._open) + self._opening < self._limit

    async def _open_one(self, phases: Phases) -> PooledConnection:
        others_wait = self._connector.may_share(self._origin)
        self._opening += 1
        try:
            connection = await self._connector.open(self._origin, self, phases, self._channel)
        except BaseException:
            self._opening -= 1
            self._wake()
            raise
        self._opening -= 1
        self._channel = phases.channel
        if connection.is_open:
            self._open.add(connection)
        if others_wait and not self._connector.may_share(self._origin):
            for _ in range(len(self._waiters)):
                self._wake()
        return connection

    async def _wait(self, *, first: bool) -> None:
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if first:  # woken, but another request was quicker: the turn is not lost
            self._waiters.insert(0, waiter)
        else:
            self._waiters.append(waiter)
        try:
            await waiter
        except BaseException:
            if waiter.cancelled():
                self._waiters.remove(waiter)
            else:
                self._wake()
            raise

    def _wake(self) -> None:
        while self._waiters:
            waiter = self._waiters.pop(0)
            if not waiter.done():
                waiter.set_result(None)
                return

    def put_back(self, connection: PooledConnection) -> None:
        """Take back a connection whose response is complete."""
        if self._keep_alive:
            self.idle.append(connection)
            if self._waiters:
                self._wake()
        else:
            connection.close()

    def forget(self, connection: PooledConnection) -> None:
        """A connection has closed."""
        self._open.discard(connection)
        if connection in self.idle:
            self.idle.remove(connection)
        self._wake()

    def drop_idle(self) -> None:
        """Close the connections that are free, and resume no TLS session of theirs."""
        self._channel = None
        while self.idle:
            self.idle.pop().close()

    def close(self) -> None:
        """Close all connections; those in use fail."""
        for connection in list(self._open):
            if connection in self.idle:
                connection.close()
            else:
                connection.abort()

    def __repr__(self) -> str:
        return (
            f"<OriginPool {self._origin.authority} {len(self.idle)} idle of {len(self._open)} open, "
            f"{self._opening} opening, {len(self._waiters)} waiting>"
        )


class HttpSession(ProtocolSession):
    """One VU's state in HTTP.

    Attributes:
        pools: by origin. The hot path looks here.
        logins: answers to digest challenges, by origin.
        cache: what a browser would keep, or `None`.
        tap: is shown every exchange, or `None`.
    """

    __slots__ = ("_connector", "_keep_alive", "_limit", "cache", "logins", "pools", "tap")

    def __init__(
        self,
        connector: Connector,
        *,
        connections_per_host: int,
        keep_alive: bool,
        cache: "HttpCache | None" = None,
        tap: WireTap | None = None,
    ) -> None:
        self.tap = tap
        self._connector = connector
        self._limit = connections_per_host
        self._keep_alive = keep_alive
        self.pools: dict[Origin, OriginPool] = {}
        self.cache = cache
        self.logins: dict[Origin, DigestLogin] = {}

    def pool(self, origin: Origin) -> OriginPool:
        """The connections to an origin, made when first asked for."""
        pool = self.pools.get(origin)
        if pool is None:
            pool = OriginPool(self._connector, origin, limit=self._limit, keep_alive=self._keep_alive)
            self.pools[origin] = pool
        return pool

    @property
    def open_connections(self) -> int:
        """How many connections are open, to all origins."""
        return sum(pool.open_connections for pool in self.pools.values())

    def drop_idle(self) -> None:
        """Close the connections that are free."""
        for pool in self.pools.values():
            pool.drop_idle()

    async def close(self) -> None:
        """Close all connections."""
        for pool in self.pools.values():
            pool.close()
        # The transports close their sockets in the loop's next turn.
        await asyncio.sleep(0)

    def __repr__(self) -> str:
        return f"<HttpSession {self.open_connections} connections to {len(self.pools)} origins>"
