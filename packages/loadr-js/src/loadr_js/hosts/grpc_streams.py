"""Calls of a script whose messages come one by one: sources of its events."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from loadr_core.spi import CallEnd, Connection, ServiceError, ServiceMethod
from loadr_js.runtime.crossing import dumps

if TYPE_CHECKING:
    from loadr_js.runtime.context import ScriptContext
    from loadr_js.runtime.events import Events

_OK: Final = 0
_CANCELLED: Final = 1
_UNKNOWN: Final = 2
_INTERNAL: Final = 13
_GONE: Final = "canceled by client (k6)"
_MESSAGE: Final = "message"

# What a stream tells its listener: a kind, and JSON.
_DATA: Final = 1
_END: Final = 0
_NOTHING: Final = "{}"


@dataclass(slots=True)
class _Stream:
    """A call whose messages come one by one.

    Attributes:
        connection: the call.
        method: what is called.
        discards: whether messages are only counted.
        failure: why it has ended here.
    """

    connection: Connection
    method: ServiceMethod
    discards: bool
    failure: dict[str, Any] | None = None


class GrpcStreams:
    """The streams of one VU's script, by number."""

    def __init__(self) -> None:
        self._streams: dict[int, _Stream] = {}
        self.context: ScriptContext | None = None

    def finish(self) -> None:
        """A call into the script has ended, in whatever way: what it has left open is let go."""
        if self._streams:
            for stream in self._streams.values():
                stream.connection.abort()
            self._streams.clear()

    def hold(self, connection: Connection, method: ServiceMethod, *, discards: bool) -> int:
        """Take a stream that has begun; the number under which its events are told."""
        stream = _Stream(connection, method, discards)
        events = self._events
        number = events.open(lambda: self._take(number, stream))
        self._streams[number] = stream
        connection.listen(lambda: events.poke(number))
        return number

    def write(self, number: int, message: Any) -> None:
        """`Stream.write`; a message that does not fit ends the stream, and its listeners are told."""
        stream = self._streams[number]
        try:
            octets = stream.method.encode(message)
        except ServiceError as error:
            words = f"can't serialise request object to protocol buffer: {error}"
            self._fail(number, stream, _UNKNOWN, words)
            return
        if stream.connection.is_open:
            stream.connection.send(_MESSAGE, octets)

    def end(self, number: int) -> None:
        """`Stream.end`."""
        self._streams[number].connection.close()

    def cancel(self, number: int) -> None:
        """Nobody listens any more."""
        self._streams[number].connection.abort()
        self._events.close(number)

    @property
    def _events(self) -> "Events":
        assert self.context is not None
        return self.context.events

    def _take(self, number: int, stream: _Stream) -> tuple[int, str] | None:
        """What a stream has to tell next: a message, or its end with what was wrong."""
        if stream.failure is None:
            arrival = stream.connection.next()
            if arrival is None:
                return None
            if arrival.kind == _MESSAGE:
                return _DATA, self._shown(number, stream, arrival.data)
            failure = _failure_of(arrival.data)
        else:
            failure = stream.failure
        self._events.close(number)
        return _END, dumps(failure)

    def _shown(self, number: int, stream: _Stream, octets: bytes) -> str:
        if stream.discards:
            return _NOTHING
        try:
            return dumps(stream.method.decode(octets))
        except ServiceError as error:
            self._fail(number, stream, _INTERNAL, str(error))
            return _NOTHING

    def _fail(self, number: int, stream: _Stream, code: int, words: str) -> None:
        stream.failure = {"code": code, "details": [], "message": words}
        stream.connection.abort()
        self._events.poke(number)


def error_of(end: CallEnd) -> dict[str, Any]:
    """An end that is no success, as scripts see it."""
    return {"code": end.status, "message": end.reason, "details": list(end.details)}


def _failure_of(end: CallEnd) -> dict[str, Any] | None:
    if end.status == _OK:
        return None
    # As in k6, whoever has cancelled it.
    return error_of(CallEnd(_UNKNOWN, _GONE) if end.status == _CANCELLED else end)
