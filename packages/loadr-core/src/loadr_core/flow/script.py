"""Calling a function of the script module."""

from collections.abc import Awaitable, Mapping
from typing import TYPE_CHECKING, Any

from loadr_core.flow.step import IterationAborted, Step, StepFailed
from loadr_core.spi.scope import Scope
from loadr_core.spi.script import ScriptAbort, ScriptError

if TYPE_CHECKING:
    from loadr_core.scripting.scripts import Scripts


class OnceCallStep(Step):
    """Calls a script's `setup`, and keeps what it returns; or its `teardown` with that."""

    __slots__ = ("_function", "_scripts", "_tags")

    def __init__(self, function: str, scripts: "Scripts", tags: Mapping[str, str]) -> None:
        self._function = function
        self._scripts = scripts
        self._tags = tags

    async def run(self, scope: Scope) -> None:
        """Call it."""
        scope.script.host.tags = self._tags
        arguments = () if self._function == "setup" else (self._scripts.setup_data,)
        result = await _called(scope, self._function, *arguments)
        if self._function == "setup":
            self._scripts.setup_data = result


class CallStep(Step):
    """Calls a function with (setup data, {vu, iteration, scenario}), as `exec`, `on_start` and `on_stop` do."""

    __slots__ = ("_function", "_scripts", "_tags")

    def __init__(self, function: str, scripts: "Scripts", tags: Mapping[str, str]) -> None:
        self._function = function
        self._scripts = scripts
        self._tags = tags

    async def run(self, scope: Scope) -> None:
        """Call it."""
        context = {"vu": scope.vu, "iteration": scope.iteration, "scenario": scope.scenario}
        scope.script.host.tags = self._tags
        await _called(scope, self._function, self._scripts.setup_data, context)


class CodeStep(Step):
    """Runs statements of the script's language."""

    __slots__ = ("_code", "_tags")

    def __init__(self, code: str, tags: Mapping[str, str]) -> None:
        self._code = code
        self._tags = tags

    async def run(self, scope: Scope) -> None:
        """Run them."""
        scope.script.host.tags = self._tags
        await _told(scope.script.run(self._code))


async def _called(scope: Scope, function: str, *arguments: Any) -> Any:
    """Call a function of the VU's script.

    Raises:
        StepFailed: it failed.
        IterationAborted: it wants to end more than itself.
    """
    return await _told(scope.script.call(function, *arguments))


async def _told(call: Awaitable[Any]) -> Any:
    """Wait for a script; raises as `_called`."""
    try:
        return await call
    except ScriptError as error:
        raise StepFailed(error.site, error.kind, error.message) from error
    except ScriptAbort as abort:
        raise IterationAborted(abort.reach, abort.reason) from abort
