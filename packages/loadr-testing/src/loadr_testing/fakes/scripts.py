"""A script engine without a language: the functions of a module are coroutines in Python."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, get_args

from loadr_core.spi import (
    CompileError,
    Hook,
    HookedRequest,
    InstanceStanding,
    Response,
    ScenarioStanding,
    Scope,
    ScriptEngine,
    ScriptError,
    ScriptHost,
    ScriptModule,
    ScriptRequest,
    ScriptSource,
    VuScript,
)

ScriptFunction = Callable[..., Awaitable[Any]]
"""`async def function(host, *arguments)`."""


@dataclass(frozen=True, slots=True)
class ScriptCall:
    """A call as it was made.

    Attributes:
        at: the moment of the clock.
        vu: the VU's number.
        function: its name.
        arguments: what it was given.
    """

    at: float
    vu: int
    function: str
    arguments: tuple[Any, ...]


class FakeScript(VuScript):
    """A VU's instance: calls what the engine was made with."""

    def __init__(self, engine: "FakeScriptEngine", host: ScriptHost) -> None:
        self._engine = engine
        self.host = host

    async def call(self, function: str, *arguments: Any) -> Any:
        """Remember the call and make it."""
        engine = type(self._engine)
        vu = self.host.scope.vu
        engine.calls.append(ScriptCall(self._engine.context.clock.now(), vu, function, arguments))
        return await engine.functions[function](self.host, *arguments)

    async def evaluate(self, expression: str, names: Mapping[str, Any]) -> Any:
        """The value of an expression in Python, in which only `names` exist."""
        return self.value(expression, names)

    def value(self, expression: str, names: Mapping[str, Any]) -> Any:
        """The same, at once."""
        try:
            return eval(expression, {"__builtins__": {}}, dict(names))  # noqa: S307 - a test's own expression
        except Exception as error:
            raise ScriptError(type(error).__name__, str(error), "expression:1") from error

    async def run(self, code: str) -> Any:
        """The value of an expression; Python's statements have none."""
        return await self.evaluate(code, {})

    async def before_request(self, request: HookedRequest) -> HookedRequest:
        """Call the function of that name."""
        changed: HookedRequest = await type(self._engine).functions["before_request"](self.host, request)
        return changed

    async def after_request(self, request: HookedRequest, response: Response) -> None:
        """Call the function of that name."""
        await type(self._engine).functions["after_request"](self.host, request, response)

    async def close(self) -> None:
        """Remember that it was closed."""
        type(self._engine).closed_scripts.append(self.host.scope.vu)


class FakeModule(ScriptModule):
    """Exports the functions that the engine was made with."""

    def __init__(self, engine: "FakeScriptEngine") -> None:
        self._engine = engine
        self.exports = frozenset(type(engine).functions)
        self.hooks = frozenset(hook for hook in get_args(Hook) if hook in self.exports)
        self.options = {}

    def open(self, host: ScriptHost) -> VuScript:
        """A VU's instance."""
        return FakeScript(self._engine, host)


class FakeScriptEngine(ScriptEngine):
    """The base of what `fake_scripts` makes.

    Attributes:
        functions: the module's functions, by name.
        calls: all calls, in order.
        sources: the modules that were loaded.
        closed_scripts: the VUs whose scripts were closed.
        closed: how often an engine was closed.
    """

    functions: ClassVar[Mapping[str, ScriptFunction]]
    calls: ClassVar[list[ScriptCall]]
    sources: ClassVar[list[ScriptSource]]
    closed_scripts: ClassVar[list[int]]
    closed: ClassVar[int]

    def load(self, source: ScriptSource) -> ScriptModule:
        """The module, whatever its code says; code that begins with `broken` is broken."""
        if source.text.startswith("broken"):
            raise ScriptError("SyntaxError", "the code is broken", f"{source.name}:1")
        type(self).sources.append(source)
        return FakeModule(self)

    async def close(self) -> None:
        """Count it."""
        type(self).closed += 1


class FakeHost(ScriptHost):
    """A host without a run: requests end as `answer` says, everything else is remembered.

    Attributes:
        requests: the requests, in order.
        slept: how long each sleep was to be.
        sleeping: set when the first sleep has begun.
        checks: (name, passed) of every check.
        marked: why the run is to count as failed, of every time.
        recorded: (kind, metric, value) of every value.
        standing: what `instance_standing` tells.
        scenario: what `scenario_standing` tells.
    """

    def __init__(self, scope: Scope, answer: Callable[[ScriptRequest], Response] | None = None) -> None:
        self.scope = scope
        self.tags = {}
        self.requests: list[ScriptRequest] = []
        self.slept: list[float] = []
        self.sleeping = asyncio.Event()
        self.checks: list[tuple[str, bool]] = []
        self.marked: list[str] = []
        self.recorded: list[tuple[str, str, float]] = []
        self.standing = InstanceStanding()
        self.scenario: ScenarioStanding | None = ScenarioStanding(0.0, 0.0)
        self._answer = answer

    async def request(self, request: ScriptRequest) -> Response:
        """Answer as the rule says; without one there is nobody to answer."""
        self.requests.append(request)
        if self._answer is None:
            raise CompileError("this host has no answer to requests")
        return self._answer(request)

    async def open(self, request: ScriptRequest) -> Response:
        """As a request; the rule's response holds the conversation."""
        return await self.request(request)

    async def sleep(self, seconds: float) -> None:
        """Wait in real time."""
        self.slept.append(seconds)
        self.sleeping.set()
        await asyncio.sleep(seconds)

    def check(self, name: str, *, passed: bool, tags: Mapping[str, str]) -> None:
        """Remember it."""
        del tags
        self.checks.append((name, passed))

    def mark_failed(self, reason: str) -> None:
        """Remember it."""
        self.marked.append(reason)

    def instance_standing(self) -> InstanceStanding:
        """What a test says."""
        return self.standing

    def scenario_standing(self) -> ScenarioStanding | None:
        """What a test says."""
        return self.scenario

    def record(
        self,
        kind: Literal["counter", "gauge", "rate", "trend"],
        metric: str,
        value: float,
        tags: Mapping[str, str],
    ) -> None:
        """Remember it."""
        del tags
        self.recorded.append((kind, metric, value))


def fake_scripts(**functions: ScriptFunction) -> type[FakeScriptEngine]:
    """An engine class whose modules export the given coroutines, with a memory of its own."""

    class Engine(FakeScriptEngine):
        pass

    Engine.functions = functions
    Engine.calls = []
    Engine.sources = []
    Engine.closed_scripts = []
    Engine.closed = 0
    return Engine
