"""An open WebSocket connection: messages out, messages in, each stamped when it came.

    open ── `close` ──▶ closing ── the server's close frame ──▶ closed
      ├── the server's close frame: answered ─────────────────▶ closed
      └── the end of the stream, a broken protocol ───────────▶ closed

The aim for a message out and one back is what k6 takes (benchmarks/ protocols).
"""

import asyncio
import ssl
from collections import deque
from collections.abc import Callable
from typing import Final, NamedTuple

from loadr_protocols.http.deadlines import NO_DEADLINE, DeadlineSweeper
from loadr_protocols.http.errors import ErrorKind, ExchangeFailed
from loadr_protocols.http.link import Link
from loadr_protocols.http.tls import TlsChannel
from loadr_protocols.http.translate import failure_of
from loadr_protocols.ws.deflate import Deflate
from loadr_protocols.ws.frames import BINARY, CLOSE, PING, PONG, TEXT, WsError, encode_frame
from loadr_protocols.ws.handshake import Agreement
from loadr_protocols.ws.messages import NO_STATUS, Closing, Incoming, Message, MessageReader, Ping

_HIGH_WATER: Final = 1 << 20
_LOW_WATER: Final = 1 << 18
# RFC 6455, section 7.4.1: the connection ended without a close frame.
_ABNORMAL: Final = 1006


class Arrival(NamedTuple):
    """What came, and when.

    Attributes:
        at: the moment at which its last byte was read.
        item: a message, a pong, or the server's closing.
    """

    at: float
    item: Incoming


class WsConnection(Link):
    """A connection after its handshake.

    Attributes:
        deadline: of whoever waits for an arrival; read by the sweeper.
        agreement: what the handshake has agreed on.
        failure: why the connection has ended, where it was not closed in order; else `None`.
        closed: the server's closing, once it has come.
        unread: bytes of messages that nobody has taken yet.
        is_paused: whether the socket is not read because of them.
        tells_pings: whether the server's pings arrive, once they were answered.
    """

    __slots__ = (
        "_arrivals",
        "_awaited",
        "_closing",
        "_deflate",
        "_listener",
        "_loop",
        "_now",
        "_open",
        "_reader",
        "_sweeper",
        "_waiter",
        "agreement",
        "closed",
        "deadline",
        "failure",
        "is_paused",
        "tells_pings",
        "unread",
    )

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        now: Callable[[], float],
        sweeper: DeadlineSweeper,
        peer: str,
        channel: TlsChannel | None,
        agreement: Agreement,
        limit: int,
    ) -> None:
        """Make the protocol of a connection that is handed over.

        Args:
            loop: the running one.
            now: the clock.
            sweeper: watches the deadline.
            peer: the address, for messages.
            channel: for TLS, established; else `None`.
            agreement: what the handshake has agreed on.
            limit: the most bytes of a message.
        """
        super().__init__(peer, channel)
        self._loop = loop
        self._now = now
        self._sweeper = sweeper
        self.agreement = agreement
        self._deflate = None if agreement.deflate is None else Deflate(agreement.deflate, limit)
        self._reader = MessageReader(limit, self._deflate)
        self._arrivals: deque[Arrival] = deque()
        self.unread = 0
        self._waiter: asyncio.Future[None] | None = None
        # How many arrivals wake whoever waits; 0 where one of them is no message.
        self._awaited = 1
        self._listener: Callable[[], None] | None = None
        self._open = False
        self._closing = False
        self.is_paused = False
        self.tells_pings = False
        self.deadline = NO_DEADLINE
        self.failure: ExchangeFailed | None = None
        self.closed: Closing | None = None

    # ------------------------------------------------------------ what the owner calls

    @property
    def is_open(self) -> bool:
        """Whether messages can be sent."""
        return self._open and not self._closing

    @property
    def has_ended(self) -> bool:
        """Whether nothing comes any more."""
        return not self._open

    @property
    def unsent(self) -> int:
        """Bytes that wait for the socket."""
        return self._transport.get_write_buffer_size()

    def awaits_closing(self, until: float) -> bool:
        """Whether the server's closing may still come before a moment of the clock."""
        return self._open and self._closing and self._now() < until

    @property
    def is_quiet(self) -> bool:
        """Whether `ask` can be called: frames can be sent as they are, and nothing has come that was not taken."""
        return self._open and not self._closing and not self._arrivals and self._deflate is None

    def ask(self, frames: bytes, answers: int, deadline: float) -> "asyncio.Future[None]":
        """Send messages over a quiet connection and wait for some that come: the hot path of a request.

        Args:
            frames: encoded.
            answers: how many messages are awaited, at least one.
            deadline: as of `wait`.

        Returns:
            Done when `answer` is to be called.
        """
        assert self._waiter is None, "somebody waits already"
        self._awaited = answers
        self.deadline = deadline
        self._waiter = waiter = self._loop.create_future()
        self._write(frames)
        return waiter

    def answer(self, answers: int) -> Arrival | None:
        """The last of the messages asked for; `None`, and nothing taken, where anything else has come or happened."""
        self._waiter = None
        self.deadline = NO_DEADLINE
        arrival = None
        if self._awaited and len(self._arrivals) >= answers:
            for _ in range(answers):
                arrival = self.next()
        return arrival

    def take_counts(self) -> tuple[int, int]:
        """Bytes sent and received on the wire since the last call."""
        unsent = self._transport.get_write_buffer_size()
        counts = self._bytes_sent - unsent, self._bytes_received
        self._bytes_sent, self._bytes_received = unsent, 0
        return counts

    def send_text(self, data: bytes) -> None:
        """Send a text message, in UTF-8. Raises `ExchangeFailed` where the connection has ended."""
        self._send_message(TEXT, data)

    def send_binary(self, data: bytes) -> None:
        """Send a binary message; as `send_text`."""
        self._send_message(BINARY, data)

    def ping(self, payload: bytes) -> None:
        """Send a ping; its pong arrives. As `send_text`."""
        self._send_frame(encode_frame(PING, payload))

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Begin to close; the server's closing arrives. A second call does nothing."""
        if self.is_open:
            payload = b"" if code == NO_STATUS else code.to_bytes(2, "big") + reason.encode()[:123]
            self._closing = True
            self._write(encode_frame(CLOSE, payload))

    def abort(self) -> None:
        """Close the socket at once."""
        self._release()
        self._transport.abort()

    def next(self) -> Arrival | None:
        """What came next; `None` while there is nothing."""
        if not self._arrivals:
            return None
        arrival = self._arrivals.popleft()
        item = arrival[1]
        if isinstance(item, Message):
            self.unread -= len(item.data)
        if self.is_paused and self.unread < _LOW_WATER:
            self.is_paused = False
            self._transport.resume_reading()
        return arrival

    def listen(self, wake: Callable[[], None]) -> None:
        """Call `wake` whenever something has come or the connection has ended, instead of waiting for it."""
        self._listener = wake
        if self._arrivals or not self._open:
            wake()

    async def wait(self, deadline: float, soon: float = NO_DEADLINE) -> None:
        """Wait until something has come, the connection has ended, or a moment of the clock.

        One at a time may wait.

        Args:
            deadline: a moment as far away as a request's timeout: it costs nothing.
            soon: a moment that may be close; it takes a timer of the loop.
        """
        if self._arrivals or not self._open:
            return
        assert self._waiter is None, "somebody waits already"
        self._awaited = 1
        self.deadline = deadline
        self._waiter = self._loop.create_future()
        timer = None
        if soon < deadline:
            timer = self._loop.call_later(max(soon - self._now(), 0.0), self._wake)
        try:
            await self._waiter
        finally:
            self._waiter = None
            self.deadline = NO_DEADLINE
            if timer is not None:
                timer.cancel()

    def expire(self) -> None:
        """The deadline of whoever waits has come; where nobody does, it is that of the server's closing."""
        if self._waiter is None and self._closing:
            words = f"{self.peer} has not answered the closing"
            self._fail(ExchangeFailed(ErrorKind.TIMEOUT, words))
        else:
            self._wake()

    # ------------------------------------------------------------ what the event loop calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection over."""
        super().connection_made(transport)
        self._open = True
        self._sweeper.watch(self)

    def data_received(self, data: bytes) -> None:
        """Take bytes; stamp what they complete."""
        now = self._now()
        self._bytes_received += len(data)
        tls = self._tls
        if tls is not None:
            try:
                data = self._decrypt(tls, data)
            except ssl.SSLError as error:
                self._fail(failure_of(error, self.peer))
                return
        if data:
            self.take(data, now)
        if tls is not None and tls.ended:
            self._end(None)

    def take(self, data: bytes, now: float) -> None:
        """Take bytes of frames, counted already; also those that came with the end of the handshake."""
        try:
            items = self._reader.feed(data)
        except WsError as error:
            self.close(error.code)
            self._fail(ExchangeFailed(ErrorKind.PROTOCOL, f"{self.peer}: {error}"))
            return
        for item in items:
            if self.closed is not None:
                return  # nothing counts behind the closing (RFC 6455, section 5.5.1)
            if isinstance(item, Message):
                self.unread += len(item.data)
            else:
                if isinstance(item, Ping):
                    if self.is_open:
                        self._write(encode_frame(PONG, item.payload))
                    if not self.tells_pings:
                        continue
                self._awaited = 0
            self._arrivals.append(Arrival(now, item))
            if isinstance(item, Closing):
                self._answer_closing(item)
        if items and len(self._arrivals) >= self._awaited:
            self._wake()
        if self.unread > _HIGH_WATER and not self.is_paused and self._open:
            self.is_paused = True
            self._transport.pause_reading()

    def eof_received(self) -> None:
        """The server sends nothing more."""
        self._end(None)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is closed, by either side or by an error."""
        self._end(exc)

    # ------------------------------------------------------------ inside

    def _send_message(self, opcode: int, data: bytes) -> None:
        deflate = self._deflate
        if deflate is None and self._tls is None and self._open and not self._closing:
            self._send_now(encode_frame(opcode, data))  # as below, a third of the calls
        elif deflate is None:
            self._send_frame(encode_frame(opcode, data))
        else:
            self._send_frame(encode_frame(opcode, deflate.compress(data), compressed=True))

    def _send_frame(self, frame: bytes) -> None:
        if not self.is_open:
            raise self.ending()
        self._write(frame)

    def _write(self, frame: bytes) -> None:
        if self._tls is not None:
            try:
                frame = self._tls.encrypted(frame)
            except ssl.SSLError as error:
                self._fail(failure_of(error, self.peer))
                return
        self._send_now(frame)

    def ending(self) -> ExchangeFailed:
        """Why the connection is at its end, as a failure of who still needs it."""
        if self.failure is not None:
            return self.failure
        if self.closed is not None:
            return ExchangeFailed(
                ErrorKind.CONNECTION, f"{self.peer} closed the session: {describe(self.closed)}"
            )
        return ExchangeFailed(ErrorKind.CONNECTION, f"the session with {self.peer} is closed")

    def _answer_closing(self, closing: Closing) -> None:
        """The server closes, or answers our closing: then it is its turn to close the socket."""
        self.closed = closing
        if not self._closing:
            code = 1000 if closing.code == NO_STATUS else closing.code
            self.close(code)
        self._release()
        self._transport.close()

    def _end(self, exc: Exception | None) -> None:
        if self._open:
            failure = failure_of(exc, self.peer)
            if exc is None:
                failure = ExchangeFailed(
                    ErrorKind.CONNECTION,
                    f"{self.peer} ended the connection without a close frame ({_ABNORMAL})",
                )
            self._fail(failure)

    def _fail(self, failure: ExchangeFailed) -> None:
        if self.failure is None and self.closed is None:
            self.failure = failure
        self._release()
        self._transport.close()
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
        if self._listener is not None:
            self._listener()

    def _release(self) -> None:
        if self._open:
            self._open = False
            self._sweeper.forget(self)
            self._wake()

    def __repr__(self) -> str:
        state = "open" if self.is_open else "closing" if self._open else "closed"
        return f"<WsConnection {self.peer} {'TLS ' if self._tls else ''}{state}>"


def describe(closing: Closing) -> str:
    """A closing in words."""
    code = "no status" if closing.code == NO_STATUS else str(closing.code)
    return f"{code}, {closing.reason}" if closing.reason else code
