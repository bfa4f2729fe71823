"""The engine `python`: modules of a user's own Python."""

import ast
import asyncio
import inspect
import sys
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, Final, get_args

from loadr_config.diagnostics import Finding
from loadr_config.parts import PlanPart
from loadr_core.spi import (
    Clock,
    Hook,
    HookedRequest,
    PlanContext,
    Response,
    ScriptAbort,
    ScriptEngine,
    ScriptError,
    ScriptHost,
    ScriptModule,
    ScriptSource,
    VuScript,
)
from loadr_python.checks import check_code, names_of
from loadr_python.failures import failure
from loadr_python.outgoing import OutgoingRequest
from loadr_python.session import Session, SessionResponse

_EXPRESSION: Final = "expression"
_STEP: Final = "step"

_Calling = Coroutine[Any, Any, Any]
"""A call that is under way as soon as it is awaited."""


class PythonScript(VuScript):
    """A user's instance of a module: its globals are its own.

    Branches that run at once take turns: a call waits until the one before it has come back.
    """

    def __init__(self, module: "PythonModule", host: ScriptHost) -> None:
        self.host = host
        self._module = module
        self._globals = module.execute()
        self._session = Session(host, module.clock)
        self._turn = asyncio.Lock()

    def call(self, function: str, *arguments: Any) -> _Calling:
        """Call a function with the session and as many of the arguments as it takes, as JavaScript does."""

        def begin() -> Any:
            most = self._module.most_arguments[function]
            return self._globals[function](self._session, *arguments[:most])

        return self._in_turn(begin)

    def evaluate(self, expression: str, names: Mapping[str, Any]) -> _Calling:
        """The value of an expression, awaited where it is a coroutine."""
        return self._in_turn(lambda: self._evaluate(expression, names), _EXPRESSION)

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

    def run(self, code: str) -> _Calling:
        """Run statements, which may await, among the module's globals."""
        return self._in_turn(
            lambda: eval(self._module.statements(code), self._names({})),  # noqa: S307 - the user's own code
            _STEP,
        )

    async def before_request(self, request: HookedRequest) -> HookedRequest:
        """Call `before_request(session, request)`; the request that it returns or has changed."""
        outgoing = OutgoingRequest(request)
        returned = await self.call("before_request", outgoing)
        try:
            return (outgoing if returned is None else returned).changed(request)
        except (AttributeError, TypeError) as error:
            raise ScriptError(type(error).__name__, f"before_request: {error}", self._module.name) from error

    async def after_request(self, request: HookedRequest, response: Response) -> None:
        """Call `after_request(session, response, request)`."""
        await self.call("after_request", SessionResponse(response), OutgoingRequest(request))

    async def close(self) -> None:
        """Let go of the globals."""
        self._globals.clear()

    async def _in_turn(self, begin: Callable[[], Any], name: str | None = None) -> Any:
        """What the user's code comes to.

        Args:
            begin: begins it, when its turn has come.
            name: of the code, for messages; the module's when it is `None`.
        """
        async with self._turn:
            try:
                result = begin()
                return await result if inspect.isawaitable(result) else result
            except ScriptAbort:
                raise
            except Exception as error:
                raise self._module.told(error, name) from error

    def _evaluate(self, expression: str, names: Mapping[str, Any]) -> Any:
        shown = {
            name: SessionResponse(value) if isinstance(value, Response) else value
            for name, value in names.items()
        }
        return eval(self._module.expression(expression), self._names(shown))  # noqa: S307 - the user's own code

    def _names(self, more: Mapping[str, Any]) -> dict[str, Any]:
        """What a step or an expression sees; what a step assigns is gone after it, as in JavaScript.

        One mapping, not globals and locals: a comprehension in the code sees the globals alone.
        """
        return {**self._globals, "session": self._session, **more}


class PythonModule(ScriptModule):
    """A compiled module; executed once per user.

    Attributes:
        clock: the time.
        name: its file, for messages.
        most_arguments: how many arguments each function takes beside the session; `None` for any number.
    """

    def __init__(self, code: CodeType, name: str, folder: Path, clock: Clock) -> None:
        self.clock = clock
        self._code = code
        self.name = name
        self._folder = folder
        self._statements: dict[str, CodeType] = {}
        self._expressions: dict[str, CodeType] = {}
        functions = {
            name: value
            for name, value in self.execute().items()
            if inspect.isfunction(value) and not name.startswith("_")
        }
        self.most_arguments = {name: _most_arguments(value) for name, value in functions.items()}
        self.exports = frozenset(functions)
        self.hooks = frozenset(hook for hook in get_args(Hook) if hook in functions)
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
            "__name__": Path(self.name).stem,
            "__file__": str(self._folder / self.name),
        }
        try:
            exec(self._code, names)  # noqa: S102 - the user's own code is what this engine runs
        except ScriptAbort:
            raise
        except Exception as error:
            raise self.told(error) from error
        return names

    def statements(self, code: str) -> CodeType:
        """The statements of a step, compiled once; they may await at their top level.

        Raises:
            SyntaxError: they are none.
        """
        compiled = self._statements.get(code)
        if compiled is None:
            flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
            compiled = self._statements[code] = compile(code, _STEP, "exec", flags=flags, dont_inherit=True)
        return compiled

    def expression(self, source: str) -> CodeType:
        """An expression, compiled once; raises as `statements`."""
        compiled = self._expressions.get(source)
        if compiled is None:
            compiled = compile(source.strip(), _EXPRESSION, "eval", dont_inherit=True)
            self._expressions[source] = compiled
        return compiled

    def told(self, error: Exception, name: str | None = None) -> ScriptError:
        """What leaves the engine for an exception of the user's code."""
        return failure(error, name or self.name, self._folder, self.name)


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
        return PythonModule(code, source.name, folder, self.context.clock)

    @classmethod
    def check(cls, parts: Sequence[PlanPart], context: PlanContext) -> Iterable[Finding]:
        """The syntax errors in a plan's Python."""
        return check_code(parts, context)

    @classmethod
    def exports(cls, module: PlanPart, context: PlanContext) -> frozenset[str] | None:
        """The functions that a module may have; it is parsed, not executed."""
        return names_of(module.value, context)


def _most_arguments(function: FunctionType) -> int | None:
    code = inspect.unwrap(function).__code__
    return None if code.co_flags & inspect.CO_VARARGS else max(code.co_argcount - 1, 0)
