"""A script's channel: its own connection to one server, opened anew where it was lost, and the calls on it."""

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Final

from loadr_core.spi import ChannelBlock, Clock
from loadr_protocols.grpc.calling import DEADLINE, Call
from loadr_protocols.grpc.framing import encode_message
from loadr_protocols.grpc.metadata import check_metadata
from loadr_protocols.grpc.status import Code
from loadr_protocols.grpc.timeouts import timeout_field
from loadr_protocols.http.connect import BorrowingConnector, Connector, TlsManner
from loadr_protocols.http.deadlines import NO_DEADLINE
from loadr_protocols.http.dispatch import MOST_REFUSALS
from loadr_protocols.http.errors import ConnectionStale, ErrorKind, ExchangeFailed
from loadr_protocols.http.pooled import PooledConnection
from loadr_protocols.http.reach import Phases
from loadr_protocols.http.session import OriginPool
from loadr_protocols.http.url import Origin
from loadr_protocols.http2.connection import Http2Connection
from loadr_protocols.http2.request_fields import RequestFields

LONGEST_RECEIVED: Final = 4 << 20
"""The most bytes of a message that Go's client takes unless it is told otherwise, and so k6."""

_CLOSING: Final = "grpc: the client connection is closing"


class ChannelConnector(BorrowingConnector):
    """Opens the connections of one channel; all but its TLS is shared with another connector."""

    __slots__ = ()

    def __init__(self, connector: Connector, tls: TlsManner | None) -> None:
        """Open as another connector does, with TLS of its own where that is given."""
        super().__init__(connector)
        if tls is not None:
            self._tls = tls


class Channel:
    """What a script has connected.

    Args:
        connector: opens its connections.
        origin: where they lead.
        block: what the script has asked for.
        clock: the time.
        agent: the value of user-agent.

    Attributes:
        limit: the most bytes of a message that comes.
        now: the clock.
        is_closed: whether nothing can be called any more.
    """

    __slots__ = (
        "_agent",
        "_authority",
        "_calls",
        "_origin",
        "_pool",
        "_sendable",
        "is_closed",
        "limit",
        "now",
    )

    def __init__(
        self, connector: Connector, origin: Origin, block: ChannelBlock, clock: Clock, agent: str
    ) -> None:
        self._authority = (block.authority or origin.host_and_port).encode()
        self._agent = agent.encode()
        self.limit = block.longest_received or LONGEST_RECEIVED
        self._sendable = block.longest_sent
        self.now = clock.now
        self._origin = origin
        # HTTP/2 carries all calls over one connection; those beyond what the server takes at once wait here.
        self._pool = OriginPool(connector, origin, limit=1, keep_alive=True)
        self._calls: set[Call] = set()
        self.is_closed = False

    @property
    def address(self) -> tuple[bytes, str]:
        """What fields of calls are made of beside what is called."""
        return (self._authority, self._origin.scheme)

    @property
    def open_connections(self) -> int:
        """How many connections are open: one, or none."""
        return self._pool.open_connections

    async def connect(self, deadline: float) -> None:
        """Open the connection.

        Raises:
            ExchangeFailed: it cannot be opened in time.
        """
        connection = await self._connection(deadline, fresh=False)
        assert isinstance(connection, Http2Connection)
        connection.greet()
        self._pool.put_back(connection)

    def fields(self, path: str, timeout: float | None, metadata: Mapping[str, str]) -> RequestFields:
        """The fields of calls of a method.

        Args:
            path: the method's.
            timeout: seconds, for the server.
            metadata: the user's, names in lower case, binary values in Base64.

        Raises:
            MetadataError: they cannot be sent.
        """
        for name, value in metadata.items():
            check_metadata(name, value)
        fields = [
            (b":method", b"POST"),
            (b":scheme", self._origin.scheme.encode()),
            (b":authority", self._authority),
            (b":path", path.encode()),
            (b"content-type", b"application/grpc"),
            (b"user-agent", self._agent),
            (b"te", b"trailers"),
        ]
        if timeout is not None:
            fields.append((b"grpc-timeout", timeout_field(timeout).encode()))
        fields += [(name.encode(), value.encode()) for name, value in metadata.items()]
        return RequestFields(tuple(fields))

    async def unary(self, fields: RequestFields, message: bytes, deadline: float) -> Call:
        """Send one message and wait for the end, whatever that is.

        A call that the server is known to have done nothing for is made again.
        """
        loop = asyncio.get_running_loop()
        for _ in range(MOST_REFUSALS):
            # A plain future: an event makes one as well, and more around it.
            done: asyncio.Future[None] = loop.create_future()
            call = Call(deadline, self.limit, partial(_settle, done))
            try:
                await self.begin(call, fields, message)
                await done
            except asyncio.CancelledError:
                call.cancel(self.now(), _CLOSING)
                raise
            finally:
                self._calls.discard(call)
            if not call.unprocessed or self.is_closed:
                break
        return call

    async def begin(self, call: Call, fields: RequestFields, message: bytes | None) -> None:
        """Send a call's fields, and its message where it has one only; a call that fails says so itself.

        Args:
            call: is told what becomes of it.
            fields: those of the call.
            message: all that is sent, or `None` where `send` brings it.
        """
        self._calls.add(call)
        if message is not None and not self._may_send(call, message):
            return
        body = None if message is None else encode_message(message)
        idle = self._pool.idle
        is_stale = False
        while call.end is None:
            try:
                if idle and not is_stale:
                    connection = idle.pop()
                else:
                    connection = await self._connection(call.deadline, fresh=is_stale)
                assert isinstance(connection, Http2Connection)
                call.connection = connection
                call.number, _ = connection.start(
                    call, fields, body, bodiless=False, start=self.now(), ends=body is not None
                )
            except ConnectionStale as failure:
                if is_stale:
                    call.fail(Code.UNAVAILABLE, failure.message, self.now(), failure.kind)
                is_stale = True
            except ExchangeFailed as failure:
                is_late = failure.kind is ErrorKind.TIMEOUT
                code = Code.DEADLINE_EXCEEDED if is_late else Code.UNAVAILABLE
                reason = DEADLINE if is_late else f"connection error: {failure.message}"
                call.fail(code, reason, max(self.now(), call.deadline if is_late else 0.0), failure.kind)
            else:
                return

    def send(self, call: Call, message: bytes) -> bool:
        """Send a message of a call that has begun; whether it could be."""
        if call.end is not None or call.connection is None or not self._may_send(call, message):
            return False
        call.connection.send(call.number, encode_message(message), ended=False)
        return True

    def finish(self, call: Call) -> None:
        """A call sends no more messages."""
        if call.end is None and call.connection is not None:
            call.connection.send(call.number, b"", ended=True)

    def drop(self, call: Call) -> None:
        """A call is over, or nobody waits for it any more."""
        self._calls.discard(call)
        call.cancel(self.now(), _CLOSING)

    def close(self) -> None:
        """Cancel what is under way, and close the connection."""
        self.is_closed = True
        now = self.now()
        for call in list(self._calls):
            call.cancel(now, _CLOSING)
        self._calls.clear()
        self._pool.close()

    def _may_send(self, call: Call, message: bytes) -> bool:
        if self._sendable and len(message) > self._sendable:
            reason = f"trying to send message larger than max ({len(message)} vs. {self._sendable})"
            call.fail(Code.RESOURCE_EXHAUSTED, reason, self.now())
            return False
        return True

    async def _connection(self, deadline: float, *, fresh: bool) -> PooledConnection:
        phases = Phases()
        try:
            async with asyncio.timeout(None if deadline == NO_DEADLINE else deadline - self.now()):
                return await self._pool.acquire(phases, fresh=fresh)
        except TimeoutError:
            message = f"timed out: no connection to {self._pool.authority}"
            raise ExchangeFailed(ErrorKind.TIMEOUT, message) from None

    def __repr__(self) -> str:
        return f"<Channel to {self._pool.authority}{' closed' if self.is_closed else ''}, {len(self._calls)} calls>"


def _settle(done: "asyncio.Future[None]") -> None:
    if not done.done():
        done.set_result(None)
