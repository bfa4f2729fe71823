"""A VU's instance of a script: a runtime of its own, and its side of the conversation."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final

from loadr_core.spi import ScriptError, ScriptHost, VuScript
from loadr_js.errors import ScriptStopped
from loadr_js.hosts.cookies import CookieHost
from loadr_js.hosts.digests import digest_functions
from loadr_js.hosts.flow import FlowHost
from loadr_js.hosts.html import Documents
from loadr_js.hosts.http import HttpHost
from loadr_js.hosts.initial import initial_functions
from loadr_js.hosts.texts import utf8_decode
from loadr_js.raising import script_error
from loadr_js.runtime import ScriptContext

if TYPE_CHECKING:
    from loadr_js.module import JsModule


_AWAIT: Final = re.compile(r"\bawait\b")


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
        self._http = HttpHost(host, self._flow, module.settings)
        self._documents = Documents()
        self._turn = asyncio.Lock()
        self._statements: dict[str, str] = {}
        self._expressions: dict[tuple[str, tuple[str, ...]], str] = {}
        functions = {
            **initial_functions(module),
            **digest_functions(lambda: self._scope.random),
            **self._documents.functions(),
            **self._flow.functions(),
            **self._http.functions(),
            **CookieHost(host.scope, module.context.clock).functions(),
            "utf8_decode": self._utf8_decode,
        }
        clock = module.context.clock
        prelude = module.prelude_of(host.scope.scenario)
        self._context = ScriptContext(functions, module.folder.load, module.limits, clock, prelude)
        self._http.context = self._context
        module.load_into(self._context)

    async def call(self, function: str, *arguments: Any) -> Any:
        """Call an exported function."""
        start, scope = self._now(), self._scope
        async with self._speaking():
            if self._module.as_script and self._settings.reset_cookies:
                scope.cookies.clear()
            try:
                return await self._context.call_as(
                    scope.vu, scope.iteration, scope.iteration_seed, function, *arguments
                )
            finally:
                rest = self._settings.min_iteration_duration - (self._now() - start)
                if rest > 0 and self._module.as_script:
                    await self.host.sleep(rest)

    async def evaluate(self, expression: str, names: Mapping[str, Any]) -> Any:
        """The value of an expression in which `names` are in scope; it is compiled once."""
        async with self._speaking():
            key = self._defined(expression, tuple(names))
            self._identify()
            return await self._context.evaluate(key, *names.values())

    def value(self, expression: str, names: Mapping[str, Any]) -> Any:
        """The value of an expression at once; a response is given as the script's own responses look."""
        # Touching a context whose call is parked would crash the process.
        if self._turn.locked():
            busy = "the script runs in another branch; this expression cannot wait for it"
            raise ScriptError("Busy", busy, self._module.main)
        with self._http.lending(names.values()) as given, script_error(self._module.main):
            return self._context.evaluate_now(self._defined(expression, tuple(names)), *given)

    async def run(self, code: str) -> Any:
        """Run statements; with `await` in them they are those of an async function."""
        async with self._speaking():
            key = self._statements.get(code)
            if key is None:
                key = self._statements[code] = f"s{len(self._statements)}"
                kind = "async function" if _AWAIT.search(code) else "function"
                self._context.define(key, f"({kind} () {{ {code}\n }})")
            self._identify()
            return await self._context.evaluate(key)

    @asynccontextmanager
    async def _speaking(self) -> AsyncIterator[None]:
        """One call's turn: branches of an iteration wait for each other.

        Raises:
            ScriptError: the script failed.
            ScriptAbort: it wants to end more than its call.
        """
        async with self._turn:
            self._flow.begin()
            self._http.begin()
            self._documents.clear()
            with script_error(self._module.main):
                try:
                    yield
                except ScriptStopped:
                    if self._flow.abort is not None:
                        raise self._flow.abort from None
                    raise

    async def close(self) -> None:
        """Let go of the runtime."""
        self._context.events.clear()

    def _identify(self) -> None:
        scope = self._scope
        self._context.seed(scope.iteration_seed, scope.vu, scope.iteration)

    def _defined(self, expression: str, names: tuple[str, ...]) -> str:
        known = self._expressions.get((expression, names))
        if known is None:
            known = f"e{len(self._expressions)}"
            adopt = "response = __loadr_adopt(response); " if "response" in names else ""
            source = f"(function ({', '.join(names)}) {{ {adopt}return ({expression}\n) }})"
            self._context.define(known, source)
            self._expressions[expression, names] = known
        return known

    def _utf8_decode(self, fatal: bool) -> str:
        return utf8_decode(self._context.take_buffer() or b"", fatal=fatal)

    def __repr__(self) -> str:
        return f"<JsVuScript of VU {self._scope.vu}: {self._module.main}>"
