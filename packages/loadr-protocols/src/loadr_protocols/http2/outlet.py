"""Bodies on their way out, as far as the server's windows let them (RFC 9113, section 5.2)."""

from loadr_protocols.http2.errors import ConnectionBroken, ErrorCode, StreamBroken
from loadr_protocols.http2.frames import DATA, END_STREAM, encode_frame
from loadr_protocols.http2.settings import DEFAULT_WINDOW, LARGEST_WINDOW, SMALLEST_FRAME_LIMIT
from loadr_protocols.http2.stream import Stream


class Outlet:
    """Makes DATA frames.

    Attributes:
        outgoing: where they go.
        largest: the longest payload that the server takes.
    """

    __slots__ = ("_blocked", "_sendable", "largest", "outgoing")

    def __init__(self, outgoing: list[bytes]) -> None:
        self.outgoing = outgoing
        self.largest = SMALLEST_FRAME_LIMIT
        self._sendable = DEFAULT_WINDOW
        self._blocked: dict[int, Stream] = {}

    def send(self, stream: Stream, data: bytes, *, ended: bool) -> bool:
        """Take a part of a body; whether all of it is on its way."""
        stream.ends = ended
        pending = stream.hold(data)
        if stream.number in self._blocked:
            return False
        while pending:
            if not self._send_frame(stream):
                self._blocked[stream.number] = stream
                return False
        return True

    def forget(self, stream: Stream) -> None:
        """A stream is closed; what is left of its body is not sent."""
        self._blocked.pop(stream.number, None)

    def widen(self, octets: int) -> list[int]:
        """The connection may take more; the streams whose pending parts are now all on their way."""
        if self._sendable + octets > LARGEST_WINDOW:
            raise ConnectionBroken(ErrorCode.FLOW_CONTROL_ERROR, "opened the connection's window too far")
        self._sendable += octets
        return self._send_blocked()

    def widen_stream(self, stream: Stream, octets: int) -> list[int]:
        """A stream may take more. Returns the same."""
        if stream.sendable + octets > LARGEST_WINDOW:
            raise StreamBroken(ErrorCode.FLOW_CONTROL_ERROR, "opened a stream's window too far")
        stream.sendable += octets
        return self._send_blocked()

    def _send_blocked(self) -> list[int]:
        """One frame of each stream in turn, so that a long body does not hold up the others."""
        sent = []
        blocked = self._blocked
        progress = bool(blocked)
        while progress:
            progress = False
            for stream in list(blocked.values()):
                progress = self._send_frame(stream) or progress
                if not stream.pending:
                    del blocked[stream.number]
                    sent.append(stream.number)
        return sent

    def _send_frame(self, stream: Stream) -> bool:
        """One frame of a stream that has something pending; whether the windows let it."""
        pending = stream.pending
        assert pending
        part = pending[0]
        room = min(self._sendable, stream.sendable, self.largest)
        if len(part) <= room or not part:
            pending.popleft()
            piece = part
        elif room > 0:
            piece = part[:room]
            pending[0] = part[room:]
        else:
            return False
        self._sendable -= len(piece)
        stream.sendable -= len(piece)
        flags = END_STREAM if stream.ends and not pending else 0
        self.outgoing.append(encode_frame(DATA, flags, stream.number, bytes(piece)))
        return True
