"""What scripts ask for: channels, calls over them, and calls whose messages come one by one.

ChannelBlock, opened     OpenedChannel in its response; the VU's session knows it by its number
CallBlock, requested     CallOutcome
CallBlock, opened        MessageStream in its response
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from loadr_core.spi import (
    Arrival,
    CallBlock,
    CallEnd,
    CallResponse,
    CompiledRequest,
    CompileError,
    Connection,
    Payload,
    Recording,
    RowLayout,
    Scope,
    ServiceError,
    ServiceMethod,
    Text,
)
from loadr_protocols.grpc.asking import ask_methods
from loadr_protocols.grpc.calling import DEADLINE, Call
from loadr_protocols.grpc.channel import Channel
from loadr_protocols.grpc.descriptors import Method
from loadr_protocols.grpc.known import detailed
from loadr_protocols.grpc.layout import CALL_LAYOUT, CHANNEL_LAYOUT, OPENING_LAYOUT
from loadr_protocols.grpc.metadata import MetadataError
from loadr_protocols.grpc.response import PROTO
from loadr_protocols.grpc.session import GrpcSession
from loadr_protocols.grpc.status import Code
from loadr_protocols.grpc.streaming import MessageStream
from loadr_protocols.http.deadlines import NO_DEADLINE
from loadr_protocols.http.errors import ErrorKind, ExchangeFailed
from loadr_protocols.http2.request_fields import RequestFields

_NONE: Final[Mapping[str, Sequence[str]]] = {}
_MOST_FIELDS: Final = 64


class CallOutcome(CallResponse):
    """How a script's call, or its opening, went.

    Attributes:
        connection: what was opened, or `None`.
    """

    __slots__ = ("_body", "connection", "ended", "first", "last", "methods")

    def __init__(
        self,
        row: tuple[float, ...],
        ended: CallEnd,
        *,
        error_kind: str | None = None,
        body: bytes = b"",
        first: Mapping[str, Sequence[str]] = _NONE,
        last: Mapping[str, Sequence[str]] = _NONE,
        connection: Connection | None = None,
        methods: Sequence[ServiceMethod] = (),
    ) -> None:
        self.row = row
        self.ended = ended
        self.status = ended.status
        self.proto = PROTO
        self.error_kind = error_kind
        self.error = ended.reason if error_kind is not None else None
        self._body = body
        self.first = first
        self.last = last
        self.connection = connection
        self.methods = methods

    @property
    def body(self) -> bytes:
        """The last answer."""
        return self._body

    @property
    def headers(self) -> Mapping[str, str]:
        """Metadata, first and trailing."""
        return {name: ", ".join(values) for name, values in (*self.first.items(), *self.last.items())}

    @property
    def duration(self) -> float:
        """Seconds from the call to its end."""
        return self.row[1] - self.row[0]

    def __repr__(self) -> str:
        return f"<CallOutcome {self.status} {self.ended.reason}>"


class OpenedChannel(Connection):
    """A channel as a script holds it: nothing is said over it but calls, which are requests of their own."""

    __slots__ = ("_channel", "_number", "_session")

    def __init__(self, session: GrpcSession, number: int, channel: Channel) -> None:
        self._session = session
        self._number = number
        self._channel = channel

    @property
    def is_open(self) -> bool:
        """Whether methods can be called."""
        return not self._channel.is_closed

    def record_in(self, recording: Recording) -> None:
        """Calls are recorded where they are made."""

    def listen(self, wake: Callable[[], None]) -> None:
        """Nothing comes."""

    def next(self) -> Arrival | None:
        """Nothing comes."""
        return None

    def send(self, kind: str, data: object) -> None:
        """Nothing can be sent. Raises `ValueError`."""
        del data
        raise ValueError(f"a channel has no {kind!r} to send: call a method")

    def close(self, code: int | None = None, reason: str = "") -> None:
        """Cancel what is under way on it, and close it."""
        del code, reason
        self.abort()

    def abort(self) -> None:
        """The same."""
        self._session.let_go(self._number, self._channel)


class ChannelOpening(CompiledRequest):
    """Connects.

    Args:
        make: makes the channel of a scope.
        number: of the channel, among those of the VU's script.
        asks: whether the server is asked for its methods.
        metadata: goes along with that.
        timeout: seconds for all of it.
    """

    __slots__ = ("_asks", "_make", "_metadata", "_number", "_timeout")

    def __init__(
        self,
        make: Callable[[Scope], Channel],
        number: int,
        *,
        asks: bool,
        metadata: Sequence[tuple[str, Text]],
        timeout: float,
    ) -> None:
        self._make = make
        self._number = number
        self._asks = asks
        self._metadata = metadata
        self._timeout = timeout

    @property
    def method(self) -> str:
        """No method of a service."""
        return "connect"

    @property
    def layout(self) -> RowLayout:
        """No call."""
        return CHANNEL_LAYOUT

    def expects(self, status: int) -> bool:
        """Whether it has connected."""
        return status == Code.OK

    async def send(self, session: GrpcSession, scope: Scope) -> CallOutcome:
        """Connect, and ask for methods. See `CompiledRequest.send`."""
        channel = self._make(scope)
        began = channel.now()
        deadline = began + self._timeout
        try:
            await channel.connect(deadline)
        except ExchangeFailed as failure:
            channel.close()
            is_late = failure.kind is ErrorKind.TIMEOUT
            words = f"{f'{DEADLINE}: ' if is_late else ''}connection error: {failure.message}"
            end = CallEnd(Code.UNAVAILABLE, words)
            return CallOutcome((began, channel.now(), 0, 0), end, error_kind=failure.kind.value)
        except BaseException:
            channel.close()
            raise
        session.hold(self._number, channel)
        opened = OpenedChannel(session, self._number, channel)
        end, kind = CallEnd(Code.OK, ""), None
        methods: Sequence[ServiceMethod] = ()
        if self._asks:
            try:
                methods = await ask_methods(channel, _rendered(self._metadata, scope), deadline)
            except (ServiceError, MetadataError) as error:
                # It is connected all the same, as in k6.
                end, kind = CallEnd(Code.UNAVAILABLE, str(error)), ErrorKind.PROTOCOL.value
            except BaseException:
                opened.abort()
                raise
        row = (began, channel.now(), 0, 0)
        return CallOutcome(row, end, error_kind=kind, connection=opened, methods=methods)


class ScriptCall(CompiledRequest):
    """A call of a script: one message for one answer.

    Args:
        block: what is called.
        metadata: goes along.
        body: the message.
    """

    __slots__ = ("_block", "_fields", "_is_fixed", "_message", "_metadata", "_method", "_render")

    def __init__(
        self, block: CallBlock, method: Method, metadata: Sequence[tuple[str, Text]], body: Payload | None
    ) -> None:
        self._block = block
        self._method = method
        self._metadata = metadata
        self._message = b"" if body is None else body.static
        self._render = None if body is None else body.render
        self._is_fixed = all(text.static is not None for _, text in metadata)
        # By what else the fields are made of, where the metadata are fixed.
        self._fields: dict[tuple[bytes, str], RequestFields] = {}

    @property
    def method(self) -> str:
        """The method's name, as k6 tags it."""
        return self._method.name

    @property
    def layout(self) -> RowLayout:
        """Of calls."""
        return CALL_LAYOUT

    def expects(self, status: int) -> bool:
        """Whether a call with this code has succeeded."""
        return status == Code.OK

    async def send(self, session: GrpcSession, scope: Scope) -> CallOutcome:
        """Call. See `CompiledRequest.send`."""
        channel = self._channel(session)
        began = channel.now()
        try:
            fields = self._fields_of(channel, scope)
        except MetadataError as error:
            return _refused(error, began)
        message = self._message
        if message is None:
            assert self._render is not None
            message = self._render(scope)
        call = await channel.unary(fields, message, self._deadline(began))
        return self._outcome(call, began)

    def _outcome(self, call: Call, began: float) -> CallOutcome:
        end = call.end
        assert end is not None
        if end.status == Code.OK and call.received != 1:
            # As Go's client judges it, and so k6.
            many = "the method gives more than one answer: use a Stream"
            end = CallEnd(
                Code.UNKNOWN, many if call.received else "EOF: the call has ended without an answer"
            )
        elif call.details:
            end = detailed(end, call.details, self._method)
        return CallOutcome(
            (began, call.ended_at, *call.claim_bytes()),
            end,
            error_kind=call.error_kind,
            body=call.messages[-1] if call.messages else b"",
            first=call.first,
            last=call.last,
        )

    def _channel(self, session: GrpcSession) -> Channel:
        channel = session.channels.get(self._block.number)
        if channel is None:
            raise CompileError("no gRPC connection, you must call connect first")
        return channel

    def _deadline(self, began: float) -> float:
        timeout = self._block.timeout
        return NO_DEADLINE if timeout is None else began + timeout

    def _fields_of(self, channel: Channel, scope: Scope) -> RequestFields:
        """The fields of the call; made once where nothing of them changes. Raises `MetadataError`."""
        if not self._is_fixed:
            return channel.fields(self._method.path, self._block.timeout, _rendered(self._metadata, scope))
        key = channel.address
        fields = self._fields.get(key)
        if fields is None:
            if len(self._fields) >= _MOST_FIELDS:
                self._fields.clear()
            made = channel.fields(self._method.path, self._block.timeout, _rendered(self._metadata, scope))
            fields = self._fields[key] = made
        return fields

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._method.path}>"


class StreamOpening(ScriptCall):
    """Begins a call of a script whose messages come one by one."""

    __slots__ = ()

    @property
    def layout(self) -> RowLayout:
        """Of beginnings; the end is a sample of its own."""
        return OPENING_LAYOUT

    async def send(self, session: GrpcSession, scope: Scope) -> CallOutcome:
        """Begin. See `CompiledRequest.send`."""
        channel = self._channel(session)
        began = channel.now()
        stream = MessageStream(channel, self._method, self._deadline(began), began)
        try:
            await channel.begin(stream.call, self._fields_of(channel, scope), None)
        except MetadataError as error:
            return _refused(error, began)
        except BaseException:
            channel.drop(stream.call)
            raise
        failed = stream.call.end
        row = (began, channel.now(), 0, 0)
        if failed is not None:
            return CallOutcome(row, failed, error_kind=stream.call.error_kind)
        return CallOutcome(row, CallEnd(Code.OK, ""), connection=stream)


def _rendered(metadata: Sequence[tuple[str, Text]], scope: Scope) -> dict[str, str]:
    return {name: text.render(scope) for name, text in metadata}


def _refused(error: MetadataError, began: float) -> CallOutcome:
    """A call that was not made."""
    end = CallEnd(Code.INTERNAL, str(error))
    return CallOutcome((began, began, 0, 0), end, error_kind=ErrorKind.PROTOCOL.value)
