"""A compiled exchange over a socket: the hot path of TCP and UDP.

Budget of `send` on an open socket of a name, without the connection's part: 1.5 us of CPU.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from loadr_core.spi import CompiledRequest, RenderError, RowLayout, Scope, Text
from loadr_protocols.http.deadlines import NO_DEADLINE
from loadr_protocols.http.errors import ErrorKind, ExchangeFailed
from loadr_protocols.http.url import Origin, UrlError
from loadr_protocols.sockets.address import parse_address
from loadr_protocols.sockets.message import Octets
from loadr_protocols.sockets.reading import Reading
from loadr_protocols.sockets.response import DONE, SocketResponse
from loadr_protocols.sockets.session import Key, Socket, SocketSession


@dataclass(frozen=True, slots=True)
class SocketKind:
    """What makes the difference between TCP and UDP for a request.

    Attributes:
        proto: the metric tag.
        layout: of the rows.
        schemes: of its URLs.
        open: opens a socket that leads to an origin; raises `ExchangeFailed`.
    """

    proto: str
    layout: RowLayout
    schemes: frozenset[str]
    open: Callable[[Origin], Awaitable[Socket]]


class SocketRequest(CompiledRequest):
    """An exchange of a plan, shared by all VUs."""

    __slots__ = (
        "_key",
        "_kind",
        "_make_reading",
        "_message",
        "_now",
        "_patience",
        "_session",
        "_timeout",
        "_url",
    )

    def __init__(
        self,
        kind: SocketKind,
        url: Text,
        message: Octets,
        make_reading: Callable[[Scope], Reading],
        *,
        session: str | None,
        timeout: float,
        read_timeout: float | None,
        now: Callable[[], float],
    ) -> None:
        """Join what the handler has compiled.

        Args:
            kind: TCP or UDP.
            url: where to.
            message: what to send.
            make_reading: what to read.
            session: the name under which the socket is kept, or `None` for one of its own.
            timeout: seconds for everything.
            read_timeout: the longest wait for bytes, seconds.
            now: the clock.

        Raises:
            UrlError: the URL is known and is none.
        """
        self._kind = kind
        self._url = url
        self._message = message
        self._make_reading = make_reading
        self._session = session
        self._key = None if url.static is None else Key(session, parse_address(url.static, kind.schemes))
        self._timeout = timeout
        self._patience = NO_DEADLINE if read_timeout is None else read_timeout
        self._now = now

    @property
    def method(self) -> str:
        """Sockets know no methods."""
        return ""

    @property
    def layout(self) -> RowLayout:
        """Rows as `SocketRow`."""
        return self._kind.layout

    def expects(self, status: int) -> bool:
        """Whether the exchange came to its end."""
        return status == DONE

    async def send(self, session: SocketSession, scope: Scope) -> SocketResponse:
        """Send and read, over the named socket or over one of its own. See `CompiledRequest.send`."""
        key = self._key or self._address(scope)
        message = self._message(scope)
        reading = self._make_reading(scope)
        begun = start = self._now()
        connecting = 0.0
        socket = session.held.get(key)
        while socket is None or socket.is_busy:
            try:
                async with asyncio.timeout(begun + self._timeout - self._now()):
                    socket = await self._open(session, key)
            except (TimeoutError, ExchangeFailed) as error:
                return self._unopened(error, key.origin, begun)
            start = self._now()
            connecting = start - begun
        future = socket.exchange(message, reading, connecting, start, begun + self._timeout, self._patience)
        try:
            row, outcome = await future
        except asyncio.CancelledError:
            socket.abandon(future)
            raise
        finally:
            if key.name is None:
                socket.close()
            elif not socket.is_open and session.held.get(key) is socket:
                del session.held[key]
        if isinstance(outcome, ExchangeFailed) and outcome.kind is ErrorKind.TIMEOUT:
            # A timeout counts at its full length, also where opening took a part of it.
            row = (row[0], begun, *row[2:])
        return SocketResponse(self._kind.proto, row, outcome)

    async def _open(self, session: SocketSession, key: Key) -> Socket:
        """A new socket, or that of a name, which was idle when it was looked at."""
        if key.name is None:
            return await self._kind.open(key.origin)
        async with session.opening(key):
            socket = session.held.get(key)
            if socket is None:
                socket = session.held[key] = await self._kind.open(key.origin)
        await socket.settled()
        return socket

    def _unopened(self, error: TimeoutError | ExchangeFailed, origin: Origin, begun: float) -> SocketResponse:
        """The response to an exchange that got no socket, its duration the time until then."""
        end = self._now()
        if isinstance(error, TimeoutError):
            error = ExchangeFailed(ErrorKind.TIMEOUT, f"timed out: no connection to {origin.authority}")
            # The loop's own timers may be a little early.
            end = max(end, begun + self._timeout)
        return SocketResponse(self._kind.proto, (end - begun, begun, end, 0, 0), error)

    def _address(self, scope: Scope) -> Key:
        try:
            return Key(self._session, parse_address(self._url.render(scope), self._kind.schemes))
        except UrlError as error:
            raise RenderError(f"url: {error}") from error

    def __repr__(self) -> str:
        return f"<SocketRequest {self._kind.proto} {self._url.source}>"
