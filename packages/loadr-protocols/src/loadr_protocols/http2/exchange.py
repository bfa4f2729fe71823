"""HTTP requests and responses over HTTP/2: the same bytes in and the same response out as over HTTP/1.1.

Budget: 5 us of CPU a request for a fixed GET with a small response, without codec and system calls
(benchmarks/ http2).
"""

import asyncio
from collections.abc import Callable

from loadr_protocols.http.deadlines import DeadlineSweeper
from loadr_protocols.http.errors import ConnectionStale, ErrorKind, ExchangeFailed, UnreadableBody
from loadr_protocols.http.framing import KEEP, NONE, too_large
from loadr_protocols.http.layout import Exchange, Opening
from loadr_protocols.http.pooled import ConnectionOwner, PooledConnection
from loadr_protocols.http.response import HttpResponse, TrailedHttpResponse
from loadr_protocols.http.tls import TlsChannel
from loadr_protocols.http.upload import TURN, Upload
from loadr_protocols.http.url import Origin
from loadr_protocols.http2.connection import Failure, Http2Connection
from loadr_protocols.http2.fields import PROTO, FieldCache, Fields
from loadr_protocols.http2.request_fields import RequestRewriter


class HttpExchange:
    """One request and its response: a `StreamOwner`.

    Attributes:
        future: of the response.
        number: of the stream.
        sent: when the kernel had all of the request; 0 before.
        deadline: when it has failed.
    """

    __slots__ = (
        "_connection",
        "_first",
        "_head",
        "_opening",
        "_parts",
        "_reading",
        "_size",
        "_start",
        "_upload",
        "deadline",
        "future",
        "number",
        "sent",
    )

    _head: Fields

    def __init__(
        self,
        connection: "HttpOverHttp2",
        future: "asyncio.Future[HttpResponse]",
        reading: int,
        opening: Opening,
        start: float,
        deadline: float,
    ) -> None:
        self._connection = connection
        self._reading = reading
        self._opening = opening
        self._start = start
        self._first = 0.0
        self._parts: list[bytes] = []
        self._size = 0
        self._upload: Upload | None = None
        self.number = 0
        self.sent = 0.0
        self.deadline = deadline
        self.future = future

    def upload(self, upload: Upload) -> None:
        """Send a body that is read while it is sent."""
        self._upload = upload
        self._send_more()

    def drop_upload(self) -> None:
        """Nothing more is sent."""
        upload, self._upload = self._upload, None
        if upload is not None:
            upload.close()

    def on_sent(self, now: float) -> None:
        """Go on with the body, or stamp the end of sending."""
        if self._upload is None:
            self.sent = now
        else:
            self._send_more()

    def _send_more(self) -> None:
        connection = self._connection
        turn = TURN
        while (upload := self._upload) is not None:
            if turn <= 0:
                connection.loop.call_soon(self._send_more)
                return
            try:
                piece = upload.read()
            except UnreadableBody as error:
                connection.give_up(self.number)
                message = f"the request cannot be sent: {error}"
                self.on_failure(Failure(ErrorKind.CONNECTION, message), connection.now())
                return
            turn -= len(piece)
            if not piece:
                self.drop_upload()
            sent = connection.send(self.number, piece, ended=not piece)
            if not piece and sent:
                self.sent = connection.now()
            if not sent:
                return

    def on_interim(self, now: float) -> None:
        """Stamp the beginning of receiving."""
        if not self._first:
            self._first = now

    def on_head(self, head: Fields, now: float) -> None:
        """Take status and fields; refuse a body that says to be too long."""
        self._head = head
        if not self._first:
            self._first = now
        if self._reading == KEEP and head.content_length > self._connection.limit:
            self._refuse(now)

    def on_data(self, data: bytes, now: float) -> None:
        """Keep a part of the body, where anybody may ask for it."""
        if self._reading == KEEP:
            self._size += len(data)
            if self._size <= self._connection.limit:
                self._parts.append(data)
            else:
                self._refuse(now)

    def on_end(self, trailers: Fields | None, now: float) -> None:
        """Hand over the response."""
        self.drop_upload()
        parts = self._parts
        body = parts[0] if len(parts) == 1 else b"".join(parts)
        connection = self._connection
        first = self._first
        sent = self.sent
        if not sent or sent > first:  # the response came before the request was wholly written
            sent = first
        received: Exchange = (self._start, sent, first, now, *connection.claim_bytes())
        if not self.future.done():
            row = self._opening + received
            if trailers is None:
                self.future.set_result(HttpResponse(self._head, body, row, connection.remote))
            else:
                trailed = TrailedHttpResponse(self._head, body, row, connection.remote, trailers)
                self.future.set_result(trailed)

    def on_failure(self, failure: Failure, now: float) -> None:
        """Hand over what happened, with the measurements."""
        self.drop_upload()
        sent = self.sent or now
        first = max(self._first, sent) if self._first else now
        exchange: Exchange = (self._start, sent, first, now, *self._connection.claim_bytes())
        if self.future.done():
            return
        if failure.stale or failure.unprocessed:
            stale = ConnectionStale(
                failure.kind, failure.message, exchange, PROTO, unprocessed=failure.unprocessed
            )
            self.future.set_exception(stale)
        else:
            self.future.set_exception(ExchangeFailed(failure.kind, failure.message, exchange, PROTO))

    def _refuse(self, now: float) -> None:
        connection = self._connection
        error = too_large(connection.limit)
        connection.give_up(self.number)
        message = f"{error.complaint} from {connection.peer}: {error}"
        self.on_failure(Failure(ErrorKind.PROTOCOL, message), now)


class HttpOverHttp2(Http2Connection):
    """A connection that carries HTTP: a `PooledConnection`, and it `StreamsBodies`.

    Attributes:
        limit: the most bytes of a body that is kept.
        loop: the running one.
        now: the clock.
    """

    __slots__ = ("_rewriter", "limit", "loop", "now")

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        now: Callable[[], float],
        known: FieldCache,
        sweeper: DeadlineSweeper,
        owner: ConnectionOwner[PooledConnection],
        peer: str,
        channel: TlsChannel | None,
        rewriter: RequestRewriter,
        limit: int,
    ) -> None:
        """Make the protocol of a connection that is about to be ready for a request.

        Args:
            loop: the running one.
            now: the clock.
            known: blocks of fields that mean the same on all connections.
            sweeper: watches the deadline.
            owner: to whom it belongs.
            peer: the address, for messages.
            channel: for TLS, established; else `None`.
            rewriter: makes fields of requests.
            limit: the most bytes of a body that is kept.
        """
        super().__init__(now, known, sweeper, owner, peer, channel)
        self.loop = loop
        self.now = now
        self._rewriter = rewriter
        self.limit = limit

    def exchange(
        self, request: bytes, reading: int, opening: Opening, start: float, deadline: float
    ) -> "asyncio.Future[HttpResponse]":
        """Send a request. See `PooledConnection`."""
        fields, body = self._rewriter[request]
        exchange = HttpExchange(self, self.loop.create_future(), reading, opening, start, deadline)
        exchange.number, sent = self.start(exchange, fields, body, bodiless=reading == NONE, start=start)
        if sent:
            exchange.sent = self.now()
        return exchange.future

    def exchange_streamed(
        self, head: bytes, upload: Upload, reading: int, opening: Opening, start: float, deadline: float
    ) -> "asyncio.Future[HttpResponse]":
        """Send a request, given as its head and a body that is read while it is sent; else as `exchange`."""
        fields, _ = self._rewriter[head]
        exchange = HttpExchange(self, self.loop.create_future(), reading, opening, start, deadline)
        exchange.number, _ = self.start(
            exchange, fields, None, bodiless=reading == NONE, start=start, ends=False
        )
        exchange.upload(upload)
        return exchange.future

    def abandon(self, future: "asyncio.Future[HttpResponse]") -> None:
        """Nobody waits for this response any more: its stream is reset, the others go on."""
        for number, stream in self._owners.items():
            if isinstance(stream, HttpExchange) and stream.future is future:
                stream.drop_upload()
                self.give_up(number)
                return


class Http2Maker:
    """Makes connections; holds what those of a worker share."""

    __slots__ = ("_known", "_limit", "_now", "_rewriters", "_sweeper")

    def __init__(self, now: Callable[[], float], sweeper: DeadlineSweeper, limit: int) -> None:
        """Prepare.

        Args:
            now: the clock.
            sweeper: for all deadlines.
            limit: the most bytes of a body that is kept.
        """
        self._now = now
        self._sweeper = sweeper
        self._limit = limit
        self._known = FieldCache()
        self._rewriters = {scheme: RequestRewriter(scheme) for scheme in ("http", "https")}

    def make(
        self,
        loop: asyncio.AbstractEventLoop,
        origin: Origin,
        owner: ConnectionOwner[PooledConnection],
        channel: TlsChannel | None,
    ) -> HttpOverHttp2:
        """A connection to an origin, still without a transport."""
        rewriter = self._rewriters[origin.scheme]
        return HttpOverHttp2(
            loop,
            self._now,
            self._known,
            self._sweeper,
            owner,
            origin.authority,
            channel,
            rewriter,
            self._limit,
        )
