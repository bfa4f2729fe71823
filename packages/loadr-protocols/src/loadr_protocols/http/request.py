"""A compiled HTTP request: the hot path.

Budget of `send` for a fixed request on a kept-alive connection: 2 us of CPU without the connection's part.
What a response asks for beyond being counted is a bit in its head's `asks`, computed once per distinct head;
what the request heeds of it was decided when the plan was compiled.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from loadr_config.models import Embedded
from loadr_core.cookies import CookieJar
from loadr_core.spi import CompiledRequest, Credentials, Response, RowLayout, Scope
from loadr_protocols.http.dispatch import Order, Outcome, dispatch, failed, is_suspect, may_repeat
from loadr_protocols.http.embedded import PageLoader
from loadr_protocols.http.errors import ExchangeFailed
from loadr_protocols.http.framing import COUNT, KEEP, NONE
from loadr_protocols.http.head import ASKS_COOKIES, ASKS_CREDENTIALS, ASKS_DECODING, ASKS_REDIRECT
from loadr_protocols.http.layout import HTTP_LAYOUT, NOTHING_OPENED
from loadr_protocols.http.message import RequestMessage
from loadr_protocols.http.outgoing import Outgoing, with_cookies
from loadr_protocols.http.page import Element
from loadr_protocols.http.response import HttpResponse
from loadr_protocols.http.session import HttpSession
from loadr_protocols.http.url import Origin
from loadr_protocols.http.visit import Manner, Visit


@dataclass(frozen=True, slots=True)
class Features:
    """What a request does beyond sending and reading, as the plan says.

    Attributes:
        expected: inclusive ranges of statuses.
        timeout: seconds for all hops, with opening connections.
        cookies: whether it sends and takes cookies.
        max_redirects: how many redirects are followed; 0 for none.
        stops_at_limit: whether one more is the response, and not a failure.
        keeps_body: whether anything reads the response's body, so that it must be decoded.
        drops_body: whether a body that nothing reads is only counted.
        max_response_size: the most bytes of a body that are held in memory.
        epoch: what to add to the clock to get seconds since the epoch.
        credentials: for digest challenges.
        embedded: how the resources of pages are loaded, or `None`.
        parse_page: finds elements of HTML, for `embedded`.
    """

    expected: tuple[tuple[int, int], ...]
    timeout: float
    cookies: bool = True
    max_redirects: int = 10
    stops_at_limit: bool = False
    keeps_body: bool = True
    drops_body: bool = False
    max_response_size: int = 1 << 62
    epoch: float = 0.0
    credentials: Credentials | None = None
    embedded: Embedded | None = None
    parse_page: Callable[[bytes], Iterable[Element]] | None = None


class HttpRequest(CompiledRequest):
    """A request of a plan, shared by all VUs."""

    __slots__ = (
        "_closes",
        "_cookies",
        "_expected",
        "_fixed",
        "_heeds",
        "_manner",
        "_message",
        "_method",
        "_now",
        "_reading",
        "_timeout",
    )

    def __init__(
        self, method: str, message: RequestMessage, features: Features, now: Callable[[], float]
    ) -> None:
        """Join what the handler has compiled.

        Args:
            method: of the request line.
            message: the request's bytes.
            features: what it does beside.
            now: the clock.
        """
        self._method = method
        self._message = message
        self._fixed = message.fixed
        self._closes = message.closes
        self._now = now
        self._timeout = features.timeout
        self._expected = features.expected
        self._cookies = features.cookies
        counts = features.drops_body and not features.keeps_body
        self._reading = NONE if method == "HEAD" else COUNT if counts else KEEP
        self._heeds = (
            (ASKS_COOKIES if features.cookies else 0)
            | (ASKS_REDIRECT if features.max_redirects else 0)
            | (ASKS_DECODING if features.keeps_body else 0)
            | (ASKS_CREDENTIALS if features.credentials else 0)
        )
        self._manner = Manner(
            method=method,
            reading=self._reading,
            heeds=self._heeds,
            max_redirects=features.max_redirects,
            stops_at_limit=features.stops_at_limit,
            max_response_size=features.max_response_size,
            closes=message.closes,
            epoch=features.epoch,
            now=now,
            credentials=features.credentials,
        )

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
        plain = wire
        if self._cookies and scope.cookies.stored:
            wire = self._with_cookies(scope.cookies, origin, wire)
        pool = session.pools.get(origin) or session.pool(origin)
        begun = self._now()
        if pool.idle and not self._closes:
            connection = pool.idle.pop()
            try:
                future = connection.exchange(
                    wire, self._reading, NOTHING_OPENED, begun, begun + self._timeout
                )
                try:
                    response: Outcome = await future
                except asyncio.CancelledError:
                    connection.abandon(future)
                    raise
            except ExchangeFailed as failure:
                if not may_repeat(failure, self._method):
                    return failed(failure, NOTHING_OPENED, begun, self._now)
                response = await dispatch(
                    pool, self._order(wire, begun), self._now, suspect=is_suspect(failure)
                )
        else:
            response = await dispatch(pool, self._order(wire, begun), self._now)
        asks = response.asks & self._heeds
        if asks == ASKS_COOKIES and isinstance(response, HttpResponse):
            # Many sites renew a cookie with each response: nothing of a visit is needed for that.
            values = response.head.values("set-cookie")
            now = self._now() + self._manner.epoch
            scope.cookies.receive(origin.scheme, origin.host, _path_of(wire), values, now)
        elif asks:
            visit = Visit(self._manner, session, scope, begun + self._timeout)
            return await visit.go_on(self._manner.hops.parse(origin, plain), response)
        return response

    def _order(self, wire: bytes, begun: float) -> Order:
        return Order(wire, self._method, self._reading, begun, begun + self._timeout, self._closes)

    def _with_cookies(self, jar: CookieJar, origin: Origin, wire: bytes) -> bytes:
        line = jar.line(origin.scheme, origin.host, _path_of(wire), self._now() + self._manner.epoch)
        return with_cookies(wire, line, has_own=self._message.has_cookies) if line else wire

    def __repr__(self) -> str:
        return f"<HttpRequest {self._method}{' fixed' if self._fixed else ''}>"


def _path_of(wire: bytes) -> str:
    """The path that a request asks for, without its query."""
    start = wire.index(b" ") + 1
    return wire[start : wire.index(b" ", start)].partition(b"?")[0].decode("ascii")


class VisitingRequest(HttpRequest):
    """A request that is more than one exchange from the start, such as one with digest credentials.

    Attributes:
        page_loader: loads what a page needs, where the plan says so.
    """

    __slots__ = ("page_loader",)

    def __init__(
        self, method: str, message: RequestMessage, features: Features, now: Callable[[], float]
    ) -> None:
        super().__init__(method, message, features, now)
        self.page_loader: PageLoader | None = None
        if features.embedded is not None and features.parse_page is not None:
            self.page_loader = PageLoader(
                self._manner,
                features.parse_page,
                concurrency=features.embedded.concurrency,
                allow=features.embedded.allow,
                timeout=features.timeout,
            )

    @property
    def manner(self) -> Manner:
        """How it behaves."""
        return self._manner

    @property
    def timeout(self) -> float:
        """Seconds for all hops."""
        return self._timeout

    def outgoing(self, scope: Scope) -> Outgoing:
        """The request of one use. Raises `RenderError`."""
        if self._message.streams:
            origin, wire, pieces = self._message.render_head(scope)
            return replace(Outgoing.parse(origin, wire), pieces=pieces)
        return self._manner.hops.parse(*(self._fixed or self._message.render(scope)))

    async def send(self, session: HttpSession, scope: Scope) -> Response:
        """Visit the URL. See `CompiledRequest.send`."""
        request = self.outgoing(scope)
        visit = Visit(self._manner, session, scope, self._now() + self._timeout)
        response = await visit.begin(request)
        if self.page_loader is not None:
            await self.page_loader.load(response, session, scope)
        return response
