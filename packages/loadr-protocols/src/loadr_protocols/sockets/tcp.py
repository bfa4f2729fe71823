"""One TCP connection, with or without TLS.

The aim for an exchange of a few bytes on an open connection, with request.py, the loop and the system calls, is
12 us of CPU (benchmarks/ protocols).
"""

import asyncio
import ssl
from collections.abc import Callable

from loadr_protocols.http.deadlines import DeadlineSweeper
from loadr_protocols.http.errors import ErrorKind, ExchangeFailed
from loadr_protocols.http.link import Link
from loadr_protocols.http.tls import TlsChannel
from loadr_protocols.http.translate import failure_of
from loadr_protocols.sockets.exchange import EXCHANGE_SLOTS, Done, ExchangesOne
from loadr_protocols.sockets.reading import Reading


class TcpConnection(ExchangesOne, Link):
    """A connection that has one exchange at a time."""

    __slots__ = (*EXCHANGE_SLOTS, "_is_paused", "_unsent")

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        now: Callable[[], float],
        sweeper: DeadlineSweeper,
        peer: str,
        channel: TlsChannel | None,
    ) -> None:
        """Make the protocol of a connection that is about to be open.

        Args:
            loop: the running one.
            now: the clock.
            sweeper: watches the deadline.
            peer: the address, for messages.
            channel: for TLS, established; else `None`.
        """
        super().__init__(peer, channel)
        self._be_idle(loop, now, sweeper)
        self._is_paused = False
        # Whether a part of the last message still waits for the kernel.
        self._unsent = False

    def exchange(
        self,
        message: bytes,
        reading: Reading,
        connecting: float,
        start: float,
        timeout_at: float,
        patience: float,
    ) -> "asyncio.Future[Done]":
        """Send a message and read.

        Args:
            message: may be empty.
            reading: knows when enough was read.
            connecting: seconds that opening the connection took, where it is new.
            start: now.
            timeout_at: when the exchange has failed.
            patience: the longest wait for bytes, seconds.
        """
        future = self._begin(reading, connecting, start, timeout_at, patience)
        if not self.is_open:
            self._finish(_closed(self.peer), start)
            return future
        if message:
            try:
                wire = message if self._tls is None else self._tls.encrypted(message)
            except ssl.SSLError as error:
                self._fail(failure_of(error, self.peer), start)
                return future
            self._unsent = not self._send_now(wire)
        if not self._unsent and (self._waiting or reading.wants_nothing):
            self._all_sent(self._now() if reading.wants_nothing else start)
        if self._is_paused:
            self._resume_reading()
        return future

    def abort(self) -> None:
        """Close at once."""
        self._release()
        self._transport.abort()

    def close(self) -> None:
        """Close, politely."""
        if self.is_open and self._tls is not None:
            self._send_now(self._tls.farewell())
        self._release()
        self._transport.close()

    def expire(self) -> None:
        """The deadline of the exchange under way is over."""
        self._at_deadline()
        self.abort()

    # ------------------------------------------------------------ what the event loop calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to watch the deadline."""
        super().connection_made(transport)
        self._acquire()
        if self._tls is not None:
            self.data_received(b"")  # what came together with the end of the handshake

    def data_received(self, data: bytes) -> None:
        """Take bytes; stamp them first."""
        now = self._now()
        self._bytes_received += len(data)
        tls = self._tls
        if tls is not None:
            try:
                data = self._decrypt(tls, data)
            except ssl.SSLError as error:
                self._fail(failure_of(error, self.peer), now)
                return
        if data:
            if not self._take(data, now):
                self.abort()
            elif self._waiting and self._has_too_much and not self._is_paused:
                self._is_paused = True
                self._transport.pause_reading()
        if tls is not None and tls.ended:
            self._end(now)

    def resume_writing(self) -> None:
        """The last byte of a message that did not leave at once has left."""
        if self._unsent:
            self._unsent = False
            self._all_sent(self._now())
            if self._is_paused:
                self._resume_reading()

    def eof_received(self) -> None:
        """The peer sends nothing more. The transport then closes itself."""
        if self._tls is not None and not self._tls.ended:
            # RFC 8446, section 6.1: without the closure alert nobody knows whether this was all.
            words = f"{self.peer} ended TLS without its closure alert"
            self._fail(ExchangeFailed(ErrorKind.TLS, words), self._now())
        else:
            self._end(self._now())

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is closed, by either side or by an error."""
        if exc is None:
            self._end(self._now())
        else:
            self._fail(failure_of(exc, self.peer), self._now())

    # ------------------------------------------------------------ the end

    def _end(self, now: float) -> None:
        self._at_end(now)
        self._release()

    def _fail(self, failure: ExchangeFailed, now: float) -> None:
        self._finish(failure, now)
        self.abort()

    def _take_counts(self) -> tuple[int, int]:
        """See `ExchangesOne`; what still waits for the kernel was not sent yet."""
        unsent = self._transport.get_write_buffer_size() if self._unsent else 0
        counts = self._bytes_sent - unsent, self._bytes_received
        self._bytes_sent, self._bytes_received = unsent, 0
        return counts

    def _resume_reading(self) -> None:
        if self.is_open and not self._has_too_much:
            self._is_paused = False
            self._transport.resume_reading()

    def __repr__(self) -> str:
        return f"<TcpConnection {self.peer} {'TLS ' if self._tls else ''}{self._state()}>"


def _closed(peer: str) -> ExchangeFailed:
    return ExchangeFailed(ErrorKind.CONNECTION, f"{peer} had closed the connection")
