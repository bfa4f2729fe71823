"""The half of a connection that asks: streams are opened, bodies sent, streams given up."""

from typing import Final

from loadr_protocols.http2 import frames as fr
from loadr_protocols.http2 import settings as st
from loadr_protocols.http2.errors import ErrorCode, FieldsTooLarge
from loadr_protocols.http2.outlet import Outlet
from loadr_protocols.http2.request_fields import FieldWriter, RequestFields
from loadr_protocols.http2.stream import Stream

SECTION_LIMIT: Final = 256 * 1024
"""The largest field section accepted, as in HTTP/1.1; blocks are not read when they are longer."""

STREAM_WINDOW: Final = 16 * 1024 * 1024
"""Octets of one body that a server may send unasked: enough for 10 Gbit/s over 10 ms."""

CONNECTION_WINDOW: Final = 2**30
"""Octets of all bodies together. What is received is let go at once, so nothing is gained by a narrow one."""

_LAST_STREAM: Final = 2**31 - 1
_REMEMBERED: Final = 4096
_SETTINGS: Final = {
    st.ENABLE_PUSH: 0,
    st.INITIAL_WINDOW_SIZE: STREAM_WINDOW,
    st.MAX_HEADER_LIST_SIZE: SECTION_LIMIT,
}
_OPENING: Final = b"".join(
    (
        fr.PREFACE,
        fr.encode_frame(fr.SETTINGS, 0, 0, st.encode_settings(_SETTINGS)),
        fr.encode_window_update(0, CONNECTION_WINDOW - st.DEFAULT_WINDOW),
    )
)
_PING: Final = fr.encode_frame(fr.PING, 0, 0, bytes(8))


class OutgoingHalf:
    """What a client asks of a server, and what of it is still open.

    Attributes:
        peer: what the server accepts.
        streams: those that are open, by number.
        outgoing: octets that `take` gives away.
        failed: whether the server broke the protocol; nothing is received or opened any more.
        going_away: whether the server takes no new streams.
        idle_frames: how many frames have come since the last progress.
    """

    __slots__ = (
        "_next",
        "_outlet",
        "_reset",
        "_writer",
        "failed",
        "going_away",
        "idle_frames",
        "outgoing",
        "peer",
        "streams",
    )

    def __init__(self) -> None:
        self.peer = st.PeerSettings()
        self.failed = False
        self.going_away = False
        self.idle_frames = 0
        self.outgoing: list[bytes] = [_OPENING]
        self.streams: dict[int, Stream] = {}
        self._outlet = Outlet(self.outgoing)
        self._writer = FieldWriter()
        # Streams that were reset here: what the server sent before it knew is not its mistake.
        self._reset: dict[int, None] = {}
        self._next = 1

    # The owner's side, and then what the incoming half needs.

    @property
    def can_open(self) -> bool:
        """Whether a request can be sent now."""
        return (
            len(self.streams) < self.peer.max_concurrent_streams
            and not self.going_away
            and not self.failed
            and self._next <= _LAST_STREAM
        )

    def open(self, request: RequestFields, *, ended: bool, bodiless: bool = False) -> int:
        """Send a request's fields. Only while `can_open`.

        Args:
            request: its fields.
            ended: whether it has no body.
            bodiless: whether its method is HEAD.

        Returns:
            The stream's number.

        Raises:
            FieldsTooLarge: the server has said that it takes less; nothing is sent.
        """
        limit = self.peer.max_header_list_size
        if limit is not None and request.size > limit:
            raise FieldsTooLarge(
                f"the request's headers count {request.size} octets, the server takes {limit}"
            )
        number = self._next
        self._next = number + 2
        block = self._writer.block(request)
        self.streams[number] = Stream(
            number, STREAM_WINDOW, self.peer.initial_window, bodiless=bodiless, ends=ended
        )
        self.outgoing.append(fr.encode_headers(number, block, self.peer.max_frame_size, ended=ended))
        self.idle_frames = 0
        return number

    def send(self, number: int, data: bytes, *, ended: bool) -> bool:
        """Send a part of an open stream's body; whether all that was given is on its way (else `BodySent`)."""
        self.idle_frames = 0
        return self._outlet.send(self.streams[number], data, ended=ended)

    def reset(self, number: int, code: ErrorCode = ErrorCode.CANCEL) -> None:
        """Give a stream up. Nothing happens where it is closed already."""
        stream = self.streams.get(number)
        if stream is not None:
            self.close(stream)
            self.outgoing.append(fr.encode_reset(number, code))
            if len(self._reset) >= _REMEMBERED:
                del self._reset[next(iter(self._reset))]
            self._reset[number] = None

    def close(self, stream: Stream) -> None:
        """A stream has ended."""
        del self.streams[stream.number]
        self._outlet.forget(stream)

    def was_reset(self, number: int) -> bool:
        """Whether a stream was given up here, and the server may not have known yet."""
        return number in self._reset

    def is_idle(self, number: int) -> bool:
        """Whether a number is not one of a stream that was ever opened."""
        return not number or number % 2 == 0 or number >= self._next

    def ping(self) -> None:
        """Ask for a sign of life; the answer is no event."""
        self.outgoing.append(_PING)

    def leave(self) -> None:
        """Tell the server that the connection ends."""
        if not self.failed:
            self.outgoing.append(fr.encode_goaway(ErrorCode.NO_ERROR, ""))

    def take(self) -> bytes:
        """What is to be sent, once; empty when there is nothing."""
        outgoing = self.outgoing
        if not outgoing:
            return b""
        wire = outgoing[0] if len(outgoing) == 1 else b"".join(outgoing)
        outgoing.clear()
        return wire
