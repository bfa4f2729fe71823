"""One HTTP/2 connection: the edge between the event loop and the codec, shared by streams.

    state     what happens                                                  next
    open      `start`: one stream more; a stream ends                       open
              GOAWAY, `close`, the request after `retire`: no more streams  leaving
    leaving   the last stream ends                                          closed
    either    the server closes or breaks the protocol, `abort`             closed, its streams have failed

HTTP, and what is carried over it, own streams and are told what becomes of them (`StreamOwner`). What one
connection does for its owner, a pool, is what `HttpConnection` does; but it is lent to several at once, and is
back in the pool as soon as the server would take one more stream.
"""

import asyncio
import os
import ssl
from collections.abc import Callable
from typing import Any, Final, NamedTuple, Protocol

from loadr_protocols.http.deadlines import NO_DEADLINE, DeadlineSweeper
from loadr_protocols.http.errors import ConnectionStale, ErrorKind, ExchangeFailed
from loadr_protocols.http.link import Link
from loadr_protocols.http.pooled import ConnectionOwner
from loadr_protocols.http.tls import TlsChannel
from loadr_protocols.http.translate import failure_of
from loadr_protocols.http2.core import ClientCore
from loadr_protocols.http2.errors import FieldsTooLarge
from loadr_protocols.http2.events import (
    BodySent,
    ConnectionFailed,
    DataReceived,
    Event,
    GoingAway,
    HeadReceived,
    InterimReceived,
    StreamFailed,
    TrailersReceived,
)
from loadr_protocols.http2.fields import PROTO, FieldCache, Fields
from loadr_protocols.http2.request_fields import RequestFields

# As in HTTP/1.1: after a longer pause, seconds, one system call looks whether the server has closed.
_IDLE_BEFORE_PROBE: Final = 0.01


class Failure(NamedTuple):
    """Why there is no whole response.

    Attributes:
        kind: the metric tag.
        message: what happened, for people.
        stale: whether a kept-alive connection was found dead before any of the response came.
        unprocessed: whether the server is known to have done nothing for the request.
        code: with which the server has reset the stream (RFC 9113, section 7); `None` where it has not.
    """

    kind: ErrorKind
    message: str
    stale: bool = False
    unprocessed: bool = False
    code: int | None = None


class StreamOwner(Protocol):
    """Who is told what becomes of a stream; called on the event loop, must not raise.

    Attributes:
        deadline: when the stream has failed, a moment of the clock.
    """

    deadline: float

    def on_sent(self, now: float) -> None:
        """All that was given of the request was handed to the kernel, where that was not so at once."""

    def on_interim(self, now: float) -> None:
        """A 1xx response has come."""

    def on_head(self, head: Fields, now: float) -> None:
        """The final response begins."""

    def on_data(self, data: bytes, now: float) -> None:
        """A part of the body has come, not empty."""

    def on_end(self, trailers: Fields | None, now: float) -> None:
        """The response is whole. The last call."""

    def on_failure(self, failure: Failure, now: float) -> None:
        """There will be no whole response. The last call."""


class Http2Connection(Link):
    """A connection shared by streams.

    Attributes:
        deadline: the earliest of its streams; read by the sweeper.
    """

    __slots__ = (
        "_core",
        "_forgotten",
        "_fresh",
        "_heard",
        "_leaving",
        "_now",
        "_offered",
        "_open",
        "_owner",
        "_owners",
        "_probing",
        "_retired",
        "_sweeper",
        "_unsent",
        "deadline",
    )

    def __init__(
        self,
        now: Callable[[], float],
        known: FieldCache,
        sweeper: DeadlineSweeper,
        owner: ConnectionOwner[Any],
        peer: str,
        channel: TlsChannel | None,
    ) -> None:
        """Make the protocol of a connection that is about to be ready for a request.

        Args:
            now: the clock.
            known: blocks of fields that mean the same on all connections.
            sweeper: watches the deadline.
            owner: to whom it belongs.
            peer: the address, for messages.
            channel: for TLS, established; else `None`.
        """
        super().__init__(peer, channel)
        self._now = now
        self._core = ClientCore(known)
        self._sweeper = sweeper
        self._owner = owner
        self.deadline = NO_DEADLINE
        self._owners: dict[int, StreamOwner] = {}
        # Streams whose last octet the kernel does not have yet; true where only the socket holds it up.
        self._unsent: dict[int, bool] = {}
        self._open = False
        self._fresh = True
        self._retired = False
        self._leaving = False
        self._offered = True  # whether it is lent already: first to whoever opens it
        self._forgotten = False
        self._probing = False
        self._heard = 0.0

    # ------------------------------------------------------------ what its users call

    @property
    def is_open(self) -> bool:
        """Whether a request can be sent on it, perhaps once others are done."""
        return self._open and not self._leaving

    def start(
        self,
        stream: StreamOwner,
        fields: RequestFields,
        body: bytes | None,
        *,
        bodiless: bool,
        start: float,
        ends: bool = True,
    ) -> tuple[int, bool]:
        """Send a request.

        Args:
            stream: is told what becomes of it.
            fields: of the request.
            body: its body; `None` where it has none, or where `send` brings it.
            bodiless: whether its method is HEAD.
            start: now.
            ends: whether the request is whole; `send` goes on with it otherwise.

        Returns:
            The stream's number, and whether the kernel has all of the request.

        Raises:
            ConnectionStale: the connection is dead or takes no more streams; nothing was sent.
            ExchangeFailed: the request is more than the server takes, or the new connection is dead.
        """
        core = self._core
        self._offered = False
        if self._leaving or not self._open or not core.can_open:
            # A connection that never took a request is not replaced: the next one would be no better.
            failed = ExchangeFailed if self._fresh and not self._owners else ConnectionStale
            raise failed(
                ErrorKind.CONNECTION, f"{self.peer} takes no requests on this connection", proto=PROTO
            )
        pause = start - self._heard
        if pause > _IDLE_BEFORE_PROBE and not self._owners and not self._fresh and self._is_readable():
            self.close()
            raise ConnectionStale(
                ErrorKind.CONNECTION, f"{self.peer} had closed the idle connection", proto=PROTO
            )
        try:
            number = core.open(fields, ended=body is None and ends, bodiless=bodiless)
        except FieldsTooLarge as error:
            self._offer()
            raise ExchangeFailed(ErrorKind.PROTOCOL, f"{self.peer}: {error}", proto=PROTO) from error
        framed = body is None or core.send(number, body, ended=True)
        sent = self._send_request(core.take()) and framed
        if not sent:
            self._unsent[number] = framed
        self._owners[number] = stream
        self.deadline = min(self.deadline, stream.deadline)
        if self._retired:
            self._leave()
        self._offer()
        return number, sent

    def send(self, number: int, data: bytes, *, ended: bool) -> bool:
        """Send a part of a request's body that was not whole at its start.

        Returns:
            Whether the kernel has all that was given; else `on_sent` tells when.
        """
        if number not in self._core.streams:
            return False  # it has ended, and its owner is about to be told
        framed = self._core.send(number, data, ended=ended)
        self._flush()
        if framed and not self._transport.get_write_buffer_size():
            return True
        if number in self._owners:
            self._unsent[number] = framed
        return False

    def greet(self) -> None:
        """Send the preface now, and not together with the first request."""
        self._flush()

    def give_up(self, number: int) -> None:
        """Nobody waits for this stream any more: it is reset, the others go on."""
        if number in self._owners:
            self._core.reset(number)
            self._end_stream(number)
            self._flush()
            self._settle()

    def retire(self) -> None:
        """The next request is the last one on this connection."""
        self._retired = True

    def close(self) -> None:
        """Close politely, once its streams are done."""
        self._leave()
        self._settle()

    def abort(self) -> None:
        """Close at once; its streams fail."""
        self._lose(failure_of(None, self.peer), self._now())

    def expire(self) -> None:
        """The deadline of some streams is over: they are reset, the others go on."""
        now = self._now()
        over = self.deadline
        for number, stream in list(self._owners.items()):
            if stream.deadline <= over:
                began = self._core.streams[number].began
                self._core.reset(number)
                self._end_stream(number)
                stream.on_failure(Failure(ErrorKind.TIMEOUT, self._timed_out(began=began)), now)
        if self._probing:
            self._leave()  # nothing has come since an earlier deadline: the connection may be dead
        else:
            self._probing = True
            self._core.ping()
        self._flush()
        self._settle()

    def claim_bytes(self) -> tuple[int, int]:
        """Bytes sent and received on the wire since they were last put on a request's account."""
        claimed = (self._bytes_sent, self._bytes_received)
        self._bytes_sent = self._bytes_received = 0
        return claimed

    # ------------------------------------------------------------ what the event loop calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to watch the deadlines. The preface waits for the first request, to leave together with it."""
        super().connection_made(transport)
        self._open = True
        self._heard = self._now()
        self._sweeper.watch(self)
        if self._tls is not None:
            self.data_received(b"")  # what came together with the end of the handshake

    def data_received(self, data: bytes) -> None:
        """Take octets from the server; stamp them first."""
        now = self._now()
        self._bytes_received += len(data)
        self._heard = now
        self._probing = False
        tls = self._tls
        if tls is not None:
            try:
                data = self._decrypt(tls, data)
            except ssl.SSLError as error:
                self._lose(failure_of(error, self.peer), now)
                return
        if data:
            owners = self._owners
            for event in self._core.receive(data):
                # A stream may be given up by its owner while these octets are looked at.
                if isinstance(event, DataReceived):
                    number, data, ended = event
                    if data and number in owners:
                        owners[number].on_data(data, now)
                    if ended:
                        self._complete(number, None, now)
                elif isinstance(event, HeadReceived):
                    number, head, ended = event
                    if number in owners:
                        owners[number].on_head(head, now)
                    if ended:
                        self._complete(number, None, now)
                else:
                    self._take(event, now)
            if self._core.outgoing or self._unsent:
                self._flush()
            if self._leaving or not self._offered:
                self._settle()
        if tls is not None and tls.ended:
            self._lose(failure_of(None, self.peer), now)

    def resume_writing(self) -> None:
        """Stamp the last octet of requests that did not leave at once."""
        self._say_sent(self._now())

    def eof_received(self) -> None:
        """The server sends nothing more. The transport then closes itself."""
        self._lose(failure_of(None, self.peer), self._now())

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is closed, by either side or by an error."""
        self._lose(failure_of(exc, self.peer), self._now())

    # ------------------------------------------------------------ events

    def _take(self, event: Event, now: float) -> None:
        match event:
            case TrailersReceived(stream=number, trailers=trailers):
                self._complete(number, trailers, now)
            case InterimReceived(stream=number):
                if number in self._owners:
                    self._owners[number].on_interim(now)
            case BodySent(stream=number):
                if number in self._unsent:
                    self._unsent[number] = True
            case StreamFailed(stream=number):
                self._fail(event, now)
            case GoingAway():
                self._leave()
            case ConnectionFailed(reason=reason):
                self._flush()
                self._lose(ExchangeFailed(ErrorKind.PROTOCOL, f"{self.peer} {reason}"), now, repeatable=False)
            case _:
                raise AssertionError(event)

    def _complete(self, number: int, trailers: Fields | None, now: float) -> None:
        stream = self._owners.get(number)
        if stream is not None:
            self._end_stream(number)
            self._fresh = False
            if not self._offered:
                self._offer()
            stream.on_end(trailers, now)

    def _fail(self, event: StreamFailed, now: float) -> None:
        stream = self._owners.get(event.stream)
        if stream is not None:
            self._end_stream(event.stream)
            kind = ErrorKind.PROTOCOL if event.broken else ErrorKind.CONNECTION_RESET
            message = f"{self.peer} {event.reason}"
            code = None if event.broken else event.code
            stream.on_failure(Failure(kind, message, unprocessed=event.unprocessed, code=code), now)

    def _end_stream(self, number: int) -> None:
        """A stream is over, however it ended."""
        stream = self._owners.pop(number)
        self._unsent.pop(number, None)
        if not self._owners:
            self.deadline = NO_DEADLINE
        elif stream.deadline <= self.deadline:
            self.deadline = min(other.deadline for other in self._owners.values())

    # ------------------------------------------------------------ coming and going

    def _offer(self) -> None:
        """Let the owner lend it once more, where the server would take one more stream."""
        if not self._offered and self._open and not self._leaving and self._core.can_open:
            self._offered = True
            self._owner.put_back(self)

    def _leave(self) -> None:
        """No more streams."""
        self._leaving = True
        if not self._forgotten:
            self._forgotten = True
            self._owner.forget(self)

    def _settle(self) -> None:
        """After something has changed: offer it, or close it where it has nothing left to do."""
        if not self._leaving:
            if not self._offered:
                self._offer()
        elif self._open and not self._owners:
            self._core.leave()
            self._flush()
            if self._tls is not None:
                self._send_now(self._tls.farewell())
            self._release()
            self._transport.close()

    def _lose(self, failure: ExchangeFailed, now: float, *, repeatable: bool = True) -> None:
        """The connection has ended, and with it all of its streams."""
        if not self._open:
            return
        began = {number: stream.began for number, stream in self._core.streams.items()}
        self._release()
        self._transport.abort()
        for number, stream in list(self._owners.items()):
            self._end_stream(number)
            stale = repeatable and not self._fresh and not began.get(number, True)
            stream.on_failure(Failure(failure.kind, failure.message, stale=stale), now)

    def _release(self) -> None:
        self._open = False
        self._sweeper.forget(self)
        self._leave()

    # ------------------------------------------------------------ octets out

    def _send_request(self, plain: bytes) -> bool:
        """Send; whether the kernel has taken all of it. Raises as `start`."""
        try:
            wire = plain if self._tls is None else self._tls.encrypted(plain)
            written = 0
            if self._write_to >= 0 and not self._transport.get_write_buffer_size():
                try:
                    written = os.write(self._write_to, wire)
                except BlockingIOError:
                    written = 0
        except OSError as error:  # those of TLS are among them
            failure = failure_of(error, self.peer)
            failed = ExchangeFailed if self._fresh else ConnectionStale
            self._lose(failure, self._now())
            raise failed(failure.kind, failure.message, proto=PROTO) from error
        self._bytes_sent += len(wire)
        if written == len(wire):
            return True
        self._transport.write(memoryview(wire)[written:])
        return not self._transport.get_write_buffer_size()

    def _flush(self) -> None:
        """Send what the codec has to say by itself."""
        plain = self._core.take()
        if plain and self._open:
            try:
                self._send_now(plain if self._tls is None else self._tls.encrypted(plain))
            except ssl.SSLError as error:
                self._lose(failure_of(error, self.peer), self._now())
                return
        if self._unsent and not self._transport.get_write_buffer_size():
            self._say_sent(self._now())

    def _say_sent(self, now: float) -> None:
        for number in [number for number, framed in self._unsent.items() if framed]:
            # An owner may send more at once, and that may tell others before their turn here.
            if self._unsent.pop(number, False) and number in self._owners:
                self._owners[number].on_sent(now)

    def __repr__(self) -> str:
        state = "closed" if not self._open else "leaving" if self._leaving else "open"
        secure = "TLS " if self._tls else ""
        return f"<{type(self).__name__} {self.peer} {secure}{state}, {len(self._owners)} streams>"
