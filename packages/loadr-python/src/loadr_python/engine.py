"""The engine `python`: modules of a user's own Python."""

import ast
import inspect
import sys
from collections.abc import Mapping
from pathlib import Path
from types import CodeType
from typing import Any, Final

from loadr_core.spi import (
    Response,
    ScriptAbort,
    ScriptEngine,
    ScriptError,
    ScriptHost,
    ScriptModule,
    ScriptSource,
    VuScript,
)
from loadr_python.failures import failure
from loadr_python.session import Session, SessionResponse

_EXPRESSION: Final = "expression"


class PythonScript(VuScript):
    """A user's instance of a module: its globals are its own."""

    def __init__(self, module: "PythonModule", host: ScriptHost) -> None:
        self.host = host
        self._module = module
        self._globals = module.execute()
        self._session = Session(host)

    async def call(self, function: str, *arguments: Any) -> Any:
        """Call a function with the session and as many of the arguments as it takes, as JavaScript does."""
        called = self._globals[function]
        code = inspect.unwrap(called).__code__
        if not code.co_flags & inspect.CO_VARARGS:
            arguments = arguments[: max(code.co_argcount - 1, 0)]
        try:
            result = called(self._session, *arguments)
            return await result if inspect.isawaitable(result) else result
        except ScriptAbort:
            raise
        except Exception as error:
            raise self._module.told(error) from error

    async def evaluate(self, expression: str, names: Mapping[str, Any]) -> Any:
        """The value of an expression, awaited where it is a coroutine."""
        try:
            result = self._evaluate(expression, names)
            return await result if inspect.isawaitable(result) else result
        except ScriptAbort:
            raise
        except Exception as error:
            raise self._module.told(error, _EXPRESSION) from error

    def value(self, expression: str, names: Mapping[str, Any]) -> Any:
        """The value of an expression, at once."""
        try:
            result = self._evaluate(expression, names)
        except ScriptAbort:
            raise
        except Exception as error:
            raise self._module.told(error, _EXPRESSION) from error
        if inspect.iscoroutine(result):
            result.close()
            raise ScriptError("TypeError", "an expression cannot wait for a coroutine", f"{_EXPRESSION}:1")
        return result

    async def run(self, code: str) -> Any:
        """Run statements, which may await, among the module's globals."""
        try:
            compiled = compile(code, "step", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
            result = eval(compiled, self._globals, {"session": self._session})  # noqa: S307 - the user's own code
            return await result if inspect.isawaitable(result) else None
        except ScriptAbort:
            raise
        except Exception as error:
            raise self._module.told(error, "step") from error

    async def close(self) -> None:
        """Let go of the globals."""
        self._globals.clear()

    def _evaluate(self, expression: str, names: Mapping[str, Any]) -> Any:
        shown = {
            name: SessionResponse(value) if isinstance(value, Response) else value
            for name, value in names.items()
        }
        compiled = compile(expression.strip(), _EXPRESSION, "eval", dont_inherit=True)
        # One mapping, not globals and locals: a comprehension in the expression sees the globals alone.
        return eval(compiled, {**self._globals, "session": self._session, **shown})  # noqa: S307 - the user's own


class PythonModule(ScriptModule):
    """A compiled module; executed once per user."""

    def __init__(self, code: CodeType, name: str, folder: Path) -> None:
        self._code = code
        self._name = name
        self._folder = folder
        names = self.execute()
        self.exports = frozenset(
            name for name, value in names.items() if inspect.isfunction(value) and not name.startswith("_")
        )
        self.options = {}

    def open(self, host: ScriptHost) -> VuScript:
        """A user's instance."""
        return PythonScript(self, host)

    def execute(self) -> dict[str, Any]:
        """Globals of a new instance.

        Raises:
            ScriptError: the top level failed.
        """
        names: dict[str, Any] = {
            "__name__": Path(self._name).stem,
            "__file__": str(self._folder / self._name),
        }
        try:
            exec(self._code, names)  # noqa: S102 - the user's own code is what this engine runs
        except ScriptAbort:
            raise
        except Exception as error:
            raise self.told(error) from error
        return names

    def told(self, error: Exception, name: str | None = None) -> ScriptError:
        """What leaves the engine for an exception of the user's code."""
        return failure(error, name or self._name, self._folder)


class PythonEngine(ScriptEngine):
    """Loads modules; those that they import are found beside them."""

    def load(self, source: ScriptSource) -> ScriptModule:
        """Compile a module and execute it once, to know what it exports."""
        folder = self.context.folder.resolve()
        beside = str((folder / source.name).parent)
        if beside not in sys.path:
            sys.path.insert(0, beside)
        try:
            code = compile(source.text, source.name, "exec", dont_inherit=True)
        except (SyntaxError, ValueError) as error:
            raise failure(error, source.name, folder) from error
        return PythonModule(code, source.name, folder)
