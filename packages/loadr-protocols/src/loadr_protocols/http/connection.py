"""One HTTP/1.1 connection: the edge between the event loop and the response reader.

    state   what happens                         next
    idle    `exchange`                           busy
            bytes or the end of the stream       closed
    busy    the response is complete             idle, or closed where it may not be used again
            failure, deadline, `abandon`         closed

One request at a time, never a second one before the response to the first (no pipelining).

Budget, with request.py and framing.py: 3.2 us of CPU a request in Python for a fixed GET with a 500-byte
response; with the loop and the system calls 10.8 us on uvloop, where the bare prototype needs 10.2 (the
reference plan of `make bench` measures the whole). That is why a request is a plain future and not a
coroutine, why the stamp of the last byte sent is taken after `os.write` (uvloop's own write waits for the
loop's turn), and why a response's row is built here.
"""

import asyncio
import os
import ssl
from collections.abc import Callable
from typing import Any, Final

from loadr_protocols.http.deadlines import NO_DEADLINE, DeadlineSweeper
from loadr_protocols.http.errors import (
    ConnectionStale,
    ErrorKind,
    ExchangeFailed,
    TruncatedResponse,
    UnacceptableResponse,
    UnreadableBody,
)
from loadr_protocols.http.framing import ResponseReader
from loadr_protocols.http.head import HeadCache
from loadr_protocols.http.layout import NOTHING_OPENED, Exchange, Opening
from loadr_protocols.http.link import Link
from loadr_protocols.http.pooled import ConnectionOwner
from loadr_protocols.http.response import HttpResponse
from loadr_protocols.http.tls import TlsChannel
from loadr_protocols.http.translate import failure_of
from loadr_protocols.http.upload import TURN, Upload

# After a longer pause than this, seconds, the server may have closed the connection in this very turn of
# the loop; one system call looks before a request is risked. Closed loops without pauses never pay it.
_IDLE_BEFORE_PROBE: Final = 0.01


class HttpConnection(Link):
    """A kept-alive connection.

    Attributes:
        deadline: of the request in flight; read by the sweeper.
    """

    __slots__ = (
        "_ended",
        "_first",
        "_fresh",
        "_future",
        "_last",
        "_loop",
        "_now",
        "_open",
        "_opening",
        "_owner",
        "_reader",
        "_sent",
        "_start",
        "_sweeper",
        "_upload",
        "deadline",
    )

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        now: Callable[[], float],
        heads: HeadCache,
        sweeper: DeadlineSweeper,
        owner: ConnectionOwner[Any],
        peer: str,
        channel: TlsChannel | None,
        limit: int,
    ) -> None:
        """Make the protocol of a connection that is about to be ready for a request.

        Args:
            loop: the running one.
            now: the clock.
            heads: known heads.
            sweeper: watches the deadline.
            owner: to whom it belongs.
            peer: the address, for messages.
            channel: for TLS, established; else `None`.
            limit: the most bytes of a body that is kept.
        """
        super().__init__(peer, channel)
        self._loop = loop
        self._now = now
        self._sweeper = sweeper
        self._owner = owner
        self.deadline = NO_DEADLINE
        self._reader = ResponseReader(heads, limit)
        self._future: asyncio.Future[HttpResponse] | None = None
        self._open = False
        self._fresh = True
        self._last = False
        self._upload: Upload | None = None
        self._opening = NOTHING_OPENED
        self._start = self._sent = self._first = self._ended = 0.0

    # ------------------------------------------------------------ what the owner calls

    @property
    def is_open(self) -> bool:
        """Whether a request can be sent on it, once it is idle."""
        return self._open

    def exchange(
        self, request: bytes, reading: int, opening: Opening, start: float, deadline: float
    ) -> "asyncio.Future[HttpResponse]":
        """Send a request on an idle connection.

        Args:
            request: all its bytes.
            reading: what to do with the body: `KEEP`, `NONE` (its method is HEAD) or `COUNT`.
            opening: what had to happen before; goes into the row.
            start: now.
            deadline: when the request has failed.

        Returns:
            The response, or `ExchangeFailed`.

        Raises:
            ConnectionStale: the kept-alive connection is dead; nothing was sent.
            ExchangeFailed: the new connection is dead; nothing was sent.
        """
        assert self._future is None, "a second request on a busy connection"
        if start - self._ended > _IDLE_BEFORE_PROBE and not self._fresh and self._is_dead():
            self.abort()
            raise ConnectionStale(ErrorKind.CONNECTION, f"{self.peer} had closed the idle connection")
        written = 0
        try:
            wire = request if self._tls is None else self._tls.encrypted(request)
            if self._write_to >= 0:
                written = os.write(self._write_to, wire)
        except BlockingIOError:
            pass
        except OSError as error:  # also OpenSSL's
            raise self._unsendable(error) from error
        size = len(wire)
        if written == size:
            self._sent = self._now()
        else:
            self._sent = 0.0
            self._transport.write(memoryview(wire)[written:])
            if not self._transport.get_write_buffer_size():
                self._sent = self._now()
        future: asyncio.Future[HttpResponse] = self._loop.create_future()
        self._future = future
        self._opening = opening
        self._start = start
        self.deadline = deadline
        self._bytes_sent += size
        self._reader.reading = reading
        return future

    def exchange_streamed(
        self, head: bytes, upload: Upload, reading: int, opening: Opening, start: float, deadline: float
    ) -> "asyncio.Future[HttpResponse]":
        """Send a request, given as its head and a body that is read while it is sent; else as `exchange`."""
        future = self.exchange(head, reading, opening, start, deadline)
        self._sent = 0.0
        self._upload = upload
        self._send_more()
        return future

    def retire(self) -> None:
        """The next request is the last one on this connection."""
        self._last = True

    def abandon(self, future: "asyncio.Future[HttpResponse]") -> None:
        """Nobody waits for this response any more; where it is still under way, the connection is lost."""
        if self._future is future:
            self._future = None
            self.abort()

    def abort(self) -> None:
        """Close at once; what was not sent yet is dropped."""
        self._release()
        self._transport.abort()

    def close(self) -> None:
        """Close an idle connection, politely."""
        if self._open and self._tls is not None and self._tls.established:
            self._send_now(self._tls.farewell())
        self._release()
        self._transport.close()

    def expire(self) -> None:
        """The deadline of the request in flight is over."""
        if self._future is not None:
            self._fail(ErrorKind.TIMEOUT, self._timed_out(began=self._first > 0.0), self._now())

    # ------------------------------------------------------------ what the event loop calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to watch the deadline."""
        super().connection_made(transport)
        self._open = True
        self._ended = self._now()
        self._sweeper.watch(self)
        if self._tls is not None:
            self.data_received(b"")  # what came together with the end of the handshake

    def data_received(self, data: bytes) -> None:
        """Take bytes of the response; stamp them first."""
        now = self._now()
        self._bytes_received += len(data)
        tls = self._tls
        if tls is not None:
            try:
                data = self._decrypt(tls, data)
            except ssl.SSLError as error:
                failure = failure_of(error, self.peer)
                self._fail(failure.kind, failure.message, now)
                return
        if data:
            if self._future is None:
                self.abort()  # unsolicited, such as the 408 of a server that tires of waiting
                return
            if not self._first:
                self._first = now
            try:
                complete = self._reader.feed(data)
            except UnacceptableResponse as error:
                self._fail(ErrorKind.PROTOCOL, f"{error.complaint} from {self.peer}: {error}", now)
                return
            if complete:
                self._complete(self._future, now)
        if tls is not None and tls.ended:
            self._end_of_stream(now)

    def resume_writing(self) -> None:
        """Go on with a body, or stamp the last byte of a request that did not leave at once."""
        if self._upload is not None:
            self._send_more()
        elif self._future is not None and not self._sent:
            self._sent = self._now()

    def eof_received(self) -> None:
        """The peer sends nothing more: a body may end with that. The transport then closes itself."""
        self._end_of_stream(self._now())

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is closed, by either side or by an error."""
        self._lose(exc, self._now())

    # ------------------------------------------------------------ the end of an exchange

    def _complete(self, future: "asyncio.Future[HttpResponse]", now: float) -> None:
        reader = self._reader
        head = reader.head
        first = self._first
        sent = self._sent
        if not sent:  # the response came before the request was wholly written
            sent = first
            self._bytes_sent -= self._transport.get_write_buffer_size()
        received: Exchange = (self._start, sent, first, now, self._bytes_sent, self._bytes_received)
        self._future = None
        self.deadline = NO_DEADLINE
        self._ended = now
        self._first = 0.0
        self._bytes_sent = self._bytes_received = 0
        self._fresh = False
        if head.keeps_alive and self._sent and self._open and not self._last and not reader.surplus:
            self._owner.put_back(self)
        elif self._sent:
            self.close()
        else:
            self.abort()
        if not future.done():
            future.set_result(HttpResponse(head, reader.body, self._opening + received, self.remote))

    def _fail(self, kind: ErrorKind, message: str, now: float, *, stale: bool = False) -> None:
        """End the request in flight without a response, and the connection with it."""
        future = self._future
        self._future = None
        unsent = self._transport.get_write_buffer_size()
        self.abort()
        if future is None or future.done():
            return
        sent = self._sent or now
        exchange: Exchange = (
            self._start,
            sent,
            max(self._first, sent) if self._first else now,
            now,
            self._bytes_sent - unsent,
            self._bytes_received,
        )
        failed = ConnectionStale if stale else ExchangeFailed
        future.set_exception(failed(kind, message, exchange))

    def _end_of_stream(self, now: float) -> None:
        future = self._future
        if future is None:
            self._lose(None, now)
            return
        cut = self._tls is not None and not self._tls.ended
        try:
            complete = self._first > 0.0 and self._reader.end_of_stream()
        except TruncatedResponse as error:
            self._fail(ErrorKind.CONNECTION, f"{self.peer}: {error}", now)
            return
        if complete and cut:
            # RFC 9112, section 9.8: without the closure alert nobody knows whether this was all.
            self._fail(ErrorKind.TLS, f"{self.peer} ended TLS without its closure alert", now)
        elif complete:
            self._release()
            self._complete(future, now)
        else:
            self._lose(None, now)

    def _lose(self, exc: Exception | None, now: float) -> None:
        """The connection has ended, and with it what was going on."""
        if self._future is not None:
            failure = failure_of(exc, self.peer)
            stale = not self._fresh and not self._first
            self._fail(failure.kind, failure.message, now, stale=stale)
        else:
            self.abort()

    def _release(self) -> None:
        if self._upload is not None:
            self._upload.close()
            self._upload = None
        if self._open:
            self._open = False
            self.deadline = NO_DEADLINE
            self._sweeper.forget(self)
            self._owner.forget(self)

    # ------------------------------------------------------------ bytes out

    def _is_dead(self) -> bool:
        """Whether an idle connection has something to read: its end, or what nobody asked for."""
        return not self._open or self._is_readable()

    def _unsendable(self, error: OSError) -> ExchangeFailed:
        """What to raise when not one byte of a request could be written."""
        self.abort()
        failure = failure_of(error, self.peer)
        return failure if self._fresh else ConnectionStale(failure.kind, failure.message)

    def _send_more(self) -> None:
        """Send of a body what the kernel takes; the transport tells when it takes more."""
        upload = self._upload
        if upload is None or self._future is None:
            return
        turn = 0
        try:
            while not self._transport.get_write_buffer_size() and not self._transport.is_closing():
                if turn >= TURN:
                    self._loop.call_soon(self._send_more)
                    return
                piece = upload.read()
                if not piece:
                    self._upload = None
                    self._sent = self._now()
                    return
                turn += len(piece)
                self._send_now(piece if self._tls is None else self._tls.encrypted(piece))
        except UnreadableBody as error:
            self._fail(
                ErrorKind.CONNECTION, f"the request to {self.peer} was broken off: {error}", self._now()
            )
        except ssl.SSLError as error:
            failure = failure_of(error, self.peer)
            self._fail(failure.kind, failure.message, self._now())

    def __repr__(self) -> str:
        state = "closed" if not self._open else "idle" if self._future is None else "busy"
        return f"<HttpConnection {self.peer} {'TLS ' if self._tls else ''}{state}>"
