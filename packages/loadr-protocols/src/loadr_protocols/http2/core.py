"""The client's side of a connection (RFC 9113): octets in, events out; octets to send in `take`.

    stream      on                                              next
    (idle)      `open`                                          waiting
    waiting     HEADERS of status 1xx                           waiting
                HEADERS of a final status / with END_STREAM     receiving / closed
    receiving   DATA / with END_STREAM                          receiving / closed
                HEADERS with END_STREAM: trailers               closed
    any         RST_STREAM, a GOAWAY that leaves it out         closed
                `reset`, a response that is malformed           closed; what still comes is ignored

What one stream gets wrong ends that stream (`StreamFailed`), what breaks the connection's state ends all of
them (`ConnectionFailed`): frames, compression or windows that the two ends no longer agree about, or more
frames without progress than a server can have reason for.

Budget: 5 us of CPU for a known request and its response in two frames (benchmarks/ http2).
"""

from typing import Final

from loadr_protocols.http2 import frames as fr
from loadr_protocols.http2 import payloads as pl
from loadr_protocols.http2 import settings as st
from loadr_protocols.http2.errors import ConnectionBroken, ErrorCode, StreamBroken, code_name
from loadr_protocols.http2.events import BodySent, ConnectionFailed, Event, GoingAway, StreamFailed
from loadr_protocols.http2.fields import FieldCache
from loadr_protocols.http2.outgoing import OutgoingHalf
from loadr_protocols.http2.responses import ResponseIntake

FRAME_LIMIT: Final = st.SMALLEST_FRAME_LIMIT
"""The longest payload accepted: the least that must be, which is also what fits into one TLS record."""

IDLE_FRAME_LIMIT: Final = 10_000
"""How many frames may come while no response makes progress and nothing is asked for: pings, settings,
empty parts of bodies; a setting counts as a frame. A flood of them ends the connection; a ping a second does not, in hours of silence."""

_ACKNOWLEDGED: Final = fr.encode_frame(fr.SETTINGS, fr.ACK, 0)
_NONE_LEFT_OUT: Final = 2**31 - 1


class ClientCore(OutgoingHalf):
    """The state of one connection."""

    __slots__ = ("_intake", "_last_served", "_reader", "_settled")

    def __init__(self, known: FieldCache) -> None:
        """Begin a connection.

        Args:
            known: blocks that mean the same on all connections.
        """
        super().__init__()
        self._intake = ResponseIntake(self, known)
        self._reader = fr.FrameReader(FRAME_LIMIT)
        self._last_served = _NONE_LEFT_OUT
        self._settled = False

    def receive(self, received: bytes) -> list[Event]:
        """Take octets from the server; what they mean, in order."""
        events: list[Event] = []
        if self.failed:
            return events
        intake = self._intake
        intake.events = events
        for kind, flags, number, payload in self._reader.feed(received):
            try:
                if intake.continued is not None or not self._settled:
                    self._check_order(kind, flags)
                if kind == fr.DATA:
                    intake.take_data(flags, number, payload)
                elif kind == fr.HEADERS:
                    intake.take_headers(flags, number, payload)
                else:
                    self._take(kind, flags, number, payload)
                self.idle_frames += 1
                if self.idle_frames > IDLE_FRAME_LIMIT:
                    reason = f"sent {IDLE_FRAME_LIMIT} frames without progress"
                    raise ConnectionBroken(ErrorCode.ENHANCE_YOUR_CALM, reason)  # noqa: TRY301 - as the others
            except StreamBroken as broken:
                self._break_stream(number, broken)
            except ConnectionBroken as broken:
                self._break_connection(broken)
                return events
        if self._reader.refused:
            self._break_connection(self._refusal(self._reader.refused))
        return events

    def _take(self, kind: int, flags: int, number: int, payload: bytes) -> None:
        """Take a frame of any other type."""
        match kind:
            case fr.CONTINUATION:
                self._intake.take_continuation(flags, number, payload)
            case fr.WINDOW_UPDATE:
                self._take_window_update(number, payload)
            case fr.SETTINGS:
                self._take_settings(flags, number, payload)
            case fr.PING:
                pl.check_ping(number, payload)
                if not flags & fr.ACK:
                    self.outgoing.append(fr.encode_frame(fr.PING, fr.ACK, 0, payload))
            case fr.RST_STREAM:
                self._take_reset(number, payload)
            case fr.GOAWAY:
                self._take_goaway(number, payload)
            case fr.PUSH_PROMISE:
                raise ConnectionBroken(ErrorCode.PROTOCOL_ERROR, "pushed a response, which was forbidden")
            case fr.PRIORITY if not number:
                raise ConnectionBroken(ErrorCode.PROTOCOL_ERROR, "sent PRIORITY without a stream")
            case _:
                pass  # section 5.5: unknown frames are extensions, to be ignored; priorities are for servers

    def _check_order(self, kind: int, flags: int) -> None:
        """What may come first, and inside of a block."""
        if not self._settled:
            if kind != fr.SETTINGS or flags & fr.ACK:
                raise ConnectionBroken(ErrorCode.PROTOCOL_ERROR, "did not begin with SETTINGS")
            self._settled = True
        elif kind != fr.CONTINUATION:
            raise ConnectionBroken(ErrorCode.PROTOCOL_ERROR, "sent another frame inside of a field block")

    def _refusal(self, header: bytes) -> ConnectionBroken:
        if not self._settled and header.startswith(b"HTTP/1"):
            return ConnectionBroken(
                ErrorCode.HTTP_1_1_REQUIRED, "answered with HTTP/1.1, it speaks no HTTP/2"
            )
        length = int.from_bytes(header[:3], "big")
        return ConnectionBroken(
            ErrorCode.FRAME_SIZE_ERROR, f"sent a frame of {length} octets, {FRAME_LIMIT} are accepted"
        )

    # ------------------------------------------------------------ control

    def _take_reset(self, number: int, payload: bytes) -> None:
        code = pl.code_of(payload)
        stream = self.streams.get(number)
        if stream is not None:
            self.close(stream)
            reason = f"reset the stream ({code_name(code)})"
            refused = code == ErrorCode.REFUSED_STREAM
            self._intake.events.append(StreamFailed(number, code, reason, unprocessed=refused))
        elif self.is_idle(number):
            self._intake.take_stray("RST_STREAM", number)

    def _take_settings(self, flags: int, number: int, payload: bytes) -> None:
        pl.check_settings(number, payload, acknowledged=bool(flags & fr.ACK))
        if flags & fr.ACK:
            return
        self.idle_frames += len(payload) // st.OCTETS  # each costs as much as a frame
        for setting, value in st.decode_settings(payload):
            self._take_setting(setting, value)
        self.outgoing.append(_ACKNOWLEDGED)

    def _take_setting(self, setting: int, value: int) -> None:
        peer = self.peer
        match setting:
            case st.HEADER_TABLE_SIZE:
                self._writer.limit(value)
            case st.ENABLE_PUSH if value:
                raise ConnectionBroken(ErrorCode.PROTOCOL_ERROR, "set ENABLE_PUSH, which only clients may")
            case st.MAX_CONCURRENT_STREAMS:
                peer.max_concurrent_streams = value
            case st.INITIAL_WINDOW_SIZE:
                if value > st.LARGEST_WINDOW:
                    raise ConnectionBroken(
                        ErrorCode.FLOW_CONTROL_ERROR, f"set INITIAL_WINDOW_SIZE to {value}"
                    )
                self._change_windows(value - peer.initial_window)
                peer.initial_window = value
            case st.MAX_FRAME_SIZE:
                if not st.SMALLEST_FRAME_LIMIT <= value <= st.LARGEST_FRAME_LIMIT:
                    raise ConnectionBroken(ErrorCode.PROTOCOL_ERROR, f"set MAX_FRAME_SIZE to {value}")
                peer.max_frame_size = self._outlet.largest = value
            case st.MAX_HEADER_LIST_SIZE:
                peer.max_header_list_size = value
            case _:
                pass  # section 6.5.2: unknown settings are ignored

    def _change_windows(self, octets: int) -> None:
        """The server has changed the window of every stream that is open."""
        for stream in self.streams.values():
            try:
                self._say_sent(self._outlet.widen_stream(stream, octets))
            except StreamBroken as broken:
                raise ConnectionBroken(broken.code, broken.reason) from broken

    def _take_window_update(self, number: int, payload: bytes) -> None:
        increment = pl.increment_of(number, payload)
        waiting = len(self.outgoing)
        stream = self.streams.get(number)
        if not number:
            self._say_sent(self._outlet.widen(increment))
        elif stream is not None:
            self._say_sent(self._outlet.widen_stream(stream, increment))
        elif self.is_idle(number):
            self._intake.take_stray("WINDOW_UPDATE", number)
        if len(self.outgoing) > waiting:
            self.idle_frames = 0  # a body has moved on

    def _say_sent(self, numbers: list[int]) -> None:
        self._intake.events.extend(map(BodySent, numbers))

    def _take_goaway(self, number: int, payload: bytes) -> None:
        last, code, reason = pl.goodbye_of(number, payload)
        if last > self._last_served:
            raise ConnectionBroken(ErrorCode.PROTOCOL_ERROR, "took back what its first GOAWAY said")
        self._last_served = last
        self.going_away = True
        said = f"said goodbye ({code_name(code)}{f': {reason}' if reason else ''})"
        events = self._intake.events
        events.append(GoingAway(code, said))
        for stream in [stream for stream in self.streams.values() if stream.number > last]:
            self.close(stream)
            events.append(StreamFailed(stream.number, code, said, unprocessed=True))

    # ------------------------------------------------------------ mistakes of the server

    def _break_stream(self, number: int, broken: StreamBroken) -> None:
        if number in self.streams:
            self.reset(number, broken.code)
            self._intake.events.append(StreamFailed(number, broken.code, broken.reason, broken=True))

    def _break_connection(self, broken: ConnectionBroken) -> None:
        self.failed = True
        for stream in list(self.streams.values()):
            self.close(stream)
        self.outgoing.append(fr.encode_goaway(broken.code, broken.reason))
        self._intake.events.append(ConnectionFailed(broken.code, broken.reason))

    def __repr__(self) -> str:
        state = "failed" if self.failed else "going away" if self.going_away else "open"
        return f"<ClientCore {state}, {len(self.streams)} streams>"
