"""What a protocol implements: a handler that compiles requests and opens a session per VU.

    handler = Handler(context)                     once per worker, before the run
    request = handler.compile(spec)                once per request step, before the run
    session = handler.open_session(vu)             once per VU
    response = await request.send(session, scope)  once per request
    await session.close()                          when the VU ends
    await handler.close()                          when the worker ends

Register the handler class under the entry-point group `loadr.protocols`; the entry's name is the
plan's `protocol`. URL schemes are mapped to it in the group `loadr.schemes`, where the entry's
*value* is the protocol's name.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from loadr_config.models import Embedded, HttpDefaults
from loadr_core.spi.clock import Clock
from loadr_core.spi.content import Content
from loadr_core.spi.conversation import Connection
from loadr_core.spi.rows import RowLayout
from loadr_core.spi.scope import Scope, VuContext
from loadr_core.spi.text import Payload, Text, Value
from loadr_core.spi.wire import WireTap


class CompileError(Exception):
    """A request cannot be compiled: the plan's mistake, found before the run.

    Attributes:
        message: what is wrong, in the plan's terms.
        hint: how to mend it, or an empty string.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


@dataclass(frozen=True, slots=True)
class HandlerContext:
    """What a handler gets when it is made, once per worker.

    Attributes:
        clock: the only source of time.
        defaults: the plan's `defaults.http`, its templates resolved; headers that must be rendered
            for each request are part of `RequestSpec.headers` instead.
        folder: relative paths of the plan start here.
        config: the plan's `plugins[].config` for this protocol.
        tap: wants to see every exchange, for people who look for a mistake; `None` in any other run.
    """

    clock: Clock
    defaults: HttpDefaults
    folder: Path
    config: Mapping[str, Any] = field(default_factory=dict)
    tap: WireTap | None = None


@dataclass(frozen=True, slots=True)
class Credentials:
    """User and password for a server that challenges (HTTP digest)."""

    username: Text
    password: Text


@dataclass(frozen=True, slots=True)
class RequestSpec:
    """A request step as the plan has it, its texts compiled.

    Attributes:
        name: the metric tag `name`.
        method: as written, upper case, or `None` where the plan leaves it to the protocol.
        url: relative to `base_url` of the defaults where it has no scheme.
        params: query parameters to append to the URL.
        headers: the request's own; those of the defaults are in `HandlerContext.defaults`.
        body: `None` where there is none.
        timeout: seconds from the start of sending to the end of the response.
        expected_statuses: inclusive ranges; a status outside makes the request failed.
        block: the protocol's own block (`ws`, `grpc`, `sql`, ...), as validated: its texts are templates,
            which `compile_text` and `compile_value` make ready.
        keeps_body: whether a condition or an extraction reads the response's body.
        follow_redirects: as the request or else the defaults say.
        max_redirects: how many are followed, where it is not what the defaults say.
        stops_at_limit: whether one redirect too many is the response, and not a failure.
        credentials: for challenges; what needs none of them is an Authorization in `headers`.
        embedded: how a page's resources are loaded, as the request or else the defaults say.
        compile_text: compiles a text of the block; to be called by `ProtocolHandler.compile` only.
        compile_value: compiles a JSON value of the block, whose string leaves are templates: a leaf that is
            one reference only becomes the JSON value that its text is, as in a JSON body.
    """

    name: Text
    method: str | None
    url: Text
    params: tuple[tuple[str, Text], ...] = ()
    headers: tuple[tuple[str, Text], ...] = ()
    body: Payload | None = None
    timeout: float = 30.0
    expected_statuses: tuple[tuple[int, int], ...] = ((200, 399),)
    block: Any = None
    keeps_body: bool = False
    follow_redirects: bool = True
    max_redirects: int | None = None
    stops_at_limit: bool = False
    credentials: Credentials | None = None
    embedded: Embedded | None = None
    compile_text: Callable[[str], Text] = Text.fixed
    compile_value: Callable[[Any], Value] = Value.fixed


@dataclass(frozen=True, slots=True)
class Sample:
    """An exchange that a request took beside the one that its response is of, such as a redirect.

    Attributes:
        row: the measurements, in the order of the layout.
        status: as in `Response`; the next four likewise.
        proto: the metric tag.
        method: the metric tag.
        error_kind: the metric tag, or `None`.
        error: for people, or `None`.
        expected: whether its status is a success; `None` where the request's own rule decides.
        name: a URL of which the metric tag is made, where it is not the request's own.
        layout: the meaning of the row, where it is not the request's own.
    """

    row: tuple[float, ...]
    status: int
    proto: str
    method: str
    error_kind: str | None = None
    error: str | None = None
    expected: bool | None = None
    name: str | None = None
    layout: RowLayout | None = None


class Response(ABC):
    """The outcome of one request: also of one that failed.

    Attributes:
        status: the protocol's status; 0 when there is none because of a transport error.
        proto: the metric tag `proto`, such as `HTTP/1.1`.
        error_kind: the metric tag of a transport failure, else `None`.
        error: what went wrong, for people; `None` when nothing did.
        row: the measurements, in the order of the request's layout.
        method: the metric tag `method`, where the exchange's was not the request's own.
        layout: the meaning of the row, where it is not the request's own. A protocol gives such a
            response a `proto` of its own.
        further: the other exchanges that the request took, each a sample of its own.
        content: what the engine has made of the body; a protocol leaves it unset.
        trace_id: where the request can be found in the target's traces, if it told the target to trace it.
        connection: the conversation that it has opened; of openings only (`OpensConnections`).
    """

    __slots__ = ("content", "error", "error_kind", "proto", "row", "status")

    # Attributes of the class: a response that is nothing special carries none of these.
    method: str | None = None
    layout: RowLayout | None = None
    further: Sequence[Sample] = ()
    trace_id: str | None = None
    connection: Connection | None = None

    status: int
    proto: str
    error_kind: str | None
    error: str | None
    row: tuple[float, ...]
    content: Content

    @property
    @abstractmethod
    def body(self) -> bytes:
        """The response's body, decoded from transfer and content encodings; empty when there is none."""

    @property
    @abstractmethod
    def headers(self) -> Mapping[str, str]:
        """The response's headers, keys in lower case, repeated ones joined with `, `."""

    @property
    @abstractmethod
    def duration(self) -> float:
        """Service time in seconds: sending, waiting and receiving."""


class ProtocolSession(ABC):
    """One VU's state in a protocol: connections, cookies."""

    def drop_idle(self) -> None:
        """Close the connections that are open and free; later requests open new ones.

        Called between two iterations, where a script wants that; a protocol without connections to keep
        has nothing to do.
        """
        return

    @abstractmethod
    async def close(self) -> None:
        """Let go of everything. Called once, when the VU ends; must not raise for a dead peer."""


class CompiledRequest(ABC):
    """A request step ready to be sent, shared by all VUs of a worker.

    Attributes:
        method: the metric tag `method`.
        layout: the meaning of the rows of its responses.
    """

    __slots__ = ()

    @property
    @abstractmethod
    def method(self) -> str:
        """The metric tag `method`; read once, when the step is compiled."""

    @property
    @abstractmethod
    def layout(self) -> RowLayout:
        """The meaning of the rows; read once, when the step is compiled."""

    @abstractmethod
    async def send(self, session: Any, scope: Scope) -> Response:
        """Send the request and wait for its outcome.

        Called by the flow, on the worker's event loop; it must never block the loop. What the
        target does wrong is a response with `error_kind`, never an exception.

        Raises:
            RenderError: a template's reference has no value.
            asyncio.CancelledError: the iteration was interrupted; the connection must not be
                used again in a state that nobody knows.
        """

    @abstractmethod
    def expects(self, status: int) -> bool:
        """Whether a response of this status is a success; called once per status seen."""


class ProtocolHandler(ABC):
    """The entry point of a protocol; one object per worker."""

    name: ClassVar[str]

    def __init__(self, context: HandlerContext) -> None:
        self.context = context

    @abstractmethod
    def compile(self, spec: RequestSpec) -> CompiledRequest:
        """Make a request ready, once per step before the run. May block for a short time.

        Raises:
            CompileError: the plan asks for what this protocol cannot do.
        """

    @abstractmethod
    def open_session(self, vu: VuContext) -> ProtocolSession:
        """Make a VU's session. Called on the event loop, must not block: connect when first used."""

    async def close(self) -> None:
        """Let go of what all sessions share. Called once, after the last session was closed."""
        return
