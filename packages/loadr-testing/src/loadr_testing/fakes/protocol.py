"""A protocol without a network: a rule says how each request ends, and how long it takes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from loadr_core.spi import (
    CompiledRequest,
    HandlerContext,
    ProtocolHandler,
    ProtocolSession,
    RequestSpec,
    Response,
    RowLayout,
    Sample,
    Scope,
    VuContext,
    request_layout,
)
from loadr_testing.fakes.conversation import FakeConnection


@dataclass(frozen=True, slots=True)
class Answer:
    """How a request ends.

    Attributes:
        seconds: its service time; `None`: the answer is there without waiting, as from a cache.
        status: its status; 0 with an `error_kind`.
        body: the response's body.
        headers: the response's headers.
        error_kind: a transport failure.
        method: the exchange's method, where it was not the request's.
        further: what the request took beside it.
        trace_id: of the trace that the request belongs to.
    """

    seconds: float | None = 0.01
    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    error_kind: str | None = None
    method: str | None = None
    further: tuple[Sample, ...] = ()
    trace_id: str | None = None


@dataclass(frozen=True, slots=True)
class FakeRequest:
    """A request as it was sent.

    Attributes:
        at: the moment of the clock.
        vu: the VU's number.
        iteration: the iteration's number.
        url: the rendered URL.
        headers: the rendered headers.
        body: the rendered body.
        block: the rendered block of the protocol, where it has one.
    """

    at: float
    vu: int
    iteration: int
    url: str
    headers: Mapping[str, str]
    body: bytes
    block: Any = None


Rule = Callable[[FakeRequest], Answer]


class FakeResponse(Response):
    """The response that an `Answer` describes."""

    __slots__ = ("_answer", "connection", "further", "method", "trace_id")

    def __init__(self, answer: Answer, start: float, end: float) -> None:
        self._answer = answer
        self.method = answer.method
        self.further = answer.further
        self.trace_id = answer.trace_id
        self.connection: FakeConnection | None = None
        self.status = answer.status
        self.proto = "FAKE/1"
        self.error_kind = answer.error_kind
        self.error = None if answer.error_kind is None else f"made by the rule: {answer.error_kind}"
        self.row = (start, end, 0.0, float(len(answer.body)))

    @property
    def body(self) -> bytes:
        """The answer's body."""
        return self._answer.body

    @property
    def headers(self) -> Mapping[str, str]:
        """The answer's headers."""
        return self._answer.headers

    @property
    def duration(self) -> float:
        """The service time in seconds."""
        return self.row[1] - self.row[0]

    def __repr__(self) -> str:
        ending = self.error_kind or self.status
        return f"<FakeResponse {ending} after {self.duration:.3f} s, {len(self._answer.body)} bytes>"


class _Session(ProtocolSession):
    def __init__(self, closed: list[int], vu: int) -> None:
        self._closed = closed
        self._vu = vu

    async def close(self) -> None:
        self._closed.append(self._vu)


class _Request(CompiledRequest):
    def __init__(
        self, spec: RequestSpec, context: HandlerContext, handler: "type[FakeProtocolHandler]"
    ) -> None:
        self._spec = spec
        self._clock = context.clock
        self._rule = handler.rule
        self._layout = handler.layout
        self._sent = handler.sent
        self._block = spec.compile_value(spec.block)

    @property
    def method(self) -> str:
        return self._spec.method or "GET"

    @property
    def layout(self) -> RowLayout:
        return self._layout

    def expects(self, status: int) -> bool:
        return any(low <= status <= high for low, high in self._spec.expected_statuses)

    async def send(self, session: Any, scope: Scope) -> FakeResponse:
        del session
        start = self._clock.now()
        spec = self._spec
        request = FakeRequest(
            at=start,
            vu=scope.vu,
            iteration=scope.iteration,
            url=spec.url.render(scope),
            headers={name: text.render(scope) for name, text in spec.headers},
            body=b"" if spec.body is None else spec.body.render(scope),
            block=self._block.render(scope),
        )
        self._sent.append(request)
        answer = self._rule(request)
        if answer.seconds is not None:
            await self._clock.sleep(answer.seconds)
        return FakeResponse(answer, start, self._clock.now())


class _Opening(_Request):
    def __init__(
        self, spec: RequestSpec, context: HandlerContext, handler: "type[FakeProtocolHandler]"
    ) -> None:
        super().__init__(spec, context, handler)
        self._opened = handler.opened

    async def send(self, session: Any, scope: Scope) -> FakeResponse:
        response = await super().send(session, scope)
        if response.error_kind is None and self.expects(response.status):
            response.connection = FakeConnection(self._clock.now)
            self._opened.append(response.connection)
        return response


class FakeProtocolHandler(ProtocolHandler):
    """The base of what `fake_protocol` makes; an opening that the rule lets succeed opens a `FakeConnection`.

    Attributes:
        sent: all requests, in the order of sending.
        compiled: how many requests were compiled.
        opened: the conversations that were opened.
        closed_sessions: the VUs whose sessions were closed.
    """

    name: ClassVar[str] = "fake"
    rule: ClassVar[Rule]
    layout: ClassVar[RowLayout]
    sent: ClassVar[list[FakeRequest]]
    compiled: ClassVar[int]
    opened: ClassVar[list[FakeConnection]]
    closed_sessions: ClassVar[list[int]]

    def compile(self, spec: RequestSpec) -> CompiledRequest:
        """Keep the spec; nothing is compiled."""
        type(self).compiled += 1
        return _Request(spec, self.context, type(self))

    def compile_opening(self, spec: RequestSpec) -> CompiledRequest:
        """The same for an opening."""
        type(self).compiled += 1
        return _Opening(spec, self.context, type(self))

    def open_session(self, vu: VuContext) -> ProtocolSession:
        """A session that remembers that it was closed."""
        return _Session(self.closed_sessions, vu.vu)


def fake_protocol(
    rule: Rule = lambda _request: Answer(), *, measures: str = "fake"
) -> type[FakeProtocolHandler]:
    """A handler class whose requests end as the rule says, with a memory of its own.

    Args:
        rule: how each request ends.
        measures: the protocol as which it measures: its metrics are `<measures>_reqs` and so on.
    """

    class Handler(FakeProtocolHandler):
        pass

    Handler.rule = staticmethod(rule)
    Handler.layout = request_layout(measures)
    Handler.sent = []
    Handler.compiled = 0
    Handler.opened = []
    Handler.closed_sessions = []
    return Handler
