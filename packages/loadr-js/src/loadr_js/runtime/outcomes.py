"""How calls end, as data: what crosses between a script and its host."""

from typing import Any

from loadr_js.errors import JsError, ScriptFailed, ScriptSyntaxError
from loadr_js.runtime.greenlets import CannotWait
from loadr_js.runtime.places import script_place, script_stack


class HostError(JsError):
    """What a host function throws into the script.

    Attributes:
        name: the class that the script sees.
        code: the error's `code`, or `None`.
    """

    def __init__(self, message: str, *, name: str = "Error", code: int | None = None) -> None:
        super().__init__(message)
        self.name = name
        self.code = code


def described(error: Exception) -> dict[str, Any]:
    """An exception of a host function, for the script."""
    if isinstance(error, HostError):
        return {"message": str(error), "name": error.name, "code": error.code}
    if isinstance(error, CannotWait):
        return {"message": str(error), "name": "Error"}
    return {"message": f"{type(error).__name__}: {error}", "name": "Error"}


def ended(number: int, value: Any, error: Exception | None) -> dict[str, Any]:
    """What the script is told of an operation that has ended."""
    return {"n": number, "v": value} if error is None else {"n": number, "e": described(error)}


def failed(name: str, message: str, stack: str = "") -> dict[str, Any]:
    """The outcome of a call that the script itself did not end."""
    return {"e": {"name": name, "message": message, "stack": stack}}


def engine_failure(text: str) -> dict[str, Any]:
    """The outcome of a call that the engine ended, from its text: `NAME: MESSAGE` and the stack below."""
    head, _, stack = text.partition("\n")
    name, separator, message = head.partition(": ")
    return failed(name, message if separator else head, stack)


def value_of(outcome: dict[str, Any]) -> Any:
    """The value of an outcome.

    Raises:
        ScriptFailed: it is an error.
    """
    error = outcome.get("e")
    if error is None:
        return outcome.get("v")
    kind = ScriptSyntaxError if error["name"] == "SyntaxError" else ScriptFailed
    stack = error["stack"]
    raise kind(error["name"], error["message"], script_place(stack), script_stack(stack))
