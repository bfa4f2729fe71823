"""One call on its stream, its messages seen as they come.

state       what happens                                           next
waiting     the head comes                                         receiving
receiving   messages come
either      trailers, a head that is all, a failure, `cancel`      over: `end` says how
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from loadr_core.spi import CallEnd
from loadr_protocols.grpc.framing import FramingError, MessageReader, MessageTooLong
from loadr_protocols.grpc.metadata import metadata_of
from loadr_protocols.grpc.status import Code, code_of_reset, ending_of
from loadr_protocols.http.errors import ErrorKind
from loadr_protocols.http2.connection import Failure, Http2Connection
from loadr_protocols.http2.errors import code_name
from loadr_protocols.http2.fields import Fields

_NO_FIELDS: Final[Mapping[str, str]] = {}
_NO_METADATA: Final[Mapping[str, Sequence[str]]] = {}

DETAILS: Final = "grpc-status-details-bin"

_SAME_MOMENT: Final = 0.05

DEADLINE: Final = "context deadline exceeded"
"""What Go's client says of it, and so what scripts look for."""


class Call:
    """A call under way: a `StreamOwner`.

    Attributes:
        deadline: when it has failed, a moment of the clock.
        number: of its stream.
        connection: that carries it; `None` before it has begun.
        messages: what has come and was not taken.
        received: how many messages have come.
        end: how it ended; `None` before.
        error_kind: the metric tag, where the transport has failed.
        unprocessed: whether it failed, and the server is known to have done nothing for it.
        first: metadata before the answer.
        last: metadata behind it.
        ended_at: the moment of its end.
        details: what the server says of a failure beside its status, as its field has it.
    """

    __slots__ = (
        "_head",
        "_reader",
        "_wake",
        "connection",
        "deadline",
        "details",
        "end",
        "ended_at",
        "error_kind",
        "first",
        "last",
        "messages",
        "number",
        "received",
        "unprocessed",
    )

    def __init__(self, deadline: float, limit: int, wake: Callable[[], None]) -> None:
        """Begin.

        Args:
            deadline: a moment of the clock.
            limit: the most bytes of a message.
            wake: called at its end; see `on_each`.
        """
        self.deadline = deadline
        self.number = 0
        self.connection: Http2Connection | None = None
        self.messages: deque[bytes] = deque()
        self.received = 0
        self.end: CallEnd | None = None
        self.error_kind: str | None = None
        self.unprocessed = False
        self.first = self.last = _NO_METADATA
        self.ended_at = 0.0
        self.details = ""
        self._head: Fields | None = None
        self._reader = MessageReader(limit)
        self._wake = wake

    def claim_bytes(self) -> tuple[int, int]:
        """What its connection has sent and received since somebody asked."""
        return (0, 0) if self.connection is None else self.connection.claim_bytes()

    def on_message(self) -> None:
        """Messages have come."""

    def cancel(self, now: float, reason: str) -> None:
        """Nobody waits for it any more."""
        if self.end is None:
            self._give_up()
            self._finish(CallEnd(Code.CANCELLED, reason), now)

    def fail(self, code: int, reason: str, now: float, kind: ErrorKind | None = None) -> None:
        """It has failed here."""
        if self.end is None:
            self._give_up()
            self.error_kind = None if kind is None else kind.value
            self._finish(CallEnd(code, reason), now)

    def _give_up(self) -> None:
        if self.connection is not None:
            self.connection.give_up(self.number)

    # ------------------------------------------------------------ what the connection calls

    def on_sent(self, now: float) -> None:
        """Nothing waits for it."""

    def on_interim(self, now: float) -> None:
        """It says nothing."""

    def on_head(self, head: Fields, now: float) -> None:
        """Take status and metadata."""
        del now
        self._head = head
        self._reader.coding = head.headers.get("grpc-encoding")

    def on_data(self, data: bytes, now: float) -> None:
        """Take what is whole."""
        if self.end is not None or self._head is None or self._head.status != 200:
            return
        try:
            messages = self._reader.feed(data)
        except MessageTooLong as error:
            reason = f"grpc: received message larger than max ({error.length} vs. {error.limit})"
            self.fail(Code.RESOURCE_EXHAUSTED, reason, now, ErrorKind.PROTOCOL)
        except FramingError as error:
            self.fail(Code.INTERNAL, f"gRPC: {error}", now, ErrorKind.PROTOCOL)
        else:
            if messages:
                self.messages.extend(messages)
                self.received += len(messages)
                self.on_message()

    def on_end(self, trailers: Fields | None, now: float) -> None:
        """The server has said how it ended."""
        head = self._head
        if self.end is not None or head is None:
            return
        if trailers is None:  # a head that is all
            self.last = metadata_of(head)
        else:
            self.first, self.last = metadata_of(head), metadata_of(trailers)
        fields = _NO_FIELDS if trailers is None else trailers.headers
        ending = ending_of(head.status, head.headers, fields)
        reason = ending.message
        if head.status == 200:
            if not ending.is_told:
                self.error_kind = ErrorKind.PROTOCOL.value
            elif ending.code == Code.OK and not self._reader.is_between:
                self.error_kind = ErrorKind.PROTOCOL.value
                self._finish(CallEnd(Code.INTERNAL, "gRPC: the body ends inside a message"), now)
                return
        self.details = (fields or head.headers).get(DETAILS, "")
        if ending.code == Code.DEADLINE_EXCEEDED and now >= self.deadline - _SAME_MOMENT:
            # The server was the first to say so.
            reason, self.error_kind = DEADLINE, ErrorKind.TIMEOUT.value
        self._finish(CallEnd(ending.code, reason), now)

    def on_failure(self, failure: Failure, now: float) -> None:
        """The transport says how it ended."""
        if self.end is not None:
            return
        self.error_kind = failure.kind.value
        self.unprocessed = failure.unprocessed
        if failure.kind is ErrorKind.TIMEOUT:
            end = CallEnd(Code.DEADLINE_EXCEEDED, DEADLINE)
        elif failure.code is not None and not failure.unprocessed:
            name = code_name(failure.code)
            reason = f"stream terminated by RST_STREAM with error code: {name}"
            end = CallEnd(code_of_reset(failure.code), reason)
        else:
            end = CallEnd(Code.UNAVAILABLE, failure.message)
        if self._head is not None:
            self.first = metadata_of(self._head)
        self._finish(end, now)

    def _finish(self, end: CallEnd, now: float) -> None:
        self.end = end
        self.ended_at = now
        self._wake()

    def __repr__(self) -> str:
        state = "under way" if self.end is None else f"ended with {self.end.status}"
        return f"<{type(self).__name__} {self.number} {state}, {self.received} messages>"


class StreamedCall(Call):
    """A call of which somebody wants to know each message: `wake` is called for messages as well."""

    __slots__ = ()

    def on_message(self) -> None:
        """Say so."""
        self._wake()
