"""A trace: wraps what is compiled, so that it tells what it does. Without a trace nothing is wrapped."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from loadr_config.expressions import text_of
from loadr_config.secrets import Masker
from loadr_core import flow
from loadr_core.conditions import Condition
from loadr_core.spi.clock import Clock
from loadr_core.spi.protocol import CompiledRequest
from loadr_core.spi.scope import Scope
from loadr_core.spi.wire import WireExchange
from loadr_core.tracing.events import Exchanged, Judged, PartBegan, PartEnded, TraceEvent, VariablesChanged
from loadr_core.tracing.requests import TracedRequest
from loadr_core.tracing.responses import traced_condition, traced_taking
from loadr_core.tracing.steps import TracedStep
from loadr_core.tracing.wire import readable

_LONGEST_VALUE: Final = 200

# The step that runs now; branches that run beside each other are tasks, and each has its own.
_PLACE: ContextVar[str] = ContextVar("loadr_place", default="")


class Trace:
    """Tells what iterations do.

    Args:
        emit: takes the events, on the event loop.
        clock: the time.
        masker: hides the values of secrets.
    """

    def __init__(self, emit: Callable[[TraceEvent], None], clock: Clock, masker: Masker) -> None:
        self.emit = emit
        self.now = clock.now
        self.mask = masker.mask
        self._masker = masker
        self._known: Mapping[str, Any] = {}
        self._problem: str | None = None

    # ------------------------------------------------------------ wrapping

    def step(self, step: flow.Step, place: str, kind: str, label: str = "") -> flow.Step:
        """A step that tells when it begins and ends."""
        return TracedStep(self, step, place, kind, label)

    def request(self, request: CompiledRequest, name: str) -> CompiledRequest:
        """A request that tells how it was answered."""
        return TracedRequest(self, request, name)

    def taking(self, taking: flow.Taking) -> flow.Taking:
        """An extraction that tells what it took."""
        return traced_taking(self, taking)

    def assertion(self, condition: Condition) -> Condition:
        """A condition of an assert that tells whether it held."""
        return traced_condition(self, condition, "assert")

    def check(self, condition: Condition) -> Condition:
        """A condition of a check that tells whether it held."""
        return traced_condition(self, condition, "check")

    # ------------------------------------------------------------ telling

    def script_check(self, name: str, passed: bool) -> None:
        """A script has checked something."""
        self.emit(Judged(self.place, "check", self.mask(name), passed, ""))

    def hook_failed(self, hook: str, problem: str) -> None:
        """A script's hook around a request has failed."""
        self.emit(Judged(self.place, "hook", hook, False, self.mask(problem)))

    @property
    def place(self) -> str:
        """Where the step that runs now stands in the plan."""
        return _PLACE.get()

    @contextmanager
    def at(self, place: str) -> Iterator[None]:
        """While a step runs."""
        token = _PLACE.set(place)
        try:
            yield
        finally:
            _PLACE.reset(token)

    @contextmanager
    def part(self, name: str, *, is_scenario: bool) -> Iterator[None]:
        """While a part of the run goes on."""
        self._problem = None
        self._known = {}
        self.emit(PartBegan(name, is_scenario))
        began = self.now()
        try:
            yield
        finally:
            self.emit(PartEnded(name, self.now() - began, self._problem))

    def end_early(self, problem: str) -> None:
        """Something ended a step, and with it the steps around it; the outermost tells last."""
        self._problem = self.mask(problem)

    def tap(self, exchange: WireExchange) -> None:
        """Take an exchange of a protocol."""
        self.emit(Exchanged(self.place, readable(exchange, self._masker)))

    def look_at(self, scope: Scope) -> None:
        """Tell which variables have changed since the last look."""
        before, now = self._known, dict(scope.variables)
        if now == before:
            return
        self._known = now
        changes: list[tuple[str, str | None]] = [
            (name, self.shown(value))
            for name, value in now.items()
            if name not in before or before[name] != value
        ]
        changes.extend((name, None) for name in before if name not in now)
        self.emit(VariablesChanged(self.place, tuple(changes)))

    def shown(self, value: object) -> str:
        """A value for people: masked, then cut."""
        text = self.mask(text_of(value))
        return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"

    def __repr__(self) -> str:
        return f"<Trace at {self.place or 'nothing'}>"
