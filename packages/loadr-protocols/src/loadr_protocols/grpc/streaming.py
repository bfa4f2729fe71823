"""A call whose messages come one by one, as a script's conversation."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from loadr_core.spi import Arrival, Connection, Counted, Recording, Sample
from loadr_protocols.grpc.calling import Call, StreamedCall
from loadr_protocols.grpc.descriptors import Method
from loadr_protocols.grpc.known import detailed
from loadr_protocols.grpc.layout import ENDING_LAYOUT
from loadr_protocols.grpc.response import PROTO
from loadr_protocols.grpc.status import Code

if TYPE_CHECKING:
    from loadr_protocols.grpc.channel import Channel

MESSAGE: Final = "message"
"""What is sent and what arrives, in bytes; the last arrival is `closed`, with a `CallEnd`."""

_GONE: Final = "the client has gone away"


class MessageStream(Connection):
    """A call that is under way."""

    __slots__ = (
        "_began",
        "_call",
        "_channel",
        "_counted",
        "_is_finished",
        "_is_told",
        "_method",
        "_now",
        "_received",
        "_recording",
        "_sent",
        "_wake",
    )

    def __init__(self, channel: "Channel", method: Method, deadline: float, began: float) -> None:
        """Make one that is about to begin.

        Args:
            channel: that carries it.
            method: what is called.
            deadline: a moment of the clock.
            began: likewise.
        """
        self._channel = channel
        self._method = method
        self._began = began
        self._now = channel.now
        self._call = StreamedCall(deadline, channel.limit, self._on_news)
        self._wake: Callable[[], None] | None = None
        self._recording: Recording | None = None
        self._sent: Counted | None = None
        self._received: Counted | None = None
        self._counted = 0
        self._is_finished = False
        self._is_told = False

    @property
    def call(self) -> Call:
        """The call itself."""
        return self._call

    @property
    def is_open(self) -> bool:
        """Whether something can be sent."""
        return self._call.end is None and not self._is_finished

    def record_in(self, recording: Recording) -> None:
        """Record messages and the end there."""
        self._recording = recording
        self._record()

    def listen(self, wake: Callable[[], None]) -> None:
        """Call it for messages and for the end."""
        self._wake = wake
        if self._call.messages or self._call.end is not None:
            wake()

    def next(self) -> Arrival | None:
        """The next message, or the end behind the last one."""
        call = self._call
        if call.messages:
            return Arrival(MESSAGE, call.messages.popleft(), self._now())
        if call.end is None or self._is_told:
            return None
        self._is_told = True
        return Arrival("closed", detailed(call.end, call.details, self._method), call.ended_at)

    def send(self, kind: str, data: Any) -> None:
        """Send a message, in bytes. Raises as `Connection.send`."""
        if kind != MESSAGE:
            raise ValueError(f"a call has no {kind!r} to send")
        if not self.is_open:
            raise ConnectionError("the call takes no more messages")
        if self._channel.send(self._call, data) and self._recording is not None:
            if self._sent is None:
                self._sent = self._recording.counter("grpc_streams_msgs_sent", self._sample())
            self._sent.value += 1

    def close(self, code: int | None = None, reason: str = "") -> None:
        """Send no more messages; what the server still sends comes."""
        del code, reason
        if self.is_open:
            self._is_finished = True
            self._channel.finish(self._call)

    def abort(self) -> None:
        """Cancel the call."""
        self._call.cancel(self._now(), _GONE)
        self._is_told = True
        self._call.messages.clear()

    def _on_news(self) -> None:
        self._record()
        if self._call.end is not None:
            self._channel.drop(self._call)
        if self._wake is not None:
            self._wake()

    def _record(self) -> None:
        """Count what has come, and at the end record the call."""
        recording, call = self._recording, self._call
        if recording is None:
            return
        came = call.received - self._counted
        if came:
            if self._received is None:
                self._received = recording.counter("grpc_streams_msgs_received", self._sample())
            self._received.value += came
            self._counted = call.received
        if call.end is not None:
            recording.sample(self._sample(call.end.status))
            self._recording = None

    def _sample(self, status: int = Code.OK) -> Sample:
        call = self._call
        return Sample(
            (self._began, call.ended_at, *call.claim_bytes()) if call.end is not None else (),
            status,
            PROTO,
            self._method.name,
            error_kind=call.error_kind,
            error=None if call.end is None else call.end.reason,
            expected=status == Code.OK and call.error_kind is None,
            layout=ENDING_LAYOUT,
        )

    def __repr__(self) -> str:
        return f"<MessageStream {self._method.path} {self._call!r}>"
