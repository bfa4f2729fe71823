"""One script context: a QuickJS runtime of its own, used by one call at a time.

Rules that keep the process alive (each has a test): a context whose call is parked must not be touched,
so calls take turns; the host function never raises into the engine; nothing calls back into JavaScript
from inside of a host call; a cancelled call unwinds through the script, whose `finally` blocks run.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import quickjs

from loadr_core.spi import Clock
from loadr_js.errors import JsError, ScriptFailed, ScriptStopped, ScriptSyntaxError
from loadr_js.runtime import door, greenlets
from loadr_js.runtime.crossing import dumps, loads
from loadr_js.runtime.events import Events
from loadr_js.runtime.glue import GLUE, GLUE_FILE
from loadr_js.runtime.modules import LoadModule, ModuleDoor
from loadr_js.runtime.places import script_place, script_stack

_MIB: Final = 1 << 20
_BRIDGE: Final = ("outcome", "load", "call", "define", "evaluate", "wake", "abandon", "seed", "summarize")

# The engine looks at its stack's size against where the context was made; the C stack has 8 MiB.
_STACK_BYTES: Final = 2 * _MIB

# What a JavaScript number holds exactly.
_SEED_MASK: Final = (1 << 52) - 1

_CANCELLED: Final = '{"k":1}'
_NEVER: Final = "the promise that it returned never settles: nothing is left that could settle it"

HostFunction = Callable[..., Any]
"""Called with the arguments as JSON values; may wait by `wait_for`; what it returns must be JSON."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a script may use.

    Attributes:
        seconds: running time of one call into the script; time spent waiting is not counted.
        memory_mib: memory of one context.
    """

    seconds: float = 10.0
    memory_mib: int = 64


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


class ScriptContext:
    """A context with its host functions.

    Args:
        hosts: host functions by the name under which the script's modules call them.
        load_module: the source of a module by its name.
        limits: what a call may use.
        clock: measures running time.
        prelude: our own scripts to run first, by file name.
    """

    def __init__(
        self,
        hosts: Mapping[str, HostFunction],
        load_module: LoadModule,
        limits: Limits,
        clock: Clock,
        prelude: Mapping[str, str] | None = None,
    ) -> None:
        self.events = Events(clock)
        self._hosts = {**hosts, "timer": self._start_timer, "forget": self.events.cancel}
        self._limits = limits
        self._now = clock.now
        self._turn = asyncio.Lock()
        self._stopped: BaseException | None = None
        self._interrupted = False
        self._running_since = 0.0
        self._used = 0.0
        context = self._context = quickjs.Context()
        context.set_memory_limit(limits.memory_mib * _MIB)
        context.set_max_stack_size(_STACK_BYTES)
        context.add_callable("__loadr_host", self._host)
        self._pointers = door.pointers_of(context)
        door.run_script(self._pointers, GLUE_FILE, f"globalThis.__loadr_bridge = {GLUE}")
        self._bridge = {name: context.eval(f"__loadr_bridge.{name}") for name in _BRIDGE}
        context.eval("delete globalThis.__loadr_bridge")
        # The engine keeps the addresses of these; they live as long as this object.
        self._interrupt = door.InterruptHandler(self._is_to_stop)
        self._modules = ModuleDoor(self._pointers, load_module)
        door.library().JS_SetInterruptHandler(self._pointers.runtime, self._interrupt, None)
        for name, source in (prelude or {}).items():
            door.run_script(self._pointers, name, source)

    # ------------------------------------------------------------ calling in

    async def load(self, module: str) -> dict[str, Any]:
        """Run the script's main module: `{functions, options}`, what it exports.

        Raises:
            ScriptSyntaxError: it cannot be parsed, or imports what does not exist.
            ScriptFailed: it threw.
        """
        loaded: dict[str, Any] = await self._call("load", module)
        return loaded

    def load_now(self, module: str) -> dict[str, Any]:
        """The same as `load`, without an event loop: nothing can wait while it runs. Raises as `load`."""
        self._used = 0.0
        self._interrupted = False
        self.start()
        loaded: dict[str, Any] = _value(self._guarded("load", module))
        return loaded

    def seed(self, seed: int, vu: int, iteration: int) -> None:
        """Start `Math.random` anew, set `__VU` and `__ITER`; not while a call runs."""
        self._bridge["seed"](float(seed & _SEED_MASK), vu, iteration)

    async def call_as(self, vu: int, iteration: int, seed: int, function: str, *arguments: Any) -> Any:
        """The same as `seed` and `call` together, in one crossing. Raises as `call`."""
        number = float(seed & _SEED_MASK)
        return await self._call("call", function, dumps(arguments), vu, iteration, number)

    async def call(self, function: str, *arguments: Any) -> Any:
        """Call an exported function with JSON values; what it returned, a promise's value too.

        Raises:
            ScriptFailed: it threw, or went beyond a limit.
            asyncio.CancelledError: the call was cancelled; the script's frames have been unwound.
        """
        return await self._call("call", function, dumps(arguments), 0, 0, 0.0)

    async def summarize(self, function: str, data: Any) -> Any:
        """Call an exported function with the summary, shaped as the script's way in has it. Raises as `call`."""
        return await self._call("summarize", function, dumps(data))

    def define(self, key: str, function_source: str) -> None:
        """Compile a function expression once, for `evaluate`.

        Raises:
            ScriptSyntaxError: it cannot be parsed.
        """
        outcome = self._guarded("define", key, function_source)
        _value(outcome)

    async def evaluate(self, key: str, *arguments: Any) -> Any:
        """Call a defined function with JSON values. Raises as `call`."""
        return await self._call("evaluate", key, dumps(arguments))

    def evaluate_now(self, key: str, *arguments: Any) -> Any:
        """Call a defined function at once; it cannot wait.

        Raises:
            ScriptFailed: it threw, wanted to wait, or another call is parked: touching the context then
                would crash the process.
        """
        if self._turn.locked():
            raise ScriptFailed(
                "Busy", "the script runs in another branch; this expression cannot wait for it"
            )
        self._used = 0.0
        self._interrupted = False
        self.start()
        try:
            return _value(self._guarded("evaluate", key, dumps(arguments)))
        except RuntimeError as error:
            raise ScriptFailed("Error", str(error)) from error

    async def _call(self, entry: str, *arguments: Any) -> Any:
        async with self._turn:
            self._used = 0.0
            self._interrupted = False
            try:
                outcome = await greenlets.call(self._guarded, entry, *arguments, watch=self)
            finally:
                stopped, self._stopped = self._stopped, None
                if not self.events.is_empty:
                    self.events.clear()
                    self._bridge["abandon"]()
            if stopped is not None:
                raise stopped
            return _value(outcome)

    def _guarded(self, entry: str, *arguments: Any) -> dict[str, Any]:
        """Enter the script and run its jobs to the end, inside of the greenlet; the outcome."""
        try:
            outcome = self._settled(self._bridge[entry](*arguments))
        except quickjs.StackOverflow as error:
            return {"e": {"name": "RangeError", "message": str(error).splitlines()[0], "stack": ""}}
        except quickjs.JSException as error:
            return {"e": self._engine_error(str(error))}
        answer: dict[str, Any] = loads(outcome)
        return answer

    def _settled(self, outcome: str | None) -> str:
        """Run jobs, and wait for what is under way, until nothing is left to do; the outcome as JSON.

        As in k6 a call ends when its timers and operations have ended; an error ends it at once.
        """
        while True:
            while self._context.execute_pending_job():
                outcome = None
            if outcome is None:
                outcome = self._bridge["outcome"]()
            if outcome is not None and (self.events.is_empty or outcome.startswith('{"e"')):
                return outcome
            if self.events.is_empty:
                return json.dumps({"e": {"name": "Error", "message": _NEVER, "stack": ""}})
            ended = greenlets.wait_for(self.events.next())
            outcome = None
            self._bridge["wake"](json.dumps([_ended(*one) for one in ended]))

    def _start_timer(self, milliseconds: float) -> int:
        return self.events.start_timer(milliseconds / 1000.0)

    def _engine_error(self, text: str) -> dict[str, str]:
        """What the engine itself ended the call with: a limit, or an error outside of any function."""
        if self._interrupted:
            seconds = f"{self._limits.seconds:g} s"
            return {"name": "Interrupted", "message": f"ran for more than {seconds}", "stack": text}
        head, _, stack = text.partition("\n")
        name, separator, message = head.partition(": ")
        return {"name": name, "message": message if separator else head, "stack": stack}

    # ------------------------------------------------------------ calling out

    def _host(self, name: str, arguments: str) -> str:
        """The one function of Python that the script can reach. Never raises into the engine."""
        if self._stopped is not None:
            return _CANCELLED
        try:
            value = self._hosts[name](*loads(arguments))
            return "" if value is None else dumps({"v": value})
        except (asyncio.CancelledError, ScriptStopped) as stopped:
            self._stopped = stopped
            return _CANCELLED
        except Exception as error:  # noqa: BLE001 - whatever it is, the engine must not see it
            return json.dumps({"e": _described(error)})
        except BaseException as error:  # noqa: BLE001 - the loop's own end, a greenlet's end
            self._stopped = error
            return _CANCELLED

    def put_buffer(self, data: bytes) -> None:
        """Leave bytes for the script as the ArrayBuffer `__loadr_buffer`. For host functions."""
        door.put_buffer(self._pointers, b"__loadr_buffer", data)

    def take_buffer(self) -> bytes | None:
        """The bytes of the ArrayBuffer that the script has left in `__loadr_buffer`. For host functions."""
        return door.take_buffer(self._pointers, b"__loadr_buffer")

    # ------------------------------------------------------------ limits

    def start(self) -> None:
        """The script runs from now on (`greenlets.Stopwatch`)."""
        self._running_since = self._now()

    def stop(self) -> None:
        """The script is parked or has ended (`greenlets.Stopwatch`)."""
        self._used += self._now() - self._running_since

    def _is_to_stop(self, _runtime: int, _opaque: int) -> int:
        """Asked by the engine every some thousand operations."""
        if self._stopped is not None:
            return 1
        if self._used + self._now() - self._running_since > self._limits.seconds:
            self._interrupted = True
            return 1
        return 0

    @property
    def memory_bytes(self) -> int:
        """What the context's objects take."""
        return int(self._context.memory()["memory_used_size"])

    def __repr__(self) -> str:
        return f"<ScriptContext {'busy' if self._turn.locked() else 'free'}>"


def _ended(number: int, value: Any, error: Exception | None) -> dict[str, Any]:
    """What the script is told of an operation that has ended."""
    return {"n": number, "v": value} if error is None else {"n": number, "e": _described(error)}


def _described(error: Exception) -> dict[str, Any]:
    """An exception as data."""
    if isinstance(error, HostError):
        return {"message": str(error), "name": error.name, "code": error.code}
    return {"message": f"{type(error).__name__}: {error}", "name": "Error"}


def _value(outcome: dict[str, Any]) -> Any:
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
