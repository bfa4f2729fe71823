"""Calls of a script whose messages come one by one."""

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from loadr_core.spi import CallEnd, Connection, ServiceError, ServiceMethod

if TYPE_CHECKING:
    from loadr_js.runtime.context import ScriptContext

_OK: Final = 0
_CANCELLED: Final = 1
_UNKNOWN: Final = 2
_INTERNAL: Final = 13
_GONE: Final = "canceled by client (k6)"
_MESSAGE: Final = "message"


@dataclass(slots=True)
class _Stream:
    """A call whose messages come one by one.

    Attributes:
        connection: the call.
        method: what is called.
        discards: whether messages are only counted.
        news: set while something may be there.
        failure: why it has ended here.
    """

    connection: Connection
    method: ServiceMethod
    discards: bool
    news: asyncio.Event = field(default_factory=asyncio.Event)
    failure: dict[str, Any] | None = None


class GrpcStreams:
    """The streams of one VU's script, by number."""

    def __init__(self) -> None:
        self._streams: dict[int, _Stream] = {}
        self._next = 0
        self.context: ScriptContext | None = None

    def begin(self) -> None:
        """A call begins: what an interrupted one has left is let go."""
        for stream in self._streams.values():
            stream.connection.abort()
        self._streams.clear()

    def hold(self, connection: Connection, method: ServiceMethod, *, discards: bool) -> int:
        """Take a stream that has begun; its number."""
        stream = _Stream(connection, method, discards)
        connection.listen(stream.news.set)
        self._next += 1
        self._streams[self._next] = stream
        return self._next

    def write(self, number: int, message: Any) -> None:
        """`Stream.write`; a message that does not fit ends the stream, and its listeners are told."""
        stream = self._streams[number]
        try:
            octets = stream.method.encode(message)
        except ServiceError as error:
            words = f"can't serialise request object to protocol buffer: {error}"
            stream.failure = {"code": _UNKNOWN, "details": [], "message": words}
            stream.connection.abort()
            stream.news.set()
            return
        if stream.connection.is_open:
            stream.connection.send(_MESSAGE, octets)

    def next(self, number: int) -> int:
        """What happens next in a stream."""
        assert self.context is not None
        return self.context.events.start(self._events(self._streams[number]))

    async def _events(self, stream: _Stream) -> list[list[Any]]:
        """What has come, waiting for something: `["data", message]`, and last `["end", error]`."""
        try:
            while True:
                await stream.news.wait()
                stream.news.clear()
                if events := self._arrived(stream):
                    return events
        except asyncio.CancelledError:
            stream.connection.abort()
            raise

    def _arrived(self, stream: _Stream) -> list[list[Any]]:
        events: list[list[Any]] = []
        while stream.failure is None and (arrival := stream.connection.next()) is not None:
            if arrival.kind == _MESSAGE:
                events.append(["data", self._value(stream, arrival.data)])
            else:
                events.append(["end", _stream_error(arrival.data)])
        if stream.failure is not None:
            events.append(["end", stream.failure])
        return events

    def _value(self, stream: _Stream, octets: bytes) -> Any:
        if stream.discards:
            return {}
        try:
            return stream.method.decode(octets)
        except ServiceError as error:
            stream.connection.abort()
            stream.failure = {"code": _INTERNAL, "details": [], "message": str(error)}
            return {}

    def end(self, number: int) -> None:
        """`Stream.end`."""
        self._streams[number].connection.close()

    def cancel(self, number: int) -> None:
        """Nobody listens any more."""
        self._streams[number].connection.abort()


def error_of(end: CallEnd) -> dict[str, Any]:
    """An end that is no success, as scripts see it."""
    return {"code": end.status, "message": end.reason, "details": list(end.details)}


def _stream_error(end: CallEnd) -> dict[str, Any] | None:
    if end.status == _OK:
        return None
    # As in k6, whoever has cancelled it.
    return error_of(CallEnd(_UNKNOWN, _GONE) if end.status == _CANCELLED else end)
