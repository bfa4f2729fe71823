"""A compiled WebSocket request: opens a session or takes one that is held, talks, and closes it or holds it."""

from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from loadr_core.spi import Clock, CompiledRequest, RowLayout, Sample, Scope
from loadr_protocols.http.errors import ErrorKind, ExchangeFailed
from loadr_protocols.http.layout import HTTP_LAYOUT
from loadr_protocols.ws.connection import WsConnection
from loadr_protocols.ws.layout import CONNECTING, PING_PONG, REPLY, SESSION, WS_LAYOUT, WsRow
from loadr_protocols.ws.matching import Matching
from loadr_protocols.ws.messages import Closing, Message, Pong
from loadr_protocols.ws.opening import SWITCHING, Opener
from loadr_protocols.ws.response import PROTO, WsResponse
from loadr_protocols.ws.session import FAREWELL, Held, Turn, WsSession, part

if TYPE_CHECKING:
    from loadr_protocols.http.response import VisitedResponse
    from loadr_protocols.ws.script import Outgoing, Script, StopRule

_BYTES_SENT: Final = HTTP_LAYOUT.index("bytes_sent")
_BYTES_RECEIVED: Final = HTTP_LAYOUT.index("bytes_received")


class WsRequest(CompiledRequest):
    """A request of a plan, shared by all VUs."""

    __slots__ = ("_clock", "_close_code", "_closes", "_name", "_opener", "_script", "_volley")

    def __init__(
        self,
        opener: Opener,
        script: "Script",
        clock: Clock,
        *,
        name: str | None,
        closes: bool,
        close_code: int,
    ) -> None:
        """Join what the handler has compiled.

        Args:
            opener: opens sessions.
            script: what is sent and awaited.
            clock: for stamps.
            name: under which the session is held, or `None` for one of its own.
            closes: whether a held session is closed at the end.
            close_code: with which it is closed.
        """
        self._opener = opener
        self._script = script
        self._clock = clock
        self._name = name
        self._closes = closes or name is None
        self._close_code = close_code
        self._volley = None if self._closes else script.volley

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

    async def send(self, session: WsSession, scope: Scope) -> WsResponse:
        """Talk over the named session or over one of its own. See `CompiledRequest.send`."""
        volley = self._volley
        held = None if volley is None or self._name is None else session.held.get(self._name)
        if volley is None or held is None or held.turn.is_taken or not held.link.is_quiet:
            return await self._by_script(session, scope)
        frames = volley.frames(scope)
        begun = self._clock.now()
        deadline = begun + self._opener.timeout
        turn, link = held.turn, held.link
        turn.is_taken = True
        try:
            try:
                await link.ask(frames, volley.awaited, deadline)
            except BaseException:
                link.abort()
                session.let_go(held)
                raise
            last = link.answer(volley.awaited)
            if last is None:  # whatever it is, the general way knows what to do about it
                record = _Record(begun)
                record.sent = volley.sent
                return await self._go_on(session, held, record, [], self._script.rule(scope), deadline)
        finally:
            turn.give_back()
        at, item = last
        sent, received = link.take_counts()
        handshake = held.handshake
        return WsResponse(
            (begun, at, 0, volley.sent, volley.awaited, sent, received),
            status=handshake.status,
            proto=PROTO,
            headers=handshake.headers,
            body=item.data if isinstance(item, Message) else b"",
        )

    async def _by_script(self, session: WsSession, scope: Scope) -> WsResponse:
        """Do whatever the block says."""
        frames = self._script.frames(scope)
        rule = self._script.rule(scope)
        begun = self._clock.now()
        deadline = begun + self._opener.timeout
        name = self._name
        if name is None:
            return await self._alone(scope, frames, rule, begun, deadline)
        turn = session.turn(name)
        await turn.take()  # branches that share a session take turns
        try:
            held = session.held.get(name)
            record = _Record(begun)
            if held is None:
                held = await self._open(record, scope, deadline, turn)
                if held is None:
                    return record.response(self._clock.now())
                session.held[name] = held
            return await self._go_on(session, held, record, frames, rule, deadline)
        finally:
            turn.give_back()

    async def _go_on(
        self,
        session: WsSession,
        held: Held,
        record: "_Record",
        frames: "list[Outgoing]",
        rule: "StopRule",
        deadline: float,
    ) -> WsResponse:
        """Talk over a session that is held, and let go of it where that was its end."""
        try:
            response = await self._talk(held, record, frames, rule, deadline)
        except BaseException:
            session.let_go(held)
            raise
        # One that the server has closed behind its last message stays: its next request is told.
        if self._closes or record.failure is not None:
            session.let_go(held)
        return response

    async def _alone(
        self, scope: Scope, frames: "list[Outgoing]", rule: "StopRule", begun: float, deadline: float
    ) -> WsResponse:
        record = _Record(begun)
        held = await self._open(record, scope, deadline, Turn())
        if held is None:
            return record.response(self._clock.now())
        return await self._talk(held, record, frames, rule, deadline)

    async def _open(self, record: "_Record", scope: Scope, deadline: float, turn: Turn) -> Held | None:
        """A session; nothing where there is none, of which the record then tells."""
        upgrade, handshake = await self._opener.open(scope, deadline)
        record.shake_hands(handshake)
        link = upgrade.link
        if link is not None:
            record.open(self._clock.now())
            return Held(link, turn, record.begun, handshake)
        if handshake.error_kind is not None:
            words = handshake.error or handshake.error_kind
            record.failure = ExchangeFailed(ErrorKind(handshake.error_kind), words)
        elif handshake.status == SWITCHING:
            words = upgrade.problem or "the server closed the connection with the handshake"
            record.failure = ExchangeFailed(ErrorKind.PROTOCOL, words)
        return None

    async def _talk(
        self, held: Held, record: "_Record", frames: "list[Outgoing]", rule: "StopRule", deadline: float
    ) -> WsResponse:
        """Send and receive; close the session where this is its end."""
        link = held.link
        record.handshake = held.handshake
        conversation = _Conversation(self._clock, link, self._script, frames, rule, record)
        try:
            await conversation.run(deadline)
            if record.failure is not None:
                link.abort()
            elif self._closes:
                link.close(self._close_code)
                await part(link, min(self._clock.now() + FAREWELL, deadline))
        except BaseException:
            link.abort()  # in a state that nobody knows
            raise
        now = self._clock.now()
        record.count_bytes(link)
        if not link.is_open and not held.is_over:
            held.is_over = True
            record.sample(SESSION, held.opened, now)
        return record.response(now)

    def __repr__(self) -> str:
        return f"<WsRequest {self._name or 'alone'}>"


class _Record:
    """What a request comes to, while it runs.

    Attributes:
        begun: when it began.
        failure: why it failed, or `None`.
        handshake: the response that opened its session.
        last: the last message received.
        sent: how many messages were sent.
        received: how many messages came.
    """

    __slots__ = (
        "_bytes",
        "_further",
        "_sessions",
        "begun",
        "failure",
        "handshake",
        "last",
        "received",
        "sent",
    )

    def __init__(self, begun: float) -> None:
        self.begun = begun
        self.failure: ExchangeFailed | None = None
        self.handshake: VisitedResponse | None = None
        self.last: bytes | None = None
        self.sent = self.received = 0
        self._sessions = 0
        self._bytes = (0, 0)
        self._further: list[Sample] = []

    def shake_hands(self, handshake: "VisitedResponse") -> None:
        """Take the response of a handshake, and the redirects before it."""
        self.handshake = handshake
        row = handshake.row
        self._bytes = int(row[_BYTES_SENT]), int(row[_BYTES_RECEIVED])
        self._further += [
            replace(sample, layout=HTTP_LAYOUT) if sample.layout is None else sample
            for sample in handshake.further
        ]

    def open(self, now: float) -> None:
        """A session is open."""
        self._sessions = 1
        self.sample(CONNECTING, self.begun, now)

    def sample(self, layout: RowLayout, start: float, end: float) -> None:
        """Something had a time of its own."""
        self._further.append(Sample((start, end), SWITCHING, PROTO, "GET", expected=True, layout=layout))

    def count_bytes(self, link: WsConnection) -> None:
        """Take the bytes of the connection since they were last taken."""
        sent, received = link.take_counts()
        self._bytes = self._bytes[0] + sent, self._bytes[1] + received

    def response(self, now: float) -> WsResponse:
        """The outcome."""
        handshake = self.handshake
        assert handshake is not None, "a request has a session, or an answer that says why not"
        response = WsResponse(
            WsRow(self.begun, now, self._sessions, self.sent, self.received, *self._bytes),
            status=handshake.status if self.failure is None else 0,
            proto=PROTO,
            headers=handshake.headers,
            body=(self.last or b"") if handshake.status == SWITCHING else handshake.body,
            further=self._further,
        )
        if self.failure is not None:
            response.fail(self.failure.kind.value, self.failure.message)
        return response


class _Conversation:
    """One request on an open session: frames out when they are due, messages in until the rule is met."""

    __slots__ = ("_clock", "_frames", "_link", "_matching", "_pings", "_record", "_rule")

    def __init__(
        self,
        clock: Clock,
        link: WsConnection,
        script: "Script",
        frames: "list[Outgoing]",
        rule: "StopRule",
        record: _Record,
    ) -> None:
        self._clock = clock
        self._link = link
        self._frames = deque(frames)
        self._rule = rule
        self._record = record
        self._matching = Matching(script.key_of) if script.matches else None
        self._pings: dict[bytes, deque[float]] = {}

    async def run(self, deadline: float) -> None:
        """Talk until the rule is met; what goes wrong is the record's `failure`."""
        try:
            await self._run(deadline)
        except ExchangeFailed as failure:
            self._record.failure = failure

    async def _run(self, deadline: float) -> None:
        rule, frames, link, now = self._rule, self._frames, self._link, self._clock.now
        stop = float("inf") if rule.duration is None else now() + rule.duration
        due = now() + (frames[0].delay if frames else 0.0)
        while True:
            moment = now()
            while frames and moment >= due:
                self._send(frames.popleft())
                due = moment + (frames[0].delay if frames else 0.0)
            if self._take() or (self._is_spent() and not frames):
                return
            if moment >= stop:
                return
            if moment >= deadline:
                raise self._timed_out()
            if link.failure is not None or link.closed is not None:
                raise self._cut_short()
            await link.wait(deadline, min(stop, due) if frames else stop)

    def _is_spent(self) -> bool:
        """Whether nothing is awaited: the rule asks for no message, and no ping is open."""
        rule = self._rule
        nothing = rule.count == 0 and not rule.until and rule.duration is None
        return nothing and not any(self._pings.values())

    def _send(self, frame: "Outgoing") -> None:
        kind, data, _ = frame
        link, record = self._link, self._record
        at = self._clock.now()
        if kind == "ping":
            link.ping(data)
            self._pings.setdefault(data, deque()).append(at)
            return
        if kind == "text":
            link.send_text(data)
        else:
            link.send_binary(data)
        record.sent += 1
        if self._matching is not None:
            self._matching.sent(data, at)

    def _take(self) -> bool:
        """Take what has come; tell whether the rule is met."""
        record = self._record
        while (arrival := self._link.next()) is not None:
            at, item = arrival
            if isinstance(item, Message):
                record.received += 1
                record.last = item.data
                if self._matching is not None:
                    asked = self._matching.answered(item.data)
                    if asked is not None:
                        record.sample(REPLY, asked, at)
                if self._rule.is_met_by(item.data, record.received):
                    return True
            elif isinstance(item, Pong):
                asked_at = self._pings.get(item.payload)
                if asked_at:
                    record.sample(PING_PONG, asked_at.popleft(), at)
            elif isinstance(item, Closing):
                break
        return False

    def _timed_out(self) -> ExchangeFailed:
        words = f"timed out: {self._came()} from {self._link.peer}, the plan waits for {self._rule}"
        return ExchangeFailed(ErrorKind.TIMEOUT, words)

    def _cut_short(self) -> ExchangeFailed:
        ending = self._link.ending()
        return ExchangeFailed(ending.kind, f"{ending.message}, when {self._came()}, before {self._rule}")

    def _came(self) -> str:
        return f"{self._record.received} messages had come"
