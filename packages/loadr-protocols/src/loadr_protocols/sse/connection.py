"""A connection whose response is a stream of events, each seen when it comes."""

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, ClassVar, Final

from loadr_protocols.http.connect import BorrowingConnector, Connector
from loadr_protocols.http.connection import HttpConnection
from loadr_protocols.http.errors import MalformedResponse
from loadr_protocols.http.framing import ResponseReader
from loadr_protocols.http.head import HeadCache, ResponseHead
from loadr_protocols.http.relayed import RelayedConnection
from loadr_protocols.sse.parser import EventTooLong
from loadr_protocols.sse.stream import EventStream

if TYPE_CHECKING:
    from loadr_protocols.http.pooled import ConnectionOwner, PooledConnection
    from loadr_protocols.http.response import HttpResponse
    from loadr_protocols.http.tls import TlsChannel
    from loadr_protocols.http.url import Origin
    from loadr_protocols.http2.exchange import HttpOverHttp2

MEDIA_TYPE: Final = "text/event-stream"


def is_event_stream(headers: Mapping[str, str]) -> bool:
    """Whether the fields of a response with status 200 are those of a stream that can be listened to."""
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    return media_type == MEDIA_TYPE and headers.get("content-encoding", "identity") == "identity"


class StreamReader(ResponseReader):
    """Hands the body of an event stream to somebody while it comes; every other body is kept.

    Args:
        heads: known heads.
        limit: the most bytes of another body, or of one event.
        stream: takes the bytes.
        on_open: called when the head has come.
    """

    __slots__ = ("_on_open", "_stream")

    def __init__(
        self, heads: HeadCache, limit: int, stream: EventStream, on_open: Callable[[], None]
    ) -> None:
        super().__init__(heads, limit)
        self._stream = stream
        self._on_open = on_open

    def feed(self, received: bytes) -> bool:
        """Take bytes; complete as soon as the stream is satisfied. See `ResponseReader.feed`."""
        complete = super().feed(received)
        if complete and self.body and self._is_stream(self.head):
            self._stream.open()  # the whole stream in one read
            body, self.body = self.body, b""
            self._take(body)
        if self._stream.is_satisfied and not complete:
            self.body = b""
            complete = True
        if self._stream.is_satisfied:
            self.surplus = True  # the connection is in a state in which it cannot serve another request
        return complete

    def _take_head(self, head: ResponseHead, rest: bytes) -> bool:
        if not self._is_stream(head):
            return super()._take_head(head, rest)
        if super()._take_head(head, b""):
            return True  # a stream without a byte
        self._stream.open()
        self._on_open()
        assert self._body is not None
        self._body.divert(self._take)
        return self._take_body(self._body, rest) if rest else False

    @staticmethod
    def _is_stream(head: ResponseHead) -> bool:
        return head.status == 200 and is_event_stream(head.headers)

    def _take(self, octets: bytes) -> None:
        try:
            self._stream.feed(octets)
        except EventTooLong as error:
            raise MalformedResponse(str(error)) from error


class _Listening(HttpConnection):
    """What is the same for a connection to an origin and one to a proxy."""

    __slots__ = ()

    def listen(self, heads: HeadCache, limit: int, stream: EventStream) -> None:
        """Say who takes the events. To be called once, before the request."""
        self._reader = StreamReader(heads, limit, stream, lambda: self._set_timer(stream))

    def _set_timer(self, stream: EventStream) -> None:
        duration = stream.rule.duration
        if duration is not None:
            left = stream.opened + duration - self._now()
            self._loop.call_later(max(left, 0.0), self._stop, self._future, stream)

    def _stop(self, future: "asyncio.Future[HttpResponse] | None", stream: EventStream) -> None:
        """The stream was listened to for long enough."""
        if self._future is not None and self._future is future:
            self._reader.body = b""
            self._reader.surplus = True
            stream.is_satisfied = True
            self._complete(self._future, self._now())


class DirectStream(_Listening):
    """To an origin."""

    __slots__ = ()


class RelayedStream(RelayedConnection, _Listening):
    """To a proxy that is handed requests as they are."""

    __slots__ = ()


class StreamConnector(BorrowingConnector):
    """Opens the connections of one request; everything but its stream is shared with another connector."""

    direct: ClassVar[type[HttpConnection]] = DirectStream
    relayed: ClassVar[type[RelayedConnection]] = RelayedStream

    __slots__ = ("_stream",)

    def __init__(self, connector: Connector, stream: EventStream) -> None:
        """Open as another connector does.

        Args:
            connector: whose settings and knowledge it shares.
            stream: takes the events of each connection.
        """
        super().__init__(connector)
        self._stream = stream

    def _make(
        self,
        loop: asyncio.AbstractEventLoop,
        origin: "Origin",
        owner: "ConnectionOwner[PooledConnection]",
        tls: "TlsChannel | None",
    ) -> "HttpConnection | HttpOverHttp2":
        connection = super()._make(loop, origin, owner, tls)
        assert isinstance(connection, _Listening), "the connector offers HTTP/1.1 only"
        connection.listen(self._heads, self._limit, self._stream)
        return connection
