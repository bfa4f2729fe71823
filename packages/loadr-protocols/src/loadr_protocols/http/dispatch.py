"""One exchange: over an idle connection or a new one, repeated where a kept-alive connection was dead.

`HttpRequest.send` has the first half of it inline for the hot path.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from loadr_core.spi import Pieces
from loadr_protocols.http.errors import ConnectionStale, ErrorKind, ExchangeFailed, UnreadableBody
from loadr_protocols.http.layout import NOTHING_OPENED, Opening
from loadr_protocols.http.pooled import PooledConnection, StreamsBodies
from loadr_protocols.http.reach import Phases
from loadr_protocols.http.response import FailedHttpResponse, HttpResponse
from loadr_protocols.http.session import OriginPool
from loadr_protocols.http.upload import Upload

Outcome = HttpResponse | FailedHttpResponse

# RFC 9110, section 9.2.2: a repetition has the same effect as the request itself.
_IDEMPOTENT: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"})


MOST_REFUSALS: Final = 10
"""How often a request is repeated that a server has refused without doing anything for it (HTTP/2 only)."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to send, and how.

    Attributes:
        wire: the request's bytes.
        method: of the request line.
        reading: what to do with the body: `KEEP`, `NONE` or `COUNT`.
        begun: when the step, or this hop of it, began.
        deadline: when it has failed.
        closes: whether the connection ends with it.
        pieces: what follows `wire`, read while it is sent; `None` where nothing does.
    """

    wire: bytes
    method: str
    reading: int
    begun: float
    deadline: float
    closes: bool = False
    pieces: Pieces | None = None


async def dispatch(
    pool: OriginPool, order: Order, now: Callable[[], float], *, suspect: bool = False
) -> Outcome:
    """Send a request and wait for its response.

    Args:
        pool: the VU's connections to the origin.
        order: what to send.
        now: the clock.
        suspect: whether it was sent once already, over a connection that was dead.
    """
    begun, deadline = order.begun, order.deadline
    phases = Phases()
    refusals = 0
    while True:
        opening = NOTHING_OPENED
        if pool.idle and not suspect and not order.closes:
            connection = pool.idle.pop()
            start = now()
        else:
            try:
                async with asyncio.timeout(deadline - now()):
                    connection = await pool.acquire(phases, fresh=suspect)
            except TimeoutError:
                failure = ExchangeFailed(ErrorKind.TIMEOUT, f"timed out: no connection to {pool.authority}")
                # The loop's own timers may be a little early; a timeout counts at its full length.
                return _never_sent(failure, phases, begun, max(now(), deadline))
            except ExchangeFailed as failure:
                return _never_sent(failure, phases, begun, now())
            start = now()
            opening = phases.opening(start - begun)
        if order.closes:
            connection.retire()
        try:
            if order.pieces is None:
                future = connection.exchange(order.wire, order.reading, opening, start, deadline)
            else:
                future = _stream(connection, order, order.pieces, opening, start)
            try:
                return await future
            except asyncio.CancelledError:
                connection.abandon(future)
                raise
        except ExchangeFailed as failure:
            if suspect or refusals == MOST_REFUSALS or not may_repeat(failure, order.method):
                return failed(failure, opening, begun, now)
            suspect = is_suspect(failure)
            refusals += failure.exchange is not None


def _stream(
    connection: PooledConnection, order: Order, pieces: Pieces, opening: Opening, start: float
) -> "asyncio.Future[HttpResponse]":
    """Send a body from disk; at once where the connection cannot stream. Raises `ExchangeFailed`."""
    upload = Upload(pieces)
    try:
        if isinstance(connection, StreamsBodies):
            return connection.exchange_streamed(
                order.wire, upload, order.reading, opening, start, order.deadline
            )
        return connection.exchange(order.wire + upload.whole(), order.reading, opening, start, order.deadline)
    except UnreadableBody as error:
        connection.abort()
        raise ExchangeFailed(ErrorKind.CONNECTION, f"the request cannot be sent: {error}") from error


def is_suspect(failure: ExchangeFailed) -> bool:
    """Whether the server may have seen a request that is to be repeated: then over a new connection, and once."""
    return not (isinstance(failure, ConnectionStale) and failure.unprocessed)


def may_repeat(failure: ExchangeFailed, method: str) -> bool:
    """Whether a kept-alive connection was dead, and the request can be sent again without harm."""
    if not isinstance(failure, ConnectionStale):
        return False
    return failure.unprocessed or method in _IDEMPOTENT


def failed(
    failure: ExchangeFailed, opening: Opening, begun: float, now: Callable[[], float]
) -> FailedHttpResponse:
    """The response to a request that failed on its connection."""
    exchange = failure.exchange
    if exchange is None:
        end = now()
        exchange = (begun, begun, end, end, 0, 0)
    elif failure.kind is ErrorKind.TIMEOUT:
        # A timeout counts at its full length, also where opening took a part of it.
        exchange = (begun, *exchange[1:])
    return FailedHttpResponse(failure, opening, exchange)


def _never_sent(failure: ExchangeFailed, phases: Phases, begun: float, end: float) -> FailedHttpResponse:
    """The response to a request that got no connection, its duration the time until then."""
    return FailedHttpResponse(failure, phases.opening(end - begun), (begun, begun, end, end, 0, 0))
