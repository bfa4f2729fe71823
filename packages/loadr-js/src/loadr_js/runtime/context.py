"""One script context: a QuickJS runtime of its own, used by one call at a time.

Rules that keep the process alive (each has a test): a context whose call is parked must not be touched,
so calls take turns; the host function never raises into the engine; nothing calls back into JavaScript
from inside of a host call; a cancelled call unwinds through the script, whose `finally` blocks run.
"""

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import quickjs

from loadr_core.spi import Clock
from loadr_js.errors import ScriptFailed, ScriptStopped
from loadr_js.runtime import door
from loadr_js.runtime.crossing import dumps, loads
from loadr_js.runtime.events import Events
from loadr_js.runtime.glue import GLUE, GLUE_FILE
from loadr_js.runtime.greenlets import Calls, CannotWait
from loadr_js.runtime.modules import LoadModule
from loadr_js.runtime.outcomes import described, ended, engine_failure, failed, value_of
from loadr_js.runtime.plain import PlainAccess
from loadr_js.runtime.symbols import SymbolAccess
from loadr_js.runtime.turns import Turns

if TYPE_CHECKING:
    from loadr_js.runtime.access import Access

_MIB: Final = 1 << 20
_BRIDGE: Final = (
    "outcome",
    "load",
    "call",
    "define",
    "evaluate",
    "wake",
    "arrive",
    "abandon",
    "seed",
    "summarize",
    "before",
    "after",
)

# The engine looks at its stack's size against where the context was made; the C stack has 8 MiB.
_STACK_BYTES: Final = 2 * _MIB

# What a JavaScript number holds exactly.
_SEED_MASK: Final = (1 << 52) - 1

_CANCELLED: Final = '{"k":1}'
_NOTHING: Final[dict[str, Any]] = {}
_NO_VALUE: Final = "a function of loadr's own was given a value that cannot reach it"
_NO_END: Final = "an expression cannot end the test: do it in a function of the script or in a js step"
_NEVER: Final = "the promise that it returned never settles: nothing is left that could settle it"

Calling = Coroutine[Any, Any, Any]
"""A call that is under way as soon as it is awaited."""

HostFunction = Callable[..., Any]
"""Called with the arguments as JSON values; may wait by `wait_for`; what it returns must be JSON."""

DirectFunction = Callable[..., int | float | str | None]
"""Called with numbers and returns a number, a text or nothing, none of them as JSON; may wait by `wait_for`."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a script may use.

    Attributes:
        seconds: running time of one call into the script; time spent waiting is not counted.
        memory_mib: memory of one context.
    """

    seconds: float = 10.0
    memory_mib: int = 64


class ScriptContext:
    """A context with its host functions.

    Args:
        hosts: host functions by the name under which the script's modules call them.
        load_module: the source of a module by its name.
        limits: what a call may use.
        clock: measures running time.
        prelude: our own scripts to run first, by file name.
        direct: the host functions of the hot path: `__loadr.direct.NAME` in our modules.
        begin: called at the start of every call, when its turn has come.
        end: called when a call has ended, in whatever way.
    """

    def __init__(
        self,
        hosts: Mapping[str, HostFunction],
        load_module: LoadModule,
        limits: Limits,
        clock: Clock,
        prelude: Mapping[str, str] | None = None,
        *,
        direct: Mapping[str, DirectFunction] | None = None,
        begin: Callable[[], None] | None = None,
        end: Callable[[], None] | None = None,
    ) -> None:
        self.events = Events(clock)
        self._hosts: dict[str, HostFunction] = {
            **hosts,
            "timer": self._start_timer,
            "forget": self.events.cancel,
            "failure": self._raise_failure,
        }
        self._begin = begin
        self._end = end
        self._failure: Exception | None = None
        self._limits = limits
        self._now = clock.now
        self._turns = Turns()
        self._plain: set[str] = set()
        self._calls = Calls(self)
        self._stopped: BaseException | None = None
        self._interrupted = False
        self._running_since = clock.now()  # our own scripts run at once
        self._used = 0.0
        context = self._context = quickjs.Context()
        context.set_memory_limit(limits.memory_mib * _MIB)
        context.set_max_stack_size(_STACK_BYTES)
        context.add_callable("__loadr_host", self._host)
        for name, function in (direct or {}).items():
            context.add_callable(f"__loadr_direct_{name}", self._directly(function))
        self._access: Access = (
            SymbolAccess(context, load_module, self._is_to_stop)
            if door.library() is not None
            else PlainAccess(context, load_module)
        )
        self._access.run_script(GLUE_FILE, f"globalThis.__loadr_bridge = {GLUE}")
        self._bridge = {name: context.eval(f"__loadr_bridge.{name}") for name in _BRIDGE}
        context.eval("delete globalThis.__loadr_bridge")
        for name, source in (prelude or {}).items():
            self._access.run_script(name, source)

    # ------------------------------------------------------------ calling in

    async def load(self, module: str) -> dict[str, Any]:
        """Run the script's main module: `{functions, options}`, what it exports.

        Raises:
            ScriptSyntaxError: it cannot be parsed, or imports what does not exist.
            ScriptFailed: it threw.
        """
        self._access.bring(module)
        return self._loaded(await self._call("load", module))

    def load_now(self, module: str) -> dict[str, Any]:
        """The same as `load`, without an event loop: nothing can wait while it runs. Raises as `load`."""
        self._used = 0.0
        self._interrupted = False
        self.start()
        self._access.bring(module)
        return self._loaded(value_of(self._guarded("load", module)))

    def _loaded(self, exported: dict[str, Any]) -> dict[str, Any]:
        # Functions that cannot look at arguments are given none: a third of what an empty call costs.
        self._plain = set(exported.pop("plain"))
        return exported

    def seed(self, seed: int, vu: int, iteration: int) -> None:
        """Start `Math.random` anew, set `__VU` and `__ITER`; not while a call runs."""
        self._bridge["seed"](float(seed & _SEED_MASK), vu, iteration)

    def call_as(self, vu: int, iteration: int, seed: int, function: str, *arguments: Any) -> Calling:
        """The same as `seed` and `call` together, in one crossing. Raises as `call`."""
        json = "" if function in self._plain else dumps(arguments)
        return self._call("call", function, json, vu, iteration, float(seed & _SEED_MASK))

    def call(self, function: str, *arguments: Any) -> Calling:
        """Call an exported function with JSON values; what it returned, a promise's value too.

        Raises:
            ScriptFailed: it threw, or went beyond a limit.
            asyncio.CancelledError: the call was cancelled; the script's frames have been unwound.
        """
        return self._call("call", function, dumps(arguments), 0, 0, 0.0)

    def summarize(self, function: str, data: Any) -> Calling:
        """Call an exported function with the summary, shaped as the script's way in has it. Raises as `call`."""
        return self._call("summarize", function, dumps(data))

    def before_request(self, request: Mapping[str, Any], first: Callable[[], None]) -> Calling:
        """Call the hook `beforeRequest`, after `first`; the request to send. Raises as `call`."""
        return self._call("before", dumps(request), first=first)

    def after_request(self, answer: Any, request: Mapping[str, Any], first: Callable[[], None]) -> Calling:
        """Call the hook `afterRequest` with a response as it crosses, after `first`. Raises as `call`."""
        return self._call("after", dumps(answer), dumps(request), first=first)

    def define(self, key: str, function_source: str) -> None:
        """Compile a function expression once, for `evaluate`.

        Raises:
            ScriptSyntaxError: it cannot be parsed.
        """
        value_of(self._guarded("define", key, function_source))

    def evaluate(self, key: str, *arguments: Any, first: Callable[[], None] | None = None) -> Calling:
        """Call a defined function with JSON values, after `first`, when the call's turn has come. Raises as `call`."""
        return self._call("evaluate", key, dumps(arguments), first=first)

    def evaluate_now(self, key: str, *arguments: Any, first: Callable[[], None] | None = None) -> Any:
        """Call a defined function at once: what it returns, or its promise comes to without waiting.

        Raises:
            ScriptFailed: it threw, wanted to wait, or another call is parked: touching the context then
                would crash the process.
        """
        if self._turns.is_taken:
            raise ScriptFailed(
                "Busy", "the script runs in another branch; this expression cannot wait for it"
            )
        if first is not None:
            first()
        self._used = 0.0
        self._interrupted = False
        self.start()
        try:
            outcome = self._guarded("evaluate", key, dumps(arguments))
        except CannotWait as error:
            raise ScriptFailed("Error", str(error)) from error
        finally:
            stopped, self._stopped = self._stopped, None
            self._abandon()
        if isinstance(stopped, ScriptStopped):
            raise ScriptFailed("Error", _NO_END)
        if stopped is not None:
            raise stopped
        return value_of(outcome)

    async def _call(self, entry: str, *arguments: Any, first: Callable[[], None] | None = None) -> Any:
        turns = self._turns
        if not turns.take():
            await turns.wait()
        try:
            if self._begin is not None:
                self._begin()
            if first is not None:
                first()
            self._used = 0.0
            self._interrupted = False
            try:
                outcome = await self._calls.run(self._guarded, entry, *arguments)
            finally:
                stopped, self._stopped = self._stopped, None
                self._abandon()
        finally:
            turns.leave()
        if stopped is not None:
            raise stopped
        return value_of(outcome)

    def _abandon(self) -> None:
        """Forget what a call has left under way."""
        if self._end is not None:
            self._end()
        if not self.events.is_empty:
            self.events.clear()
            self._bridge["abandon"]()

    def _guarded(self, entry: str, *arguments: Any) -> dict[str, Any]:
        """Enter the script and run its jobs to the end, inside of the greenlet; the outcome."""
        try:
            outcome = self._settled(self._bridge[entry](*arguments))
        except quickjs.StackOverflow as error:
            return failed("RangeError", str(error).splitlines()[0])
        except quickjs.JSException as error:
            text = self._access.named(str(error))
            return self._beyond_time(text) if self._interrupted else engine_failure(text)
        except SystemError:  # the wrapper's, where a script gave our own functions what they cannot take
            return failed("InternalError", _NO_VALUE)
        if not outcome:
            return _NOTHING
        answer: dict[str, Any] = loads(outcome)
        if "e" in answer:
            answer["e"]["stack"] = self._access.named(answer["e"]["stack"])
        # A promise's job that was interrupted is a rejection to the engine.
        return self._beyond_time(answer["e"]["stack"]) if self._interrupted and "e" in answer else answer

    def _beyond_time(self, stack: str) -> dict[str, Any]:
        return failed("Interrupted", f"ran for more than {self._limits.seconds:g} s", stack)

    def _settled(self, outcome: str | None) -> str:
        """Run jobs, and wait for what is under way, until nothing is left to do; the outcome as JSON.

        As in k6 a call ends when its timers and operations have ended; an error ends it at once.
        """
        events, bridge, run_job = self.events, self._bridge, self._context.execute_pending_job
        while True:
            while run_job():
                outcome = None
            if outcome is None:
                outcome = bridge["outcome"]()
            if outcome is not None and (events.is_empty or outcome.startswith('{"e"')):
                return outcome
            if events.is_empty:
                return json.dumps(failed("Error", _NEVER))
            over = events.take_ended()
            if over:
                bridge["wake"](json.dumps([ended(*one) for one in over]))
                outcome = None
                continue
            told = events.take_told()
            if told is None:
                events.signal.wait()
            else:
                outcome = bridge["arrive"](*told)

    def _start_timer(self, milliseconds: float) -> int:
        return self.events.start_timer(milliseconds / 1000.0)

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
            return json.dumps({"e": described(error)})
        except BaseException as error:  # noqa: BLE001 - the loop's own end, a greenlet's end
            self._stopped = error
            return _CANCELLED

    def _directly(self, function: DirectFunction) -> DirectFunction:
        """A host function as the script reaches it: numbers go in, a number or a text comes out.

        No JSON either way, which is most of a crossing's cost: 0.2 us instead of 2. What it raises is kept
        for `failure`, and `False` says so. Never raises into the engine.
        """

        def call(*numbers: float) -> int | float | str | None:
            if self._stopped is not None:
                return False
            try:
                return function(*numbers)
            except (asyncio.CancelledError, ScriptStopped) as stopped:
                self._stopped = stopped
            except Exception as error:  # noqa: BLE001 - whatever it is, the engine must not see it
                self._failure = error
            except BaseException as error:  # noqa: BLE001 - the loop's own end, a greenlet's end
                self._stopped = error
            return False

        return call

    def _raise_failure(self) -> None:
        """What a direct call raised, once more, where it can be told as data."""
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure

    def put_buffer(self, data: bytes) -> None:
        """Leave bytes for the script as the ArrayBuffer `__loadr_buffer`. For host functions."""
        self._access.put_buffer(data)

    def take_buffer(self) -> bytes | None:
        """The bytes of the ArrayBuffer that the script has left in `__loadr_buffer`. For host functions."""
        return self._access.take_buffer()

    # ------------------------------------------------------------ limits

    def start(self) -> None:
        """The script runs from now on (`Stopwatch`)."""
        self._running_since = self._now()

    def stop(self) -> None:
        """The script is parked or has ended (`Stopwatch`)."""
        self._used += self._now() - self._running_since

    def _is_to_stop(self, _runtime: int, _opaque: int) -> int:
        """Asked by the engine every some thousand operations."""
        if self._stopped is not None:
            return 1
        if self._used + self._now() - self._running_since > self._limits.seconds:
            self._interrupted = True
            return 1
        return 0

    def close(self) -> None:
        """Let go of everything; after the last call, nothing can be called any more.

        The engine and its callbacks hold each other, and a worker's garbage collector seldom looks at what is old.
        """
        self.events.clear()
        self._calls.close()
        if not self._turns.is_taken:
            self._bridge.clear()
            self._hosts.clear()
            del self._access, self._calls, self._context

    @property
    def memory_bytes(self) -> int:
        """What the context's objects take."""
        return int(self._context.memory()["memory_used_size"])

    def __repr__(self) -> str:
        return f"<ScriptContext {'busy' if self._turns.is_taken else 'free'}>"
