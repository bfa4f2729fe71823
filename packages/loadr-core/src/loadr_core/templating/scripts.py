"""Expressions of the script engine in a plan: `${js: …}`, conditions without `${…}`, items of a foreach.

They are evaluated at once, on the spot: such an expression cannot wait, and so cannot send requests.
"""

from collections.abc import Callable
from typing import Any, Final

from loadr_config.errors import EvaluationError
from loadr_core.spi.protocol import Response
from loadr_core.spi.scope import Scope
from loadr_core.spi.script import ScriptError
from loadr_core.spi.text import RenderError

RESPONSE: Final = "response"


class ScriptExpressions:
    """Compiles expressions for one worker.

    Attributes:
        used: whether any was compiled since this was last set to false.
    """

    def __init__(self) -> None:
        self.used = False

    def value(self, expression: str) -> Callable[[Scope], Any]:
        """The value of an expression in a template; raises `RenderError` where it fails."""
        self.used = True

        def look_up(scope: Scope) -> Any:
            try:
                value = scope.script.value(expression, {})
            except ScriptError as error:
                raise RenderError(f"${{js: {expression}}}: {error}") from error
            if value is None:
                raise RenderError(f"${{js: {expression}}} has no value")
            return value

        return look_up

    def condition(self, expression: str) -> Callable[[Scope], bool]:
        """A step's condition, with the last response in scope; raises `EvaluationError`."""
        look_up = self.result(expression)
        return lambda scope: bool(look_up(scope))

    def result(self, expression: str) -> Callable[[Scope], Any]:
        """The value of an expression of a step, with the last response in scope; raises `EvaluationError`."""
        self.used = True

        def evaluate(scope: Scope) -> Any:
            try:
                return scope.script.value(expression, {RESPONSE: scope.last_response})
            except ScriptError as error:
                raise EvaluationError(str(error)) from error

        return evaluate

    def predicate(self, expression: str) -> Callable[[Response, Scope], bool]:
        """A condition on a response; raises `RenderError` where it fails."""
        self.used = True

        def holds(response: Response, scope: Scope) -> bool:
            try:
                return bool(scope.script.value(expression, {RESPONSE: response}))
            except ScriptError as error:
                raise RenderError(str(error)) from error

        return holds


def mentions_response(document: Any) -> bool:
    """Whether an expression for the script engine in a plan's document may look at the last response."""
    if isinstance(document, dict):
        return any(
            _is_about_response(value) if key in ("condition", "until", "items") else mentions_response(value)
            for key, value in document.items()
        )
    if isinstance(document, list | tuple):
        return any(mentions_response(item) for item in document)
    return False


def _is_about_response(value: Any) -> bool:
    return isinstance(value, str) and "${" not in value and RESPONSE in value
