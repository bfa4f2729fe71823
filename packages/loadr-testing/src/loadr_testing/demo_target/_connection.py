"""One client's connection: reads requests, plays deliveries, in order.

States, by what the connection waits for:

========== ======================================== ==========================================
state      waits for                                leaves with
========== ======================================== ==========================================
quiet      the first byte of a request              bytes: known → written; else → reading
reading    the rest of a request                    bytes: a whole request → delivering
delivering a timer, or the client's reading         last piece: ``KEEP`` → quiet or the next
                                                    pending request; ``CLOSE`` → lingering;
                                                    ``RESET`` → gone; ``STALL`` → stalled
stalled    the client's or the server's closing     gone
lingering  the client's closing, at most a second   gone
========== ======================================== ==========================================
"""

import asyncio
import socket
import struct
from collections import deque
from collections.abc import Callable
from typing import cast

from loadr_testing.demo_target._application import DemoApplication
from loadr_testing.demo_target._delivery import Delivery, deliver
from loadr_testing.demo_target._grpc import is_preface
from loadr_testing.demo_target._lines import LineConnection, is_line
from loadr_testing.demo_target._reader import ReaderEvent, Refusal, RequestReader
from loadr_testing.demo_target._replies import Ending, error_response
from loadr_testing.demo_target._request import Request
from loadr_testing.demo_target._service import ServiceMaker
from loadr_testing.demo_target._websocket import EchoSession, is_handshake

_PENDING_LIMIT = 64
_LINGER_SECONDS = 1.0
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class DemoConnection(asyncio.Protocol):
    """One client's connection.

    Args:
        application: Answers; shared.
        loop: Where timers run.
        opened: Called once when it is there; never, if a TLS handshake fails.
        closed: Called once when it is gone, if it was there.
    """

    def __init__(
        self,
        application: DemoApplication,
        loop: asyncio.AbstractEventLoop,
        opened: Callable[["DemoConnection"], None],
        closed: Callable[["DemoConnection"], None],
    ) -> None:
        self._application = application
        self._known = application.known
        self._loop = loop
        self._opened = opened
        self._closed = closed
        self._reader = RequestReader()
        self._pending: deque[ReaderEvent] = deque()
        self._transport: asyncio.Transport
        self._write: Callable[[bytes], None]
        self._delivery: Delivery | None = None
        self._piece: bytes | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._quiet = True
        self._writing_paused = False
        self._reading_paused = False
        self._ended = False
        self._client_ended = False

    def __repr__(self) -> str:
        state = (
            "ended"
            if self._ended
            else "quiet"
            if self._quiet
            else "delivering"
            if self._delivery
            else "reading"
        )
        return f"<DemoConnection {state}, {len(self._pending)} pending>"

    # ------------------------------------------------------------ called by the event loop

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client has connected."""
        self._transport = cast("asyncio.Transport", transport)
        self._write = self._transport.write
        self._opened(self)

    def data_received(self, data: bytes) -> None:
        """Bytes came. Budget of a known request: 1 µs here; benchmark: ``wrk`` on ``/json``."""
        if self._quiet:
            known = self._known.get(data)
            if known is not None:
                self._application.requests += 1
                self._write(known)
                return
            other = self._other_service(data)
            if other is not None:
                self._hand_over(other, data)
                return
        if not self._ended:
            self._receive(data)

    def eof_received(self) -> bool:
        """The client sends no more; what it asked for is still answered."""
        self._client_ended = True
        if self._delivery is None or self._delivery.ending is Ending.STALL or self._ended:
            return False
        # asyncio's TLS transport cannot stay half open, and says so in its log if asked to.
        return self._transport.can_write_eof()

    def pause_writing(self) -> None:
        """The client reads too slowly."""
        self._writing_paused = True
        self._quiet = False

    def resume_writing(self) -> None:
        """The client has caught up."""
        self._writing_paused = False
        if self._delivery is not None and self._timer is None:
            self._continue()
        else:
            self._advance()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """The connection is gone, by whoever."""
        self._ended = True
        self._quiet = False
        self._cancel_timer()
        self._delivery = self._piece = None
        self._pending.clear()
        self._closed(self)

    # ------------------------------------------------------------ called by the server

    def abort(self) -> None:
        """Drop the connection at once."""
        self._transport.abort()

    # ------------------------------------------------------------ inside

    def _other_service(self, data: bytes) -> ServiceMaker | None:
        """The service that a connection's first bytes ask for, where it is not HTTP."""
        if is_line(data):
            return LineConnection
        if is_preface(data):
            return self._application.grpc.connect
        return EchoSession if is_handshake(data) else None

    def _hand_over(self, service: ServiceMaker, data: bytes) -> None:
        """Let another service have a client that does not speak HTTP, or not for long."""
        self._ended = True
        connection = service(self._transport, lambda: self._closed(self))
        self._transport.set_protocol(connection)
        connection.data_received(data)

    def _receive(self, data: bytes) -> None:
        whole = self._quiet
        events = self._reader.feed(data)
        alone = whole and len(events) == 1 and self._reader.at_boundary
        self._quiet = False
        self._pending.extend(events)
        self._advance(data if alone else None)
        if len(self._pending) >= _PENDING_LIMIT and not self._reading_paused:
            self._reading_paused = True
            self._transport.pause_reading()

    def _advance(self, received: bytes | None = None) -> None:
        """Answer pending requests until something has to be waited for.

        Args:
            received: The bytes of the only pending request, if it came whole and alone.
        """
        while self._pending and self._delivery is None and not (self._writing_paused or self._ended):
            event = self._pending.popleft()
            if isinstance(event, Request):
                answer = self._application.answer(event)
                if received is not None:
                    self._application.remember(received, event, answer)
                self._begin(deliver(answer.reply, event))
            elif isinstance(event, Refusal):
                self._refuse(event)
            elif not self._pending:  # it awaits a 100, and its body is not here already
                self._write(_CONTINUE)
        if self._ended or self._delivery is not None or self._pending:
            return
        if self._reading_paused:
            self._reading_paused = False
            self._transport.resume_reading()
        if self._client_ended:
            self._end(Ending.CLOSE)
        self._quiet = self._reader.at_boundary and not (self._writing_paused or self._ended)

    def _refuse(self, refusal: Refusal) -> None:
        request = Request("GET", "/", keep_alive=False)
        self._begin(deliver(error_response(refusal.status, refusal.reason), request))

    def _begin(self, delivery: Delivery) -> None:
        self._delivery = delivery
        self._piece = next(delivery.pieces, None)
        if delivery.delay > 0:
            self._wait(delivery.delay)
        else:
            self._play()

    def _wait(self, seconds: float) -> None:
        self._timer = self._loop.call_later(seconds, self._continue)

    def _continue(self) -> None:
        self._timer = None
        if self._writing_paused:
            return
        self._play()
        self._advance()

    def _play(self) -> None:
        """Write pieces until one must be waited for; at the end of them the delivery is over."""
        delivery = self._delivery
        if delivery is None:
            return
        while self._piece is not None:
            self._write(self._piece)
            self._piece = next(delivery.pieces, None)
            if self._piece is None:
                break
            if delivery.interval:
                self._wait(delivery.interval)
                return
            if self._writing_paused:
                return
        if delivery.ending is Ending.STALL:
            return  # the delivery is kept, so that nothing behind it is ever answered
        self._delivery = None
        if delivery.ending is not Ending.KEEP:
            self._end(delivery.ending)

    def _end(self, ending: Ending) -> None:
        self._ended = True
        self._pending.clear()
        if ending is Ending.RESET:
            _reset_on_close(self._transport)
            self._transport.abort()
        elif self._client_ended or not self._transport.can_write_eof():
            self._transport.close()
        else:
            # Closing with unread bytes would reset the connection, and the client might lose the
            # answer (RFC 9112, 9.6): end our side, read on for a while, then close.
            self._transport.write_eof()
            if self._reading_paused:
                self._transport.resume_reading()
            self._timer = self._loop.call_later(_LINGER_SECONDS, self._transport.abort)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _reset_on_close(transport: asyncio.Transport) -> None:
    """Let the next close send RST instead of FIN: a linger time of zero (socket(7), SO_LINGER)."""
    connection = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
