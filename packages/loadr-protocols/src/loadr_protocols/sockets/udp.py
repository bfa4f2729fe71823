"""One UDP socket, connected to one peer: its datagrams, and what the network says of them."""

import asyncio
import socket
from collections.abc import Callable
from typing import cast

from loadr_protocols.http.deadlines import DeadlineSweeper
from loadr_protocols.http.translate import failure_of
from loadr_protocols.sockets.exchange import Done, ExchangesOne, Exchanging
from loadr_protocols.sockets.reading import Reading


class UdpSocket(ExchangesOne, asyncio.DatagramProtocol):
    """A socket that has one exchange at a time: one datagram out, as many back as its reading wants."""

    __slots__ = ("_exchanging", "_now", "_socket", "_sweeper", "_transport", "peer")

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
        self._now = now
        self._sweeper = sweeper
        self._socket = connected
        self._exchanging = Exchanging(loop, now, peer)

    def exchange(
        self,
        message: bytes,
        reading: Reading,
        *,
        connecting: float,
        start: float,
        timeout_at: float,
        patience: float,
    ) -> "asyncio.Future[Done]":
        """Send a datagram and read; as `TcpConnection.exchange`."""
        exchanging = self._exchanging
        future = exchanging.begin(reading, connecting, start, timeout_at, patience)
        if message:
            try:
                # Past the event loop, so that what is too long for a datagram is told here.
                exchanging.count(self._socket.send(message), 0)
            except BlockingIOError:
                self._transport.sendto(message)
                exchanging.count(len(message), 0)
            except OSError as error:
                exchanging.finish(failure_of(error, self.peer), start)
                self.abort()
                return future
        exchanging.all_sent(self._now() if reading.wants_nothing else start)
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
        self._exchanging.at_deadline()
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
        exchanging = self._exchanging
        exchanging.count(0, len(data))
        # As a full receive buffer of the system does, too much that nobody asks for is dropped.
        if not exchanging.has_too_much and not exchanging.take(data, now):
            self.abort()

    def error_received(self, exc: Exception) -> None:
        """The network says that a datagram did not arrive (ICMP)."""
        self._exchanging.finish(failure_of(exc, self.peer), self._now())
        self.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """The socket is closed."""
        self._exchanging.finish(failure_of(exc, self.peer), self._now())
        self._release()

    def __repr__(self) -> str:
        return f"<UdpSocket {self.peer} {self._state()}>"
