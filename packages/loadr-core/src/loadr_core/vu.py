"""One virtual user: its scope, its sessions, its iterations."""

import asyncio
import logging
import traceback
from collections.abc import Callable
from pathlib import PurePath
from typing import Final

from loadr_config.models import ConstantArrivalRate, RampingArrivalRate
from loadr_core.compiler.program import ScenarioProgram
from loadr_core.compiler.starts import LATE_SECONDS
from loadr_core.cookies import CookieJar
from loadr_core.errors import RunError
from loadr_core.flow.step import IterationAborted, Step, StepFailed, VuEnded
from loadr_core.randomness import seed_for
from loadr_core.recording.recorder import FLUSH_ROWS
from loadr_core.scripting import ScenarioScripts
from loadr_core.spi.clock import Clock
from loadr_core.spi.scope import Scope, VuContext
from loadr_core.spi.script import ScriptError, VuScript

# No iteration that waited for anything is this short: after one, other tasks must get a turn.
_SHORTEST_WAIT: Final = 20e-6

# A longer one may have waited for nothing all the same, such as a script or answers from a cache: other
# tasks get a turn after each iteration of steps that need not wait, else after every so manieth.
_TURNS: Final = 16

GOODBYE_SECONDS: Final = 10.0
"""How long `on_stop` may take: it comes after the grace time."""

_LOG = logging.getLogger(__name__)

OnAbort = Callable[[IterationAborted], None]


class VirtualUser:
    """Runs iterations of one scenario.

    Args:
        program: the compiled scenario.
        vu: the VU's number in the whole run, from 1.
        seed: the run's seed.
        clock: the time.
        on_abort: called when an iteration ends more than itself.

    Attributes:
        ended: whether there is nothing left to do for this VU; it must not iterate again.
    """

    def __init__(self, program: ScenarioProgram, vu: int, seed: int, clock: Clock, on_abort: OnAbort) -> None:
        context = VuContext(vu, program.name)
        self._program = program
        self._now = clock.now
        self._on_abort = on_abort
        # What an iteration of the open model draws follows its start, whichever VU runs it.
        key = () if program.starts is not None else (vu,)
        self._scope = Scope(context, seed_for(seed, program.name, *key), CookieJar())
        self._scope.sessions.extend(handler.open_session(context) for handler in program.handlers)
        self._scope.variables.update(program.variables)
        is_open = isinstance(program.config, ConstantArrivalRate | RampingArrivalRate)
        self._scope.rows = program.data.rows_for(self._scope, is_open=is_open)
        for scripts in program.scripts:
            self._scope.scripts[scripts.name] = _open_script(scripts, self._scope)
        self._steps = program.steps
        self._rows = program.iterations.rows
        self._patience = _TURNS - 1 if any(step.waits for step in program.steps) else 0
        self._next_iteration = 0
        self._has_started = False
        self.ended = False

    @property
    def iterations(self) -> int:
        """How many iterations it has started."""
        return self._next_iteration

    def take_start(self, number: int, intended: float, possible: float) -> None:
        """Note which start the next iteration is; called right before it, in open models.

        Args:
            number: the start's number in the whole scenario.
            intended: the moment of the clock at which it was due.
            possible: the moment at which it was due and a VU was free for it.
        """
        now = self._now()
        scope, starts = self._scope, self._program.starts
        assert starts is not None
        scope.start_number = number
        scope.start_delay = max(now - intended, 0.0)
        starts.delays.rows.append((intended, now))
        if len(starts.delays.rows) >= FLUSH_ROWS:
            starts.delays.flush()
        if now - possible > LATE_SECONDS:
            starts.late.value += 1

    async def iterate(self, start: float) -> float:
        """Run one iteration.

        Args:
            start: now: whoever asks for an iteration has just looked at the clock.

        Returns:
            Now, so that nobody has to look again.

        Raises:
            asyncio.CancelledError: the grace time is over; the iteration counts as interrupted.
        """
        scope = self._scope
        number = scope.iteration = self._next_iteration
        if scope.rows:
            scope.rows.clear()
        self._next_iteration = number + 1
        try:
            for step in self._steps:
                await step.run(scope)
        except VuEnded as ending:
            self.ended = True
            self._on_abort(ending)
            return self._now()
        except IterationAborted as abort:
            self._on_abort(abort)
        except asyncio.CancelledError:
            self._program.interrupted.value += 1
            raise
        except StepFailed as failure:
            self._program.exception(failure.kind, failure.place, failure.reason)
        except Exception as error:  # noqa: BLE001 - an extension's bug must not end the run
            self._program.exception(type(error).__name__, _site(error))
        end = self._now()
        rows = self._rows
        rows.append((start, end))
        if len(rows) >= FLUSH_ROWS:
            self._program.iterations.flush()
        patience = self._patience
        if end - start < _SHORTEST_WAIT or number & patience == patience:
            await asyncio.sleep(0)
            return self._now()
        return end

    async def start(self) -> None:
        """Call `on_start`, the first time; a failure of it is a warning."""
        if not self._has_started:
            self._has_started = True
            if self._program.on_start is not None:
                await self._call("on_start", self._program.on_start)

    async def end(self, *, says_goodbye: bool = True) -> None:
        """Call `on_stop` if the VU has started, then let go of script and sessions. Called once.

        Args:
            says_goodbye: whether `on_stop` is called; one that takes too long is cut off.
        """
        try:
            if says_goodbye and self._has_started and self._program.on_stop is not None:
                async with asyncio.timeout(GOODBYE_SECONDS):
                    await self._call("on_stop", self._program.on_stop)
        except TimeoutError:
            self._warn("on_stop", "TimeoutError", "on_stop", f"it took longer than {GOODBYE_SECONDS:g} s")
        finally:
            await self._close()

    async def _call(self, key: str, function: Step) -> None:
        """Call a function that belongs to the VU, not to an iteration; what it draws has a key of its own."""
        scope = self._scope
        scope.start_number = -2 * scope.vu - (key == "on_stop")
        try:
            await function.run(scope)
        except IterationAborted as abort:
            self._on_abort(abort)
        except StepFailed as failure:
            self._warn(key, failure.kind, failure.place, failure.reason)
        except Exception as error:  # noqa: BLE001 - as in `iterate`
            self._warn(key, type(error).__name__, _site(error), str(error))
        finally:
            scope.start_number = None

    def _warn(self, key: str, kind: str, site: str, reason: str) -> None:
        """Count a failure; log the first of a scenario, without what the script said: it may hold a secret."""
        program = self._program
        program.exception(kind, site, reason)
        if key not in program.warned:
            program.warned.add(key)
            _LOG.warning(
                "%s of VU %d in scenario %r failed: %s at %s", key, self._scope.vu, program.name, kind, site
            )

    async def _close(self) -> None:
        """Close script and sessions; one that fails to close is counted, the others are closed all the same."""
        scope = self._scope
        for opened in (*scope.scripts.values(), *scope.sessions):
            try:
                await opened.close()
            except Exception as error:  # noqa: BLE001 - as in `iterate`
                self._program.exception(type(error).__name__, _site(error))

    def __repr__(self) -> str:
        return f"<VirtualUser {self._scope.vu} of {self._program.name}, {self._next_iteration} iterations>"


def _open_script(scripts: ScenarioScripts, scope: Scope) -> VuScript:
    try:
        return scripts.open(scope)
    except ScriptError as error:
        raise RunError(f"the script of VU {scope.vu} cannot be made: {error}") from error


def _site(error: Exception) -> str:
    """Where an exception arose: file name and line, without folders."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{PurePath(frame.filename).name}:{frame.lineno}"
