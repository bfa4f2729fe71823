"""What a script engine implements: modules of a user's code, called from a plan.

    engine = Engine(context)             once per worker, before the run
    module = engine.load(source)         once per worker, before the run
    script = module.open(host)           once per VU of a scenario that uses the module
    await script.call("main", data, ctx) `exec`, `on_start`, `on_stop`: whenever the flow comes to it
    await script.close()                 when the VU ends
    await engine.close()                 when the worker ends

Register the engine class under the entry-point group `loadr.script_engines`; the entry's name is the key
of the plan (`js`).

A call is a coroutine on the worker's event loop. What it needs from the outside it asks of its host, whose
slow methods are coroutines as well: an engine whose language waits synchronously parks its own stack (a
greenlet) and lets the call await for it, an engine in Python simply awaits. No engine may block the loop
for long, none needs a thread per VU.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from loadr_core.spi.clock import Clock
from loadr_core.spi.hooks import Hook, HookedRequest
from loadr_core.spi.protocol import Response
from loadr_core.spi.scope import Scope
from loadr_core.spi.standing import InstanceStanding, ScenarioStanding

SCRIPT_LOG: Final = "loadr.script"
"""The logger of what scripts say to people; it reaches the terminal from every worker, secrets masked."""


class ScriptError(Exception):
    """A script failed: the user's mistake, or a limit of time or memory.

    Attributes:
        kind: what is counted: the class of the error in the script's language.
        message: what went wrong, for people.
        site: where: file name and line, as in `checkout.js:12`.
        within: line and column, from 1, in the code that `run`, `evaluate` or `value` was given, where it failed
            there; a column of 0 is not known. `None` where it failed elsewhere.
    """

    def __init__(self, kind: str, message: str, site: str, within: tuple[int, int] | None = None) -> None:
        super().__init__(f"{kind} at {site}: {message}")
        self.within = within
        self.kind = kind
        self.message = message
        self.site = site


class ScriptAbort(Exception):
    """A script wants to end more than its call, as k6's `fail` and `exec.test.abort` do.

    Attributes:
        reach: how far it reaches.
        reason: for people.
    """

    def __init__(self, reach: Literal["iteration", "scenario", "test"], reason: str) -> None:
        super().__init__(reason)
        self.reach: Literal["iteration", "scenario", "test"] = reach
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ScriptContext:
    """What an engine gets when it is made, once per worker.

    Attributes:
        clock: the only source of time.
        folder: relative paths of the plan start here; scripts read files inside of it only.
        environment: the variables of `${env.X}`.
        timeout: seconds that one call may run, time spent waiting for the host not counted.
        memory_limit: bytes that one VU's script may use.
        config: the plan's `plugins[].config` for this engine.
        instance: the number of this worker among all, from 0.
        instances: how many workers there are.
        secrets: the plan's secrets by name, resolved.
    """

    clock: Clock
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    timeout: float = 10.0
    memory_limit: int = 64 << 20
    config: Mapping[str, Any] = field(default_factory=dict)
    instance: int = 0
    instances: int = 1
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class ScriptSource:
    """A module's code.

    Attributes:
        text: the code.
        name: its file's name, for messages; imports are relative to this file.
    """

    text: str
    name: str


@dataclass(frozen=True, slots=True)
class ScriptRequest:
    """A request that a script makes.

    Attributes:
        url: relative to `base_url` of the defaults where it has no scheme.
        method: upper case, or `None` where it is left to the protocol.
        headers: its own; those of the defaults are added.
        body: what to send.
        content_type: what to send as Content-Type unless the request names one itself.
        name: the metric tag `name`; the URL where it is `None`.
        tags: tags of its samples.
        timeout: seconds; that of the defaults where it is `None`.
        expected_statuses: inclusive ranges; those of the defaults where it is `None`.
        follow_redirects: as the defaults say where it is `None`.
        max_redirects: how many are followed; as the defaults say where it is `None`.
        stops_at_limit: whether one redirect too many is the response, and not a failure.
        credentials: user and password, for a server that challenges (digest).
        protocol: its name; the URL's scheme decides where it is `None`.
        keeps_body: whether the script may read the response's body.
        is_judged: whether it counts as failed or not; one that is not is in no rate of failures, and has no tag
            `expected_response`.
        jar: cookies to use instead of the VU's, a `loadr_core.cookies.CookieJar`; the VU's where it is `None`.
        block: the protocol's own block, one of the plan's models, made with `model_construct`; it must be hashable
            and holds no templates. `None` where the protocol needs none.
        counts_for_all: whether its failures count in `http_req_failed`, as those of all protocols do, beside the
            protocol's own rate; k6 counts only those of HTTP there.
    """

    url: str
    method: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    content_type: str | None = None
    name: str | None = None
    tags: tuple[tuple[str, str], ...] = ()
    timeout: float | None = None
    expected_statuses: tuple[tuple[int, int], ...] | None = None
    follow_redirects: bool | None = None
    max_redirects: int | None = None
    stops_at_limit: bool = False
    credentials: tuple[str, str] | None = None
    protocol: str | None = None
    keeps_body: bool = True
    is_judged: bool = True
    jar: Any = field(default=None, compare=False)
    block: Any = None
    counts_for_all: bool = True


class ScriptHost(ABC):
    """What a VU's script can ask for. Made by the engine of the run, one per VU; all on the event loop.

    Attributes:
        scope: the VU: its number, variables, cookies, sessions, rows of data sources, and seeded generator.
        tags: the tags of everything that the script records now: the scenario's, and the `group` and
            `branch` of the step that calls it. A script's own group sets it anew, and back at its end.
        executor: the scenario's executor, as the plan names it; empty for setup and teardown.
    """

    scope: Scope
    tags: Mapping[str, str]
    executor: str = ""

    @abstractmethod
    async def request(self, request: ScriptRequest) -> Response:
        """Send a request and record it as a request step does; the scenario's throttle applies.

        What the target does wrong is a response with `error_kind`.

        Raises:
            CompileError: its protocol is not installed, or cannot do what is asked for: the script's mistake.
        """

    @abstractmethod
    async def open(self, request: ScriptRequest) -> Response:
        """Open a conversation (`loadr_core.spi.Connection`), of the protocol that the request names or its URL's scheme.

        How that went is recorded as `request` does it, under the tags that hold now; what happens in the
        conversation later as well, and under the same ones. The script owns what it has opened: it aborts it when
        it needs it no longer, also when its call is cancelled. Cancelled itself, it leaves nothing open.

        Returns:
            The outcome; its `connection` is the conversation, or `None` where the target did not agree.

        Raises:
            CompileError: its protocol is not installed, has no conversations, or cannot do what is asked for.
        """

    @abstractmethod
    async def sleep(self, seconds: float) -> None:
        """Wait; an interrupted iteration stops waiting."""

    @abstractmethod
    def check(self, name: str, *, passed: bool, tags: Mapping[str, str]) -> None:
        """Count a check."""

    @abstractmethod
    def mark_failed(self, reason: str) -> None:
        """Let the run count as failed, whatever its thresholds say; it goes on."""

    @abstractmethod
    def instance_standing(self) -> InstanceStanding:
        """What this worker has done so far."""

    @abstractmethod
    def scenario_standing(self) -> ScenarioStanding | None:
        """How far the VU's scenario is; `None` in setup and teardown, and before it has begun."""

    @abstractmethod
    def record(
        self,
        kind: Literal["counter", "gauge", "rate", "trend"],
        metric: str,
        value: float,
        tags: Mapping[str, str],
    ) -> None:
        """Add a value to a metric of the script's own; a rate counts 0 and anything else.

        Trends of time are in milliseconds, as the summary shows them.
        """


class VuScript(ABC):
    """A VU's instance of a module: globals of its own, which live as long as the VU.

    Attributes:
        host: what it was opened with; the flow sets its tags before a call.
    """

    host: ScriptHost

    @abstractmethod
    async def call(self, function: str, *arguments: Any) -> Any:
        """Call an exported function; arguments and result are plain values as JSON has them.

        Called by the flow, never twice at once for one VU.

        Raises:
            ScriptError: the function failed; the VU goes on.
            ScriptAbort: it wants to end more than itself.
            asyncio.CancelledError: the iteration was interrupted while the call waited; the script must be
                usable afterwards, for `on_stop`.
        """

    @abstractmethod
    async def evaluate(self, expression: str, names: Mapping[str, Any]) -> Any:
        """The value of an expression in which `names` are in scope; raises as `call`."""

    @abstractmethod
    def value(self, expression: str, names: Mapping[str, Any]) -> Any:
        """The value of an expression, at once: it cannot wait. For templates and conditions.

        Args:
            expression: of the engine's language.
            names: what is in scope; a `Response` is given to the script as its own responses look.

        Raises:
            ScriptError: it failed, it wanted to wait, or the VU's script is busy in another branch.
        """

    @abstractmethod
    async def run(self, code: str) -> Any:
        """Run statements; raises as `call`."""

    async def before_request(self, request: HookedRequest) -> HookedRequest:
        """Let the module change a request of the plan; the one to send. Raises as `call`.

        Called for every request, only where the module has the hook (`ScriptModule.hooks`).
        """
        return request

    async def after_request(self, request: HookedRequest, response: Response) -> None:  # noqa: ARG002 - of the hook
        """Show the module a response of the plan, before it is judged; as `before_request`."""
        return

    @abstractmethod
    async def close(self) -> None:
        """Let go of everything. Called once, when the VU ends, after the last call has come back."""


class ScriptModule(ABC):
    """A loaded module, shared by all VUs of a worker.

    Attributes:
        exports: the names of the functions that can be called.
        options: what the module exports as its options, as k6's `options`; empty where there are none.
        hooks: the functions that are to be called around each request of the plan.
    """

    exports: frozenset[str]
    options: Mapping[str, Any]
    hooks: frozenset[Hook] = frozenset()

    @abstractmethod
    def open(self, host: ScriptHost) -> VuScript:
        """Make a VU's instance. Called on the event loop; may take a millisecond, must not wait.

        Raises:
            ScriptError: the module's top level failed.
        """


class ScriptEngine(ABC):
    """The entry point of a script language; one object per worker."""

    def __init__(self, context: ScriptContext) -> None:
        self.context = context

    @abstractmethod
    def load(self, source: ScriptSource) -> ScriptModule:
        """Make a module ready, once per worker before the run. May block for a short time.

        Raises:
            ScriptError: it cannot be read, or its top level failed.
        """

    async def close(self) -> None:
        """Let go of what all VUs share. Called once, after the last VU's script was closed."""
        return
