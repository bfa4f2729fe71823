"""One UDP socket, connected to one peer: its datagrams, and what the network says of them."""

import asyncio
import socket
from collections.abc import Callable
from typing import cast

from loadr_protocols.http.deadlines import DeadlineSweeper
from loadr_protocols.http.translate import failure_of
from loadr_protocols.sockets.exchange import EXCHANGE_SLOTS, Done, ExchangesOne
from loadr_protocols.sockets.reading import Reading


class UdpSocket(ExchangesOne, asyncio.DatagramProtocol):
    """A socket that has one exchange at a time: one datagram out, as many back as its reading wants."""

    __slots__ = (*EXCHANGE_SLOTS, "_bytes_received", "_bytes_sent", "_socket", "_transport", "peer")

    _transport: asyncio.DatagramTransport

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        now: Callable[[], float],
        sweeper: DeadlineSweeper,
        peer: str,
        connected: socket.socket,
    ) -> None:
        """Make the protocol of a socket.

        Args:
            loop: the running one.
            now: the clock.
            sweeper: watches the deadline.
            peer: the address, for messages.
            connected: the socket.
        """
        self.peer = peer
        self._socket = connected
        # Since they were last put on an exchange's account.
        self._bytes_sent = self._bytes_received = 0
        self._be_idle(loop, now, sweeper)

    def exchange(
        self,
        message: bytes,
        reading: Reading,
        connecting: float,
        start: float,
        timeout_at: float,
        patience: float,
    ) -> "asyncio.Future[Done]":
        """Send a datagram and read; as `TcpConnection.exchange`."""
        future = self._begin(reading, connecting, start, timeout_at, patience)
        if message:
            try:
                # Past the event loop, so that what is too long for a datagram is told here.
                self._bytes_sent += self._socket.send(message)
            except BlockingIOError:
                self._transport.sendto(message)
                self._bytes_sent += len(message)
            except OSError as error:
                self._finish(failure_of(error, self.peer), start)
                self.abort()
                return future
        self._all_sent(self._now() if reading.wants_nothing else start)
        return future

    def close(self) -> None:
        """Let go of the socket."""
        self.abort()

    def abort(self) -> None:
        """Let go of the socket."""
        self._release()
        self._transport.abort()

    def expire(self) -> None:
        """The deadline of the exchange under way is over."""
        self._at_deadline()
        self.abort()

    # ------------------------------------------------------------ what the event loop calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to watch the deadline."""
        # uvloop's transports are no subclasses of asyncio's.
        self._transport = cast("asyncio.DatagramTransport", transport)
        self._acquire()

    def datagram_received(self, data: bytes, addr: object) -> None:
        """Take a datagram; stamp it first."""
        del addr
        now = self._now()
        self._bytes_received += len(data)
        # As a full receive buffer of the system does, too much that nobody asks for is dropped.
        if not self._has_too_much and not self._take(data, now):
            self.abort()

    def error_received(self, exc: Exception) -> None:
        """The network says that a datagram did not arrive (ICMP)."""
        self._finish(failure_of(exc, self.peer), self._now())
        self.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """The socket is closed."""
        self._finish(failure_of(exc, self.peer), self._now())
        self._release()

    def _take_counts(self) -> tuple[int, int]:
        """See `ExchangesOne`."""
        counts = self._bytes_sent, self._bytes_received
        self._bytes_sent = self._bytes_received = 0
        return counts

    def __repr__(self) -> str:
        return f"<UdpSocket {self.peer} {self._state()}>"
