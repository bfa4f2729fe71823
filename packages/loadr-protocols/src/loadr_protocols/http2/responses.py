"""Responses as they come in: heads, bodies and trailers of open streams."""

from typing import Final

from loadr_protocols.http2 import frames as fr
from loadr_protocols.http2 import payloads as pl
from loadr_protocols.http2.errors import (
    CompressionError,
    ConnectionBroken,
    ErrorCode,
    FieldsTooLarge,
    MalformedFields,
    StreamBroken,
)
from loadr_protocols.http2.events import DataReceived, Event, HeadReceived, InterimReceived, TrailersReceived
from loadr_protocols.http2.fields import FieldCache, FieldReader, Fields
from loadr_protocols.http2.outgoing import CONNECTION_WINDOW, SECTION_LIMIT, STREAM_WINDOW, OutgoingHalf
from loadr_protocols.http2.stream import Stream

CONTINUATION_LIMIT: Final = 64
"""How many CONTINUATION frames may belong to a block."""

INTERIM_LIMIT: Final = 32
"""How many 1xx responses may precede a final one."""

_WITHOUT_BODY: Final = frozenset({204, 304})


class _Continued:
    """A block of which the end is still to come."""

    __slots__ = ("block", "ended", "frames", "number")

    def __init__(self, number: int, block: bytes, *, ended: bool) -> None:
        self.number = number
        self.block = bytearray(block)
        self.ended = ended
        self.frames = 0


class ResponseIntake:
    """Makes events of HEADERS, CONTINUATION and DATA.

    Attributes:
        events: where they go.
        continued: a block that has begun and not ended: nothing but its CONTINUATION may come next.
    """

    __slots__ = ("_half", "_receivable", "_sections", "continued", "events")

    def __init__(self, half: OutgoingHalf, known: FieldCache) -> None:
        """Begin a connection.

        Args:
            half: the requests that are answered.
            known: blocks that mean the same on all connections.
        """
        self.events: list[Event] = []
        self._half = half
        self._sections = FieldReader(SECTION_LIMIT, known)
        self._receivable = CONNECTION_WINDOW
        self.continued: _Continued | None = None

    def take_data(self, flags: int, number: int, payload: bytes) -> None:
        """A part of a body. Raises `PeerError`."""
        half = self._half
        length = len(payload)
        self._receivable -= length
        if self._receivable < CONNECTION_WINDOW // 2:
            if self._receivable < 0:
                raise ConnectionBroken(ErrorCode.FLOW_CONTROL_ERROR, "sent more than the connection's window")
            half.outgoing.append(fr.encode_window_update(0, CONNECTION_WINDOW - self._receivable))
            self._receivable = CONNECTION_WINDOW
        stream = half.streams.get(number)
        data = pl.unpadded(flags, payload) if flags & fr.PADDED else payload
        if stream is None:
            self.take_stray("DATA", number)
            return
        ended = bool(flags & fr.END_STREAM)
        stream.receivable -= length
        if stream.receivable < STREAM_WINDOW // 2:
            if stream.receivable < 0:
                raise StreamBroken(ErrorCode.FLOW_CONTROL_ERROR, "sent more than the stream's window")
            if not ended:
                half.outgoing.append(fr.encode_window_update(number, STREAM_WINDOW - stream.receivable))
                stream.receivable = STREAM_WINDOW
        if not stream.responded:
            raise StreamBroken(ErrorCode.PROTOCOL_ERROR, "sent a body before its head")
        if stream.missing >= 0:
            stream.missing -= len(data)
            if stream.missing < 0:
                raise StreamBroken(
                    ErrorCode.PROTOCOL_ERROR, "sent a longer body than its content-length says"
                )
        if data:
            half.idle_frames = 0
        if ended:
            self._finish(stream)
        self.events.append(DataReceived(number, data, ended))

    def take_headers(self, flags: int, number: int, payload: bytes) -> None:
        """The beginning of a field block, mostly all of it. Raises `PeerError`."""
        block = pl.block_of(flags, payload) if flags & (fr.PADDED | fr.WITH_PRIORITY) else payload
        ended = bool(flags & fr.END_STREAM)
        if flags & fr.END_HEADERS:
            self._take_section(number, block, ended=ended)
        else:
            self.continued = _Continued(number, block, ended=ended)

    def take_continuation(self, flags: int, number: int, payload: bytes) -> None:
        """The next part of a field block. Raises `PeerError`."""
        continued = self.continued
        if continued is None or continued.number != number:
            raise ConnectionBroken(ErrorCode.PROTOCOL_ERROR, "sent CONTINUATION without HEADERS")
        continued.block += payload
        continued.frames += 1
        if continued.frames > CONTINUATION_LIMIT:
            reason = f"sent a field block in more than {CONTINUATION_LIMIT} frames"
            raise ConnectionBroken(ErrorCode.ENHANCE_YOUR_CALM, reason)
        if len(continued.block) > SECTION_LIMIT:
            reason = f"sent a field block of more than {SECTION_LIMIT} octets"
            raise ConnectionBroken(ErrorCode.ENHANCE_YOUR_CALM, reason)
        if flags & fr.END_HEADERS:
            self.continued = None
            self._take_section(continued.number, bytes(continued.block), ended=continued.ended)

    def _take_section(self, number: int, block: bytes, *, ended: bool) -> None:
        half = self._half
        stream = half.streams.get(number)
        if stream is None:
            self.take_stray("HEADERS", number)
        try:
            fields = self._sections.read(block)
        except CompressionError as error:
            reason = f"sent a field block that cannot be read: {error}"
            raise ConnectionBroken(ErrorCode.COMPRESSION_ERROR, reason) from error
        except MalformedFields as error:
            raise StreamBroken(ErrorCode.PROTOCOL_ERROR, f"sent a malformed response: {error}") from error
        except FieldsTooLarge as error:
            raise StreamBroken(ErrorCode.ENHANCE_YOUR_CALM, f"sent too large a head: {error}") from error
        if stream is None:
            return
        half.idle_frames = 0
        if stream.responded:
            if fields.status or not ended:
                raise StreamBroken(ErrorCode.PROTOCOL_ERROR, "sent a second head inside of a response")
            self._finish(stream)
            self.events.append(TrailersReceived(number, fields))
        elif fields.status >= 200:
            stream.responded = True
            if not stream.bodiless and fields.status not in _WITHOUT_BODY:
                stream.missing = fields.content_length
            if ended:
                self._finish(stream)
            self.events.append(HeadReceived(number, fields, ended))
        else:
            self._take_interim(stream, fields, ended=ended)

    def _take_interim(self, stream: Stream, fields: Fields, *, ended: bool) -> None:
        if not fields.status:
            raise StreamBroken(ErrorCode.PROTOCOL_ERROR, "sent a malformed response: it has no :status")
        if ended or fields.status == 101:
            raise StreamBroken(ErrorCode.PROTOCOL_ERROR, f"ended a response with status {fields.status}")
        stream.interims += 1
        if stream.interims > INTERIM_LIMIT:
            reason = f"sent more than {INTERIM_LIMIT} interim responses"
            raise StreamBroken(ErrorCode.ENHANCE_YOUR_CALM, reason)
        self.events.append(InterimReceived(stream.number))

    def _finish(self, stream: Stream) -> None:
        """The response is whole. What is left of the request is not sent: the server has said all it will."""
        if stream.missing > 0:
            raise StreamBroken(
                ErrorCode.PROTOCOL_ERROR,
                f"ended a body {stream.missing} octets before what its content-length says",
            )
        if stream.is_sent:
            self._half.close(stream)
        else:
            self._half.reset(stream.number)

    def take_stray(self, kind: str, number: int) -> None:
        """A frame for a stream that is not open: late where it was reset here, else the server's mistake.

        Raises:
            ConnectionBroken: it is its mistake.
        """
        if self._half.is_idle(number):
            reason = f"sent {kind} on stream {number}, which was never opened"
            raise ConnectionBroken(ErrorCode.PROTOCOL_ERROR, reason)
        if not self._half.was_reset(number):
            raise ConnectionBroken(
                ErrorCode.STREAM_CLOSED, f"sent {kind} on stream {number}, which had ended"
            )

    def __repr__(self) -> str:
        return f"<ResponseIntake {self._receivable} octets receivable>"
