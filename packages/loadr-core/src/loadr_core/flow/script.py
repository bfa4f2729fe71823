"""Calling a function of the script module."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from loadr_core.flow.step import IterationAborted, Step, StepFailed
from loadr_core.spi.scope import Scope
from loadr_core.spi.script import ScriptAbort, ScriptError

if TYPE_CHECKING:
    from loadr_core.scripting.scripts import Scripts


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
        try:
            await scope.script.call(self._function, self._scripts.setup_data, context)
        except ScriptError as error:
            raise StepFailed(error.site, error.kind, error.message) from error
        except ScriptAbort as abort:
            raise IterationAborted(abort.reach, abort.reason) from abort
