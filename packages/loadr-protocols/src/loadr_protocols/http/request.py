"""A compiled HTTP request: the hot path, and what happens when no connection is at hand.

Budget of `send` for a fixed request on a kept-alive connection: 2 us of CPU without the connection's part.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from loadr_core.spi import CompiledRequest, Response, RowLayout, Scope
from loadr_protocols.http.connect import Phases
from loadr_protocols.http.errors import ConnectionStale, ErrorKind, ExchangeFailed
from loadr_protocols.http.layout import HTTP_LAYOUT, NOTHING_OPENED, Opening
from loadr_protocols.http.message import RequestMessage
from loadr_protocols.http.response import FailedHttpResponse
from loadr_protocols.http.session import HttpSession, OriginPool
from loadr_protocols.http.url import Origin

# RFC 9110, section 9.2.2: a repetition has the same effect as the request itself.
_IDEMPOTENT: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"})


class HttpRequest(CompiledRequest):
    """A request of a plan, shared by all VUs."""

    __slots__ = ("_bodiless", "_closes", "_expected", "_fixed", "_message", "_method", "_now", "_timeout")

    def __init__(
        self,
        method: str,
        message: RequestMessage,
        *,
        timeout: float,
        expected: tuple[tuple[int, int], ...],
        now: Callable[[], float],
    ) -> None:
        """Join what the handler has compiled.

        Args:
            method: of the request line.
            message: the request's bytes.
            timeout: seconds for opening, sending and receiving together.
            expected: inclusive ranges of statuses.
            now: the clock.
        """
        self._method = method
        self._message = message
        self._fixed = message.fixed
        self._bodiless = method == "HEAD"
        self._closes = message.closes
        self._timeout = timeout
        self._expected = expected
        self._now = now

    @property
    def method(self) -> str:
        """The method on the wire."""
        return self._method

    @property
    def layout(self) -> RowLayout:
        """The layout of all HTTP requests."""
        return HTTP_LAYOUT

    def expects(self, status: int) -> bool:
        """Whether a status is in one of the expected ranges."""
        return any(low <= status <= high for low, high in self._expected)

    async def send(self, session: HttpSession, scope: Scope) -> Response:
        """Send over a kept-alive connection, or over a new one. See `CompiledRequest.send`."""
        origin, wire = self._fixed or self._message.render(scope)
        pool = session.pools.get(origin) or session.pool(origin)
        begun = self._now()
        suspect = False
        if pool.idle and not self._closes:
            connection = pool.idle.pop()
            try:
                future = connection.exchange(
                    wire, self._bodiless, NOTHING_OPENED, begun, begun + self._timeout
                )
                try:
                    return await future
                except asyncio.CancelledError:
                    connection.abandon(future)
                    raise
            except ExchangeFailed as failure:
                if not self._may_repeat(failure):
                    return self._failed(failure, NOTHING_OPENED, begun)
                suspect = failure.exchange is not None
        return await self._send_over_new(pool, origin, wire, begun, suspect=suspect)

    async def _send_over_new(
        self, pool: OriginPool, origin: Origin, wire: bytes, begun: float, *, suspect: bool
    ) -> Response:
        """Send when no connection is idle, or the one that was turned out to be dead.

        Args:
            pool: the VU's connections.
            origin: where to.
            wire: the request's bytes.
            begun: when the step began.
            suspect: whether the request was sent once already, over a connection that was dead.
        """
        deadline = begun + self._timeout
        phases = Phases()
        while True:
            try:
                async with asyncio.timeout(deadline - self._now()):
                    connection = await pool.acquire(phases, fresh=suspect)
            except TimeoutError:
                failure = ExchangeFailed(ErrorKind.TIMEOUT, f"timed out: no connection to {origin.authority}")
                # The loop's own timers may be a little early; a timeout counts at its full length.
                return _never_sent(failure, phases, begun, max(self._now(), deadline))
            except ExchangeFailed as failure:
                return _never_sent(failure, phases, begun, self._now())
            start = self._now()
            opening = phases.opening(start - begun)
            if self._closes:
                connection.retire()
            try:
                future = connection.exchange(wire, self._bodiless, opening, start, deadline)
                try:
                    return await future
                except asyncio.CancelledError:
                    connection.abandon(future)
                    raise
            except ExchangeFailed as failure:
                if suspect or not self._may_repeat(failure):
                    return self._failed(failure, opening, begun)
                suspect = failure.exchange is not None

    def _may_repeat(self, failure: ExchangeFailed) -> bool:
        """Whether a kept-alive connection was dead, and the request can be sent again without harm."""
        if not isinstance(failure, ConnectionStale):
            return False
        return failure.exchange is None or self._method in _IDEMPOTENT

    def _failed(self, failure: ExchangeFailed, opening: Opening, begun: float) -> FailedHttpResponse:
        """The response to a request that failed on its connection."""
        exchange = failure.exchange
        if exchange is None:
            end = self._now()
            exchange = (begun, begun, end, end, 0, 0)
        elif failure.kind is ErrorKind.TIMEOUT:
            # A timeout counts at its full length, also where opening took a part of it.
            exchange = (begun, *exchange[1:])
        return FailedHttpResponse(failure, opening, exchange)

    def __repr__(self) -> str:
        return f"<HttpRequest {self._method}{' fixed' if self._fixed else ''}>"


def _never_sent(failure: ExchangeFailed, phases: Phases, begun: float, end: float) -> FailedHttpResponse:
    """The response to a request that got no connection, its duration the time until then."""
    return FailedHttpResponse(failure, phases.opening(end - begun), (begun, begun, end, end, 0, 0))
