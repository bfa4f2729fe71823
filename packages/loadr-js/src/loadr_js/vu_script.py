"""A VU's instance of a script: a runtime of its own, and its side of the conversation."""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NoReturn

from loadr_core.spi import HookedRequest, Response, ScriptError, ScriptHost, VuScript
from loadr_js import snippets
from loadr_js.errors import ScriptFailed, ScriptStopped
from loadr_js.hosts.cookies import CookieHost
from loadr_js.hosts.digests import digest_functions
from loadr_js.hosts.flow import FlowHost
from loadr_js.hosts.grpc import GrpcHost
from loadr_js.hosts.hooks import changed_by_hook, sent_request, shown_to_hook
from loadr_js.hosts.html import Documents
from loadr_js.hosts.http import HttpHost
from loadr_js.hosts.initial import initial_functions
from loadr_js.hosts.responses import answer_of
from loadr_js.hosts.sockets import SocketHost
from loadr_js.hosts.subtle import subtle_functions
from loadr_js.hosts.texts import utf8_decode
from loadr_js.raising import script_error, told
from loadr_js.runtime import ScriptContext
from loadr_js.runtime.context import HostFunction
from loadr_js.runtime.outcomes import HostError

if TYPE_CHECKING:
    from loadr_js.module import JsModule


# What runs once in the whole fleet, and has a limit of its own.
_ONCE: Final = frozenset({"setup", "teardown"})


class JsVuScript(VuScript):
    """One VU's script.

    Raises:
        ScriptFailed: its top level threw.
    """

    def __init__(self, module: "JsModule", host: ScriptHost) -> None:
        self._module = module
        self._scope = host.scope
        self.host = host
        self._now = module.context.clock.now
        self._settings = module.settings
        self._flow = FlowHost(module, host)
        cookies = CookieHost(host.scope, module.context.clock)
        self._http = HttpHost(host, self._flow, module.settings, cookies, as_script=module.as_script)
        self._sockets = SocketHost(
            host,
            self._flow,
            module.settings,
            cookies.jar,
            module.context.clock,
            as_script=module.as_script,
        )
        self._grpc = GrpcHost(module, host, self._flow)
        self._documents = Documents()
        self._keys: dict[str, str] = {}
        self._defined: set[str] = set()
        functions: dict[str, HostFunction] = {
            **initial_functions(module),
            **digest_functions(lambda: self._scope.random),
            **subtle_functions(lambda: self._scope.random),
            **self._documents.functions(),
            **self._flow.functions(),
            **self._http.functions(),
            **self._grpc.functions(),
            **cookies.functions(),
            **self._sockets.functions(),
            "utf8_decode": self._utf8_decode,
            "file_open": self._open_file,
        }
        if module.as_script:
            functions["open"] = self._at_start(functions["open"])
        clock = module.context.clock
        prelude = module.prelude_of(host.scope.scenario)
        self._context = ScriptContext(
            functions,
            module.folder.load,
            module.limits,
            clock,
            prelude,
            direct={**self._flow.direct(), **self._http.direct(), **self._sockets.direct()},
            begin=self._begin,
            end=self._end,
        )
        self._http.context = self._sockets.context = self._context
        self._grpc.use(self._context)
        module.load_into(self._context)
        self._flow.is_loaded = True

    def _at_start(self, read: HostFunction) -> HostFunction:
        """`open`, which a running script does not have in k6."""

        def read_at_start(name: str, *more: Any) -> Any:
            if self._flow.is_loaded:
                raise HostError(f"open({name!r}) works at the script's top level only, as in k6")
            return read(name, *more)

        return read_at_start

    async def call(self, function: str, *arguments: Any) -> Any:
        """Call an exported function."""
        if self._module.as_script and function in _ONCE:
            return await self._call_once(function, *arguments)
        start, scope = self._now(), self._scope
        self._flow.count_iteration()
        if self._module.as_script:
            if self._settings.reset_cookies:
                scope.cookies.clear()
            if self._settings.reconnects:
                for session in scope.sessions:
                    session.drop_idle()
        try:
            return await self._context.call_as(
                scope.vu, scope.iteration, scope.iteration_seed, function, *arguments
            )
        except (ScriptFailed, ScriptStopped) as ending:
            self._tell(ending)
        finally:
            rest = self._settings.min_iteration_duration - (self._now() - start)
            if rest > 0 and self._module.as_script:
                await self.host.sleep(rest)

    async def _call_once(self, function: str, *arguments: Any) -> Any:
        """Call `setup` or `teardown`, for as long as the script's options let it run."""
        scope, seconds = self._scope, getattr(self._settings, f"{function}_timeout")
        try:
            async with asyncio.timeout(seconds):
                return await self._context.call_as(
                    scope.vu, scope.iteration, scope.iteration_seed, function, *arguments
                )
        except TimeoutError:
            message = f"{function} took longer than {seconds:g} s; the option {function}Timeout lets it"
            raise ScriptError("Timeout", message, self._module.main) from None
        except (ScriptFailed, ScriptStopped) as ending:
            self._tell(ending)

    async def evaluate(self, expression: str, names: Mapping[str, Any]) -> Any:
        """The value of an expression in which `names` are in scope; it is compiled once."""
        return await self._evaluate(snippets.expression_snippet(expression, names), *names.values())

    async def run(self, code: str) -> Any:
        """Run statements; with `await` in them they are those of an async function."""
        return await self._evaluate(snippets.statements_snippet(code))

    def value(self, expression: str, names: Mapping[str, Any]) -> Any:
        """The value of an expression at once; a response is given as the script's own responses look."""
        snippet = snippets.expression_snippet(expression, names)
        source = snippet.source
        with self._http.lending(names.values()) as given, script_error(self._module.main, snippet):
            return self._context.evaluate_now(self._key(source), *given, first=lambda: self._define(source))

    async def _evaluate(self, snippet: snippets.Snippet, *arguments: Any) -> Any:
        def prepare() -> None:
            self._define(snippet.source)
            self._identify()

        try:
            return await self._context.evaluate(self._key(snippet.source), *arguments, first=prepare)
        except (ScriptFailed, ScriptStopped) as ending:
            self._tell(ending, snippet)

    async def before_request(self, request: HookedRequest) -> HookedRequest:
        """Call `beforeRequest(request)`; the request that it returns or has changed."""
        try:
            changed = await self._context.before_request(shown_to_hook(request), first=self._identify)
        except (ScriptFailed, ScriptStopped) as ending:
            self._tell(ending)
        return changed_by_hook(request, changed, self._module.main)

    async def after_request(self, request: HookedRequest, response: Response) -> None:
        """Call `afterRequest(response, request)`."""
        sent = sent_request(request)

        def prepare() -> None:
            self._identify()
            self._http.hold(response, sent)

        try:
            # The first response of a call has the number 0: the call before has left none.
            answer = answer_of(response, sent, 0)
            await self._context.after_request(answer, shown_to_hook(request), first=prepare)
        except (ScriptFailed, ScriptStopped) as ending:
            self._tell(ending)

    def _identify(self) -> None:
        scope = self._scope
        self._context.seed(scope.iteration_seed, scope.vu, scope.iteration)

    def _tell(
        self, ending: ScriptFailed | ScriptStopped, snippet: snippets.Snippet | None = None
    ) -> NoReturn:
        """Say in the words of the engine's contract how a call ended.

        Args:
            ending: how.
            snippet: the code of the plan that was run.

        Raises:
            ScriptError: the script failed.
            ScriptAbort: it wants to end more than its call.
        """
        if isinstance(ending, ScriptFailed):
            error = told(ending, self._module.main, snippet)
            if self._module.as_script:
                self._module.log_exception(error, ending.stack)
            raise error from ending
        raise self._flow.abort or ending from None

    def _begin(self) -> None:
        """A call begins: what the last one has left is let go."""
        self._flow.begin()
        self._http.begin()
        self._documents.clear()

    def _end(self) -> None:
        """A call has ended: what it has left open is let go."""
        self._sockets.end()
        self._grpc.end()

    async def close(self) -> None:
        """Let go of the runtime."""
        self._context.close()

    def _key(self, source: str) -> str:
        """Under which name the script knows a snippet."""
        key = self._keys.get(source)
        if key is None:
            key = self._keys[source] = f"s{len(self._keys)}"
        return key

    def _define(self, source: str) -> None:
        """Compile a snippet, the first time."""
        if source not in self._defined:
            self._context.define(self._key(source), source)
            self._defined.add(source)

    def _open_file(self, name: str, stack: str) -> dict[str, Any] | None:
        """`open` of k6/experimental/fs; nothing for a script that runs: files are opened at its top level."""
        return None if self._flow.is_loaded else self._module.files.open(name, stack)

    def _utf8_decode(self, fatal: bool) -> str:
        return utf8_decode(self._context.take_buffer() or b"", fatal=fatal)

    def __repr__(self) -> str:
        return f"<JsVuScript of VU {self._scope.vu}: {self._module.main}>"
