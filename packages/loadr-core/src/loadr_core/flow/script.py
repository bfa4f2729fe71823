"""Calling a function of the script module."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from loadr_config.diagnostics import CodePlace
from loadr_core.flow.step import IterationAborted, Step, StepFailed
from loadr_core.setup_data import OnceEnd
from loadr_core.spi.scope import Scope
from loadr_core.spi.script import ScriptAbort, ScriptError

if TYPE_CHECKING:
    from loadr_core.scripting.scripts import Scripts


class _CallingStep(Step):
    """Calls a function of the script module; its own samples get the tags."""

    __slots__ = ("_engine", "_function", "_scripts", "_tags")

    def __init__(self, function: str, scripts: "Scripts", tags: Mapping[str, str]) -> None:
        self._function = function
        self._scripts = scripts
        self._engine = scripts.name
        self._tags = tags

    async def _call(self, scope: Scope, *arguments: Any) -> Any:
        script = scope.scripts[self._engine]
        script.host.tags = self._tags
        return await _told(script.call(self._function, *arguments), self._scripts.site_of)


class OnceCallEnded(Exception):
    """A script's `setup` or `teardown` did not come to its end.

    Attributes:
        end: how.
        reason: why, for people.
    """

    def __init__(self, end: OnceEnd, reason: str) -> None:
        super().__init__(reason)
        self.end: OnceEnd = end
        self.reason = reason


class OnceCallStep(_CallingStep):
    """Calls a script's `setup`, and keeps what it returns; or its `teardown` with that."""

    __slots__ = ()

    async def run(self, scope: Scope) -> None:
        """Call it. A request that failed is the script's to judge, as in k6: it sees the response.

        Raises:
            OnceCallEnded: it did not come to its end.
        """
        failed = scope.failed_requests
        try:
            if self._function == "setup":
                self._scripts.setup_data = await self._call(scope)
            else:
                await self._call(scope, self._scripts.setup_data)
        except StepFailed as failure:
            raise OnceCallEnded("script failed", str(failure)) from failure
        except IterationAborted as abort:
            end: OnceEnd = "aborted" if abort.reach == "test" else "script failed"
            raise OnceCallEnded(end, abort.reason) from abort
        finally:
            scope.failed_requests = failed


class CallStep(_CallingStep):
    """Calls a function with (setup data, {vu, iteration, scenario}), as `exec`, `on_start` and `on_stop` do."""

    __slots__ = ()

    async def run(self, scope: Scope) -> None:
        """Call it."""
        script = scope.scripts[self._engine]
        script.host.tags = self._tags
        context = {"vu": scope.vu, "iteration": scope.iteration, "scenario": scope.scenario}
        # As in `_told`: what is awaited between an iteration and its socket is resumed with each response.
        try:
            await script.call(self._function, self._scripts.setup_data, context)
        except ScriptError as error:
            raise StepFailed(self._scripts.site_of(error), error.kind, error.message) from error
        except ScriptAbort as abort:
            raise IterationAborted(abort.reach, abort.reason) from abort


class CodeStep(Step):
    """Runs statements of an engine's language.

    Args:
        code: the statements.
        engine: the engine's name.
        tags: of the script's own samples.
        place: where the code stands in the plan's file; `None` where that is not known.
    """

    __slots__ = ("_code", "_engine", "_place", "_tags")

    def __init__(
        self, code: str, engine: str, tags: Mapping[str, str], place: CodePlace | None = None
    ) -> None:
        self._code = code
        self._place = place
        self._engine = engine
        self._tags = tags

    async def run(self, scope: Scope) -> None:
        """Run them."""
        script = scope.scripts[self._engine]
        script.host.tags = self._tags
        await _told(script.run(self._code), self._site_of)

    def _site_of(self, error: ScriptError) -> str:
        if self._place is None or error.within is None:
            return error.site
        return self._place.at(*error.within)


async def _told(call: Awaitable[Any], site_of: Callable[[ScriptError], str]) -> Any:
    """Wait for a script.

    Args:
        call: its call.
        site_of: says where an exception arose.

    Raises:
        StepFailed: it failed.
        IterationAborted: it wants to end more than itself.
    """
    try:
        return await call
    except ScriptError as error:
        raise StepFailed(site_of(error), error.kind, error.message) from error
    except ScriptAbort as abort:
        raise IterationAborted(abort.reach, abort.reason) from abort
