"""Requests that scripts make, and what they open: compiled while the run goes on, and kept for the next time.

A request that was made before costs a look-up. Compiling one costs 60 us, so of requests that differ in
nothing but URL, body and values of headers only the first few are compiled as they are; all further ones share
one that renders these parts, as a plan's templates are rendered. The number of compiled ones is bounded.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass
from typing import Final, NamedTuple

from loadr_config.models import HttpDefaults, Request
from loadr_core.errors import PlanRefusedError
from loadr_core.flow.apart import CountedApart
from loadr_core.flow.opening import OpeningStep
from loadr_core.flow.request import RequestStep
from loadr_core.flow.throttle import Throttle
from loadr_core.recording.recorder import Recorder
from loadr_core.scripting.shapes import SENT, Parts, fixed, rendered, shape_of
from loadr_core.spi.conversation import OpensConnections
from loadr_core.spi.protocol import (
    CompiledRequest,
    CompileError,
    Credentials,
    ProtocolHandler,
    RequestSpec,
    Response,
)
from loadr_core.spi.scope import Scope, VuContext
from loadr_core.spi.script import ScriptRequest
from loadr_core.spi.text import Text

# A request, the tags of the place where it is made, and whether it opens a conversation.
_Key = tuple[ScriptRequest, tuple[tuple[str, str], ...], bool]

_MOST_COMPILED: Final = 1_000

# Requests of one shape that are compiled as they are: a script with some constant URLs has no more.
_MOST_VARIANTS: Final = 32


class Protocols(NamedTuple):
    """Where a worker's protocols are found.

    Attributes:
        of: the name of a request's protocol.
        handler: the one handler of a protocol.
        defaults: the plan's defaults, known before the run.
        headers: a request's own headers, and the defaults' that must be rendered.
    """

    of: Callable[[Request], str]
    handler: Callable[[str], ProtocolHandler]
    defaults: HttpDefaults
    headers: Callable[[dict[str, Text]], tuple[tuple[str, Text], ...]]


class ScriptRequests:
    """The requests of all scripts of one scenario in a worker.

    Args:
        protocols: where protocols are found.
        recorder: where requests are recorded.
        throttle: lets them through.
        handlers: the protocols of which every VU of the scenario has a session, in that order.
        on_schedule: whether iterations start on a schedule.
        wrap: puts something around each compiled request, with its name; `None` where nothing is.
    """

    def __init__(
        self,
        protocols: Protocols,
        recorder: Recorder,
        throttle: Throttle | None,
        handlers: tuple[ProtocolHandler, ...],
        *,
        on_schedule: bool,
        wrap: Callable[[CompiledRequest, str], CompiledRequest] | None = None,
    ) -> None:
        self._wrap = wrap
        self._protocols = protocols
        self._recorder = recorder
        self._throttle = throttle
        self._handlers = list(handlers)
        self._on_schedule = on_schedule
        self._compiled: OrderedDict[_Key, RequestStep] = OrderedDict()
        self._shapes: dict[tuple[object, ...], _Shape] = {}
        # The very objects that were sent before, by `id`, so that a request costs no hash of all its fields.
        self._known: dict[int, tuple[ScriptRequest, Mapping[str, str], RequestStep]] = {}

    async def send(
        self, request: ScriptRequest, scope: Scope, tags: Mapping[str, str], *, opens: bool = False
    ) -> Response:
        """Send a request for a VU.

        Args:
            request: the request.
            scope: the VU.
            tags: the tags of its samples, beside its own.
            opens: whether it opens a conversation.

        Raises:
            CompileError: its protocol is not installed or cannot do this, or a default header has no value.
        """
        known = self._known.get(id(request))
        if known is not None and known[0] is request and known[1] is tags and not opens:
            step = known[2]
        else:
            step = self._step(request, tags, opens=opens)
        while len(scope.sessions) < len(self._handlers):
            handler = self._handlers[len(scope.sessions)]
            scope.sessions.append(handler.open_session(VuContext(scope.vu, scope.scenario)))
        if self._throttle is not None:
            await self._throttle.wait()
        if request.jar is not None:
            scope = copy(scope)
            scope.cookies = request.jar
        response = await step.run(scope)
        if response is None:
            raise CompileError(scope.last_failure or "the request could not be sent")
        return response

    def _step(self, request: ScriptRequest, tags: Mapping[str, str], *, opens: bool) -> RequestStep:
        key = (request, tuple(tags.items()), opens)
        step = self._compiled.get(key)
        if step is not None:
            self._compiled.move_to_end(key)
        else:
            name = request.name or self._recorder.request_name(request.url)
            shape = self._shape((shape_of(request), name, *key[1:]))
            if shape.variants >= _MOST_VARIANTS:
                SENT.set(request)
                if shape.step is None:
                    shape.step = self._compile(rendered(request), name, tags, opens=opens)
                return shape.step
            shape.variants += 1
            step = self._compiled[key] = self._compile(fixed(request), name, tags, opens=opens)
            if len(self._compiled) > _MOST_COMPILED:
                self._compiled.popitem(last=False)
        # What has a body is made anew each time: to keep it would keep a body for each.
        if request.body is None and not opens:
            if len(self._known) >= _MOST_COMPILED:
                self._known.clear()
            self._known[id(request)] = (request, tags, step)
        return step

    def _shape(self, key: tuple[object, ...]) -> "_Shape":
        shape = self._shapes.get(key)
        if shape is None:
            if len(self._shapes) >= _MOST_COMPILED:
                self._shapes.clear()
            shape = self._shapes[key] = _Shape()
        return shape

    def _handler(self, request: ScriptRequest) -> ProtocolHandler:
        protocols = self._protocols
        plan_request = Request.model_construct(url=request.url, protocol=request.protocol)
        try:
            handler = protocols.handler(protocols.of(plan_request))
        except PlanRefusedError as error:  # of a plan that is run already
            raise CompileError("; ".join(error.problems)) from error
        if handler not in self._handlers:
            self._handlers.append(handler)
        return handler

    def _compile(self, parts: Parts, name: str, tags: Mapping[str, str], *, opens: bool) -> RequestStep:
        request = parts.request
        handler = self._handler(request)
        spec = self._spec(parts, name)
        if not opens:
            compiled = handler.compile(spec)
        elif isinstance(handler, OpensConnections):
            compiled = handler.compile_opening(spec)
        else:
            raise CompileError(f"scripts have no conversations of the protocol {handler.name!r}")
        if not request.counts_for_all:
            compiled = CountedApart(compiled)
        if self._wrap is not None:
            compiled = self._wrap(compiled, name)
        return (OpeningStep if opens else RequestStep)(
            compiled,
            self._handlers.index(handler),
            name=name,
            tags={**tags, **dict(request.tags), "name": name},
            templated_tags={},
            checks=(),
            judge=None,
            recorder=self._recorder,
            on_schedule=self._on_schedule,
            url=None if name == parts.url.static else parts.url,
            is_judged=request.is_judged,
        )

    def _spec(self, parts: Parts, name: str) -> RequestSpec:
        defaults, request = self._protocols.defaults, parts.request
        follows, known = request.follow_redirects, request.credentials
        return RequestSpec(
            name=Text.fixed(name),
            method=request.method or ("GET" if request.body is None else "POST"),
            url=parts.url,
            headers=self._protocols.headers(dict(parts.headers)),
            body=parts.body,
            timeout=defaults.timeout if request.timeout is None else request.timeout,
            expected_statuses=request.expected_statuses or defaults.expected_statuses,
            keeps_body=request.keeps_body,
            follow_redirects=defaults.follow_redirects if follows is None else follows,
            max_redirects=request.max_redirects,
            stops_at_limit=request.stops_at_limit,
            credentials=None if known is None else Credentials(*map(Text.fixed, known)),
            block=request.block,
        )


@dataclass(slots=True)
class _Shape:
    """Requests that differ in nothing but URL, body and values of headers.

    Attributes:
        variants: how many were compiled as they are.
        step: the one that all others share, once there is one.
    """

    variants: int = 0
    step: RequestStep | None = None
