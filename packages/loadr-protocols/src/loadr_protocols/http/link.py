"""What every connection does with its socket: write past the event loop, encrypt, decrypt, count.

A connection that needs TLS begins as a `TlsHandshake`; when that is done, the server's choice of a protocol
(ALPN) is known, and the transport changes over to the protocol that takes the connection from there:

    create_connection ─▶ TlsHandshake ─▶ hand_over ─▶ HttpConnection (or another `Link`)
    create_connection ─────────────────────────────▶ the same in the clear
"""

import asyncio
import os
import select
import ssl
import sys
from typing import Final, cast

from loadr_protocols.http.errors import ErrorKind, ExchangeFailed
from loadr_protocols.http.response import Remote
from loadr_protocols.http.tls import TlsChannel
from loadr_protocols.http.translate import failure_of

# A descriptor on Windows is a handle, which os.write does not take.
_WRITES_DIRECTLY: Final = sys.platform != "win32"


class Link(asyncio.Protocol):
    """One side of a socket.

    Attributes:
        peer: the address, for messages.
        remote: the other end, once connected.
    """

    __slots__ = ("_bytes_received", "_bytes_sent", "_tls", "_transport", "_write_to", "peer", "remote")

    _transport: asyncio.Transport

    def __init__(self, peer: str, tls: TlsChannel | None) -> None:
        """Make one without a transport.

        Args:
            peer: the address, for messages.
            tls: for TLS, else `None`.
        """
        self.peer = peer
        self.remote: Remote | None = None
        self._tls = tls
        self._write_to = -1
        # On the wire, since they were last put on a request's account.
        self._bytes_sent = self._bytes_received = 0

    def charge(self, sent: int, received: int) -> None:
        """Put bytes on the account of the next request that went over the wire before this protocol had it."""
        self._bytes_sent += sent
        self._bytes_received += received

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take a transport."""
        # uvloop's transports are no subclasses of asyncio's.
        self._transport = cast("asyncio.Transport", transport)
        # A limit of zero makes resume_writing tell when the last byte has left.
        self._transport.set_write_buffer_limits(high=0)
        name = transport.get_extra_info("peername")
        version, cipher = ("", "") if self._tls is None else self._tls.parameters
        self.remote = None if name is None else Remote(name[0], name[1], version, cipher)
        if _WRITES_DIRECTLY:
            self._write_to = transport.get_extra_info("socket").fileno()

    def _send_now(self, wire: bytes) -> bool:
        """Send bytes behind all that were sent before; tell whether the kernel has all of them."""
        if not wire:
            return True
        self._bytes_sent += len(wire)
        written = 0
        if self._write_to >= 0 and not self._transport.get_write_buffer_size():
            try:
                written = os.write(self._write_to, wire)
            except OSError:
                written = 0  # a full buffer, or a dead peer, of which the transport will tell
        if written == len(wire):
            return True
        self._transport.write(wire[written:])
        return not self._transport.get_write_buffer_size()

    def _decrypt(self, tls: TlsChannel, data: bytes) -> bytes:
        """The plain text in some bytes, perhaps none; answers what TLS itself has to answer.

        Raises:
            ssl.SSLError: the peer broke the protocol.
        """
        tls.receive(data)
        plain = tls.decrypted()
        if tls.outgoing.pending:
            self._send_now(tls.to_send())
        return plain

    def _timed_out(self, *, began: bool) -> str:
        """What to say of a request whose deadline is over."""
        progress = "the response began and did not end" if began else "there was no response"
        return f"timed out: {progress} from {self.peer}"

    def _is_readable(self) -> bool:
        """Whether there is something to read: the end of the stream, or what nobody asked for."""
        if self._transport.is_closing():
            return True
        if sys.platform != "win32" and self._write_to >= 0:
            poll = select.poll()
            poll.register(self._write_to, select.POLLIN)
            return bool(poll.poll(0))
        return False


class TlsHandshake(Link):
    """A connection until TLS is established.

    Attributes:
        done: when the handshake is over; fails with `ExchangeFailed`.
    """

    __slots__ = ("_lost", "_tls", "done")

    _tls: TlsChannel

    def __init__(self, loop: asyncio.AbstractEventLoop, peer: str, tls: TlsChannel) -> None:
        """Make the protocol of a connection that is about to be open.

        Args:
            loop: the running one.
            peer: the address, for messages.
            tls: the client's side.
        """
        super().__init__(peer, tls)
        self._tls = tls
        self._lost = False
        self.done: asyncio.Future[None] = loop.create_future()

    def hand_over(self, link: Link) -> None:
        """Let another protocol have the connection, with the bytes of the handshake on its account.

        Raises:
            ExchangeFailed: it is closed already.
        """
        if self._lost or self._transport.is_closing():
            raise failure_of(None, self.peer)
        link.charge(self._bytes_sent, self._bytes_received)
        self._transport.set_protocol(link)
        link.connection_made(self._transport)

    def abort(self) -> None:
        """Close at once."""
        self._transport.abort()

    # ------------------------------------------------------------ what the event loop calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Say hello."""
        super().connection_made(transport)
        self._shake_hands()

    def data_received(self, data: bytes) -> None:
        """Go on; what comes after the handshake stays in the channel for the protocol that takes over."""
        self._bytes_received += len(data)
        self._tls.receive(data)
        if not self.done.done():
            self._shake_hands()

    def eof_received(self) -> None:
        """The peer gives up. The transport then closes itself."""
        self._lose(None)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is closed, by either side or by an error."""
        self._lose(exc)

    def _lose(self, exc: Exception | None) -> None:
        self._lost = True
        if not self.done.done():
            failure = failure_of(exc, self.peer)
            self.done.set_exception(ExchangeFailed(ErrorKind.TLS, f"TLS handshake: {failure.message}"))

    def _shake_hands(self) -> None:
        try:
            self._send_now(self._tls.handshake())
        except ssl.SSLError as error:
            self._send_now(self._tls.to_send())
            self.done.set_exception(failure_of(error, self.peer))
            self._transport.close()
            return
        if self._tls.established:
            self.done.set_result(None)

    def __repr__(self) -> str:
        state = "established" if self._tls.established else "under way"
        return f"<TlsHandshake {self.peer} {state}>"
