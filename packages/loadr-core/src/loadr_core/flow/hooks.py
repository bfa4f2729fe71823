"""Hooks of scripts around requests of a plan. Without hooks nothing of this is compiled in.

Budget beyond the calls into the script: 5 us, for rendering the request and looking its shape up (measured for three
headers and a body).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from loadr_config.protocols import scheme_of
from loadr_config.urls import add_query, encode_parameter, join
from loadr_core.flow.judging import Judge, Verdict
from loadr_core.flow.step import IterationAborted
from loadr_core.recording.recorder import Recorder
from loadr_core.spi.hooks import HookedRequest
from loadr_core.spi.protocol import CompiledRequest, CompileError, RequestSpec, Response
from loadr_core.spi.scope import Scope
from loadr_core.spi.script import ScriptAbort, ScriptError
from loadr_core.spi.text import Payload, RenderError, Text
from loadr_core.spi.wrapping import WrappingRequest

# Requests of one shape, the names of their headers and whether there is a body, are compiled once.
_MOST_SHAPES: Final = 100


class HookFailedError(RenderError):
    """A hook failed, or left a request that cannot be sent: the request fails, and is not sent."""

    error_kind = "script"


@dataclass(slots=True)
class Hooked:
    """What the hooks have made of the request that a VU sends now.

    Attributes:
        request: the request as it is sent.
        failure: why a hook after it failed, or `None`.
        abort: what a hook after it wants to end, or `None`.
    """

    request: HookedRequest
    failure: ScriptError | None = None
    abort: IterationAborted | None = None


@dataclass(frozen=True, slots=True)
class Hooks:
    """The hooks of a plan's modules, by the names of their engines.

    Attributes:
        before: called in this order.
        after: called in this order.
        tags: of what they record themselves.
        tell: is told of a hook that failed, or `None`.
    """

    before: tuple[str, ...]
    after: tuple[str, ...]
    tags: Mapping[str, str]
    tell: Callable[[str, str], None] | None = None


class HookedCompiled(WrappingRequest):
    """A compiled request with a script's hooks around it.

    Args:
        spec: the request.
        compile_spec: compiles the request, as the hooks have left it too.
        hooks: who is called.
        base_url: what a relative URL is below, or `None`.
        defaults: header fields that every request has.
    """

    __slots__ = (
        "_base_url",
        "_compile",
        "_defaults",
        "_has_content_type",
        "_hooks",
        "_shapes",
        "_spec",
    )

    def __init__(
        self,
        spec: RequestSpec,
        compile_spec: Callable[[RequestSpec], CompiledRequest],
        hooks: Hooks,
        base_url: str | None,
        defaults: Mapping[str, str],
    ) -> None:
        super().__init__(compile_spec(spec))
        self._spec = spec
        self._compile = compile_spec
        self._hooks = hooks
        self._base_url = base_url
        own = {name.lower() for name, _ in spec.headers}
        self._defaults = {name: value for name, value in defaults.items() if name.lower() not in own}
        self._has_content_type = "content-type" in own | {name.lower() for name in defaults}
        self._shapes: dict[tuple[Any, ...], CompiledRequest] = {}

    async def send(self, session: Any, scope: Scope) -> Response:
        """Let the hooks change the request, send it, and show them the response."""
        hooked = scope.hooked = Hooked(self._rendered(scope))
        for engine in self._hooks.before:
            hooked.request = await self._before(engine, scope, hooked.request)
        # Also without a hook before it: what was rendered once is sent, so that no template is rendered twice.
        response = await self._shaped(hooked.request).send(session, scope)
        for engine in self._hooks.after:
            await self._after(engine, scope, response, hooked)
        return response

    async def _before(self, engine: str, scope: Scope, request: HookedRequest) -> HookedRequest:
        script = scope.scripts[engine]
        script.host.tags = self._hooks.tags
        try:
            changed: HookedRequest = await script.before_request(request)
        except ScriptError as error:
            self._tell("before the request", error)
            raise HookFailedError(str(error)) from error
        except ScriptAbort as abort:
            raise IterationAborted(abort.reach, abort.reason) from abort
        return changed

    async def _after(self, engine: str, scope: Scope, response: Response, hooked: Hooked) -> None:
        script = scope.scripts[engine]
        script.host.tags = self._hooks.tags
        try:
            await script.after_request(hooked.request, response)
        except ScriptError as error:
            self._tell("after the request", error)
            hooked.failure = hooked.failure or error
        except ScriptAbort as abort:
            hooked.abort = hooked.abort or IterationAborted(abort.reach, abort.reason)

    def _tell(self, hook: str, error: ScriptError) -> None:
        if self._hooks.tell is not None:
            self._hooks.tell(hook, str(error))

    def _rendered(self, scope: Scope) -> HookedRequest:
        spec = self._spec
        url = spec.url.render(scope)
        if self._base_url is not None and scheme_of(url) is None:
            url = join(self._base_url, url)
        url = add_query(
            url, "&".join(encode_parameter(name, text.render(scope)) for name, text in spec.params)
        )
        headers = self._defaults | {name: text.render(scope) for name, text in spec.headers}
        body = None
        if spec.body is not None and spec.body.pieces is None:
            body = spec.body.static if spec.body.static is not None else spec.body.render(scope)
            if spec.body.content_type and not self._has_content_type:
                headers["Content-Type"] = spec.body.content_type
        return HookedRequest(spec.name.render(scope), self.method, url, tuple(headers.items()), body)

    def _shaped(self, request: HookedRequest) -> CompiledRequest:
        """The compiled request that sends what the VU's scope says, for requests of this shape."""
        shape = (request.body is not None, *(name for name, _ in request.headers))
        compiled = self._shapes.get(shape)
        if compiled is None:
            if len(self._shapes) >= _MOST_SHAPES:
                self._shapes.clear()
            try:
                compiled = self._shapes[shape] = self._compile(self._spec_of(request))
            except CompileError as error:
                hint = f" ({error.hint})" if error.hint else ""
                raise HookFailedError(f"after the hooks: {error.message}{hint}") from error
        return compiled

    def _spec_of(self, request: HookedRequest) -> RequestSpec:
        body = self._spec.body
        if body is None or body.pieces is None:
            body = (
                None if request.body is None else Payload(None, lambda scope: scope.hooked.request.body, None)
            )
        return replace(
            self._spec,
            method=self.method,
            url=Text("the URL of the hooks", None, lambda scope: scope.hooked.request.url),
            params=(),
            headers=tuple((name, _header(index)) for index, (name, _) in enumerate(request.headers)),
            body=body,
        )

    def __repr__(self) -> str:
        return f"<HookedCompiled {self._request!r}>"


class HookedJudge:
    """Judges as the plan says, and fails a request whose hook failed.

    Args:
        inner: judges as the plan says; `None` where it does not.
        recorder: where causes of failures are counted.
    """

    __slots__ = ("_inner", "_recorder")

    def __init__(self, inner: Judge | None, recorder: Recorder) -> None:
        self._inner = inner
        self._recorder = recorder

    def judge(self, response: Response, scope: Scope) -> Verdict:
        """As `Judge.judge`."""
        verdict = (response.error_kind, None) if self._inner is None else self._inner.judge(response, scope)
        hooked: Hooked = scope.hooked
        error_kind, abort = verdict
        if hooked.failure is not None:
            failure = hooked.failure
            self._recorder.failure("exceptions", failure.site, f"{failure.kind}: {failure.message}")
            error_kind = error_kind or HookFailedError.error_kind
        return error_kind, abort or hooked.abort


def _header(index: int) -> Text:
    return Text("a header of the hooks", None, lambda scope: str(scope.hooked.request.headers[index][1]))
