"""Expressions of script engines in a plan: `${js: …}`, conditions without `${…}`, items of a foreach.

They are evaluated at once, on the spot: such an expression cannot wait, and so cannot send requests.
"""

from collections.abc import Callable
from typing import Any, Final

from loadr_config.errors import EvaluationError
from loadr_config.models import PlanModel
from loadr_core.spi.protocol import Response
from loadr_core.spi.scope import Scope
from loadr_core.spi.script import ScriptError
from loadr_core.spi.text import RenderError

RESPONSE: Final = "response"


class ScriptExpressions:
    """Compiles expressions for one worker.

    Args:
        engine: the name of the engine of those that name none.

    Attributes:
        used: the engines of those that were compiled since this was last set.
    """

    def __init__(self, engine: str) -> None:
        self._engine = engine
        self.used: set[str] = set()

    def value(self, engine: str, expression: str) -> Callable[[Scope], Any]:
        """The value of an expression in a template; raises `RenderError` where it fails."""
        self.used.add(engine)

        def look_up(scope: Scope) -> Any:
            try:
                value = scope.scripts[engine].value(expression, {})
            except ScriptError as error:
                raise RenderError(f"${{{engine}: {expression}}}: {error}") from error
            if value is None:
                raise RenderError(f"${{{engine}: {expression}}} has no value")
            return value

        return look_up

    def condition(self, expression: str) -> Callable[[Scope], bool]:
        """A step's condition, with the last response in scope; raises `EvaluationError`."""
        look_up = self.result(expression)
        return lambda scope: bool(look_up(scope))

    def result(self, expression: str) -> Callable[[Scope], Any]:
        """The value of an expression of a step, with the last response in scope; raises `EvaluationError`."""
        engine = self._engine
        self.used.add(engine)

        def evaluate(scope: Scope) -> Any:
            try:
                return scope.scripts[engine].value(expression, {RESPONSE: scope.last_response})
            except ScriptError as error:
                raise EvaluationError(str(error)) from error

        return evaluate

    def predicate(self, engine: str, expression: str) -> Callable[[Response, Scope], bool]:
        """A condition on a response; raises `RenderError` where it fails."""
        self.used.add(engine)

        def holds(response: Response, scope: Scope) -> bool:
            try:
                return bool(scope.scripts[engine].value(expression, {RESPONSE: response}))
            except ScriptError as error:
                raise RenderError(str(error)) from error

        return holds


def mentions_response(part: Any) -> bool:
    """Whether an expression for the script engine in a part of a plan may look at the last response."""
    if isinstance(part, PlanModel):
        part = vars(part)
    if isinstance(part, dict):
        return any(
            _is_about_response(value) if key in ("condition", "until", "items") else mentions_response(value)
            for key, value in part.items()
        )
    if isinstance(part, list | tuple):
        return any(mentions_response(item) for item in part)
    return False


def _is_about_response(value: Any) -> bool:
    return isinstance(value, str) and "${" not in value and RESPONSE in value
