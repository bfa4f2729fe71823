"""A WebSocket session as a script has it: it says itself what is sent, and sees everything that comes."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from loadr_core.spi import (
    Arrival,
    Clock,
    CompiledRequest,
    Connection,
    Counted,
    Recording,
    RowLayout,
    Sample,
    Scope,
)
from loadr_protocols.http.errors import ErrorKind, ExchangeFailed
from loadr_protocols.http.layout import HTTP_LAYOUT
from loadr_protocols.ws.connection import WsConnection
from loadr_protocols.ws.frames import LONGEST_CONTROL
from loadr_protocols.ws.layout import CONNECTING, PING_PONG, SESSION, WS_LAYOUT, WsRow
from loadr_protocols.ws.messages import Closing, Message, Pong
from loadr_protocols.ws.opening import SWITCHING, Opener
from loadr_protocols.ws.response import PROTO, WsResponse
from loadr_protocols.ws.session import WsSession

if TYPE_CHECKING:
    from loadr_protocols.http.response import VisitedResponse

FAREWELL: Final = 10.0
"""The longest wait for the answer to a closing, seconds; k6 has no bound here."""

GOING_AWAY: Final = 1001

# Bytes are counted after so many messages, and at the end.
_SELDOM: Final = 64

MOST_PINGS: Final = 1_000
"""How many pings without an answer are remembered; pongs of earlier ones arrive, but are not timed."""

_BYTES_SENT: Final = HTTP_LAYOUT.index("bytes_sent")
_BYTES_RECEIVED: Final = HTTP_LAYOUT.index("bytes_received")
_LIKE: Final = Sample((), SWITCHING, PROTO, "GET", expected=True)


class OpenedResponse(WsResponse):
    """The outcome of an opening.

    Attributes:
        connection: the session, or `None`.
    """

    __slots__ = ("connection",)

    connection: "WsConversation | None"


class WsOpening(CompiledRequest):
    """A handshake that a script asks for, shared by all VUs.

    As in k6 a refused one counts as a session, and has a time of connecting, too.
    """

    __slots__ = ("_clock", "_opener")

    def __init__(self, opener: Opener, clock: Clock) -> None:
        """Join what the handler has compiled.

        Args:
            opener: opens sessions.
            clock: for stamps.
        """
        self._opener = opener
        self._clock = clock

    @property
    def method(self) -> str:
        """Of the handshake."""
        return "GET"

    @property
    def layout(self) -> RowLayout:
        """Rows as `WsRow`."""
        return WS_LAYOUT

    def expects(self, status: int) -> bool:
        """Whether the handshake succeeded."""
        return status == SWITCHING

    async def send(self, session: WsSession, scope: Scope) -> OpenedResponse:
        """Shake hands. See `CompiledRequest.send`."""
        begun = self._clock.now()
        upgrade, handshake = await self._opener.open(scope, begun + self._opener.timeout)
        now = self._clock.now()
        failure = None
        if handshake.error_kind is not None:
            failure = ExchangeFailed(ErrorKind(handshake.error_kind), handshake.error or handshake.error_kind)
        elif upgrade.link is None and handshake.status == SWITCHING:
            words = upgrade.problem or "the server closed the connection with the handshake"
            failure = ExchangeFailed(ErrorKind.PROTOCOL, words)
        response = _response(handshake, begun, now, failure)
        if upgrade.link is not None:
            response.connection = WsConversation(upgrade.link, self._clock, begun)
            session.join(response.connection)
        return response

    def __repr__(self) -> str:
        return "<WsOpening>"


def _response(
    handshake: "VisitedResponse", begun: float, now: float, failure: ExchangeFailed | None
) -> OpenedResponse:
    status = handshake.status if failure is None else 0
    further = [
        replace(sample, layout=HTTP_LAYOUT) if sample.layout is None else sample
        for sample in handshake.further
    ]
    further.append(Sample((begun, now), status, PROTO, "GET", expected=True, layout=CONNECTING))
    row = handshake.row
    response = OpenedResponse(
        WsRow(begun, now, 1, 0, 0, int(row[_BYTES_SENT]), int(row[_BYTES_RECEIVED])),
        status=status,
        proto=PROTO,
        headers=handshake.headers,
        body=b"" if handshake.status == SWITCHING else handshake.body,
        further=further,
    )
    response.connection = None
    if failure is not None:
        response.fail(failure.kind.value, failure.message)
    return response


class WsConversation(Connection):
    """An open session; see `Connection` for its words.

    What comes after the script has begun to close is let go, and not counted: as in k6.
    """

    __slots__ = (
        "_clock",
        "_has_closed",
        "_is_over",
        "_link",
        "_opened",
        "_pings",
        "_received",
        "_recording",
        "_sent",
        "_uncounted",
        "_wire",
    )

    _recording: Recording
    _sent: Counted
    _received: Counted
    _wire: tuple[Counted, Counted]

    def __init__(self, link: WsConnection, clock: Clock, opened: float) -> None:
        """Talk over an open connection.

        Args:
            link: the connection.
            clock: for stamps.
            opened: the moment at which its opening began.
        """
        self._link = link
        self._clock = clock
        self._opened = opened
        self._pings: dict[bytes, float] = {}
        self._has_closed = False
        self._is_over = False
        self._uncounted = 0

    @property
    def link(self) -> WsConnection:
        """The connection below."""
        return self._link

    @property
    def is_open(self) -> bool:
        """Whether messages can be sent."""
        return self._link.is_open

    @property
    def unsent(self) -> int:
        """Bytes that wait for the socket."""
        return self._link.unsent

    def record_in(self, recording: Recording) -> None:
        """Count messages and bytes there."""
        self._recording = recording
        self._sent = recording.counter("ws_msgs_sent", _LIKE)
        self._received = recording.counter("ws_msgs_received", _LIKE)
        self._wire = recording.counter("data_sent", _LIKE), recording.counter("data_received", _LIKE)

    def listen(self, wake: Callable[[], None]) -> None:
        """Call `wake` for each arrival."""
        self._link.listen(wake)

    def next(self) -> Arrival | None:
        """A message, ping or pong; at the end `closed` with code and reason, or `failed` with words."""
        link = self._link
        while (found := link.next()) is not None:
            at, item = found
            if isinstance(item, Message):
                if self._has_closed:
                    continue
                self._received.value += 1
                self._uncounted += 1
                if self._uncounted >= _SELDOM:
                    self._count_bytes()
                return Arrival("message", item.data.decode() if item.is_text else item.data, at)
            if isinstance(item, Closing):
                self._end(at)
                return Arrival("closed", (item.code, item.reason), at)
            if isinstance(item, Pong):
                asked = self._pings.pop(item.payload, None)
                if asked is not None:
                    self._sample(PING_PONG, asked, at)
                return Arrival("pong", item.payload, at)
            return Arrival("ping", item.payload, at)
        if link.failure is not None and not self._is_over:
            now = self._clock.now()
            self._end(now)
            return Arrival("failed", link.failure.message, now)
        return None

    def send(self, kind: str, data: str | bytes) -> None:
        """Send a `text`, a `binary` message or a `ping`."""
        payload = data.encode() if isinstance(data, str) else data
        try:
            if kind == "text":
                self._link.send_text(payload)
            elif kind == "binary":
                self._link.send_binary(payload)
            elif kind == "ping" and len(payload) <= LONGEST_CONTROL:
                self._ping(payload)
                return
            else:
                raise ValueError(f"WebSocket sends no {kind} of {len(payload)} bytes")
        except ExchangeFailed as failure:
            raise ConnectionError(failure.message) from failure
        self._sent.value += 1

    def _ping(self, payload: bytes) -> None:
        self._link.ping(payload)
        self._pings[payload] = self._clock.now()
        if len(self._pings) > MOST_PINGS:
            del self._pings[next(iter(self._pings))]

    def close(self, code: int | None = None, reason: str = "") -> None:
        """Begin the closing handshake; a server that does not answer has 10 s."""
        if self._link.is_open:
            self._has_closed = True
            self._link.close(1000 if code is None else code, reason)
            self._link.deadline = self._clock.now() + FAREWELL

    def abort(self) -> None:
        """Go away; the server's answer is awaited without anybody."""
        self.close(GOING_AWAY)
        self._end(self._clock.now())
        self._link.listen(self._let_go)

    def _let_go(self) -> None:
        while self._link.next() is not None:
            pass

    def _end(self, now: float) -> None:
        if not self._is_over:
            self._is_over = True
            self._count_bytes()
            self._sample(SESSION, self._opened, now)

    def _sample(self, layout: RowLayout, start: float, end: float) -> None:
        self._recording.sample(Sample((start, end), SWITCHING, PROTO, "GET", expected=True, layout=layout))

    def _count_bytes(self) -> None:
        self._uncounted = 0
        sent, received = self._link.take_counts()
        self._wire[0].value += sent
        self._wire[1].value += received

    def __repr__(self) -> str:
        return f"<WsConversation {self._link!r}>"
