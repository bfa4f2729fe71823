"""What every protocol handler must do, whatever it speaks."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine
from typing import Any, ClassVar, Final, TypeVar

from loadr_core.spi import CompiledRequest, ProtocolHandler, RequestSpec, Response, RowLayout, Text
from loadr_testing.user import ProtocolUser

ERROR_KINDS: Final = frozenset(
    {"timeout", "dns", "tls", "connection_refused", "connection_reset", "connection", "protocol"}
)
"""The error kinds that a protocol may report; `extract` and `assert` are the flow's."""

_T = TypeVar("_T")
_Use = Callable[["Bench"], Coroutine[Any, Any, _T]]


class Bench(ProtocolUser):
    """A handler with one request and one session, as a VU has them."""

    def __init__(self, handler_class: type[ProtocolHandler], spec: RequestSpec) -> None:
        super().__init__(handler_class)
        self.request = self.handler.compile(spec)

    async def send(self) -> Response:
        """Send the request once."""
        return await self.request.send(self.session, self.scope)


class ProtocolConformance(ABC):
    """Subclass as `TestMyProtocol`, set `handler_class`, and override `url` and `dead_url`.

    Attributes:
        handler_class: the handler to test.
    """

    handler_class: ClassVar[type[ProtocolHandler]]

    @abstractmethod
    def url(self) -> str:
        """A URL that answers with success; a server of the test must listen there."""

    @abstractmethod
    def dead_url(self) -> str:
        """A URL at which nobody listens."""

    def spec(self, url: str) -> RequestSpec:
        """The request for a URL; override it for a protocol that needs a block."""
        return RequestSpec(name=Text.fixed("conformance"), method=None, url=Text.fixed(url), timeout=5.0)

    def use(self, url: str, what: _Use[_T]) -> _T:
        """Do something with a handler, then close it."""

        async def main() -> _T:
            bench = Bench(self.handler_class, self.spec(url))
            try:
                return await what(bench)
            finally:
                await bench.close()

        return asyncio.run(main())

    def test_a_compiled_request_tells_method_and_layout(self) -> None:
        """Both are read once, before the run."""

        async def look(bench: Bench) -> CompiledRequest:
            return bench.request

        request = self.use(self.url(), look)
        assert isinstance(request.method, str)
        assert isinstance(request.layout, RowLayout)
        assert "http_req_failed" in request.layout.failures, "requests of every protocol count there"

    def test_a_success_is_expected_and_measured(self) -> None:
        """The row fits the layout, its times lie within the call, the body is bytes."""

        async def measure(bench: Bench) -> tuple[Bench, Response, float, float]:
            before = bench.clock.now()
            response = await bench.send()
            return bench, response, before, bench.clock.now()

        bench, response, before, after = self.use(self.url(), measure)
        layout = bench.request.layout
        assert response.error_kind is None, response.error
        assert bench.request.expects(response.status)
        assert len(response.row) == len(layout.columns)
        assert before <= response.row[layout.index(layout.at)] <= after
        for trend in layout.trends:
            start = 0.0 if trend.start is None else response.row[layout.index(trend.start)]
            assert response.row[layout.index(trend.end)] - start >= 0.0, f"{trend.metric} is negative"
        assert isinstance(response.body, bytes)
        assert all(name == name.lower() for name in response.headers)
        assert 0.0 <= response.duration <= after - before
        assert isinstance(response.proto, str)
        assert response.proto

    def test_a_session_serves_request_after_request(self) -> None:
        """What one request leaves behind does not disturb the next."""

        async def repeat(bench: Bench) -> list[str | None]:
            return [(await bench.send()).error_kind for _ in range(3)]

        assert self.use(self.url(), repeat) == [None, None, None]

    def test_a_dead_target_is_a_response_not_an_exception(self) -> None:
        """Status 0, a known kind, words for people, and a row of the right width."""

        async def fail(bench: Bench) -> tuple[Response, int, bool]:
            response = await bench.send()
            return response, len(bench.request.layout.columns), bench.request.expects(response.status)

        response, width, expected = self.use(self.dead_url(), fail)
        assert response.status == 0
        assert not expected
        assert response.error_kind in ERROR_KINDS
        assert response.error
        assert len(response.row) == width
        assert response.body == b""

    def test_an_interrupted_request_ends_at_once_and_the_session_stays_usable(self) -> None:
        """`CancelledError` is raised through, and the next request does not see the old response."""

        async def interrupt(bench: Bench) -> tuple[bool, str | None]:
            task = asyncio.ensure_future(bench.send())
            await asyncio.sleep(0)
            task.cancel()
            await asyncio.wait([task])
            return task.cancelled(), (await bench.send()).error_kind

        assert self.use(self.url(), interrupt) == (True, None)

    def test_closing_an_unused_session_is_fine(self) -> None:
        """A VU may end before its first request."""

        async def nothing(bench: Bench) -> None:
            del bench

        self.use(self.url(), nothing)
