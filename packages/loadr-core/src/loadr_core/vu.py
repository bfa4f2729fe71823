"""One virtual user: its scope, its sessions, its iterations."""

import asyncio
import traceback
from collections.abc import Callable
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from loadr_config.models import ConstantArrivalRate, RampingArrivalRate
from loadr_core.compiler.program import ScenarioProgram
from loadr_core.compiler.starts import LATE_SECONDS
from loadr_core.cookies import CookieJar
from loadr_core.flow.step import IterationAborted, StepFailed, VuEnded
from loadr_core.randomness import seed_for
from loadr_core.recording.recorder import FLUSH_ROWS
from loadr_core.spi.clock import Clock
from loadr_core.spi.scope import Scope, VuContext

if TYPE_CHECKING:
    from loadr_core.spi.protocol import ProtocolSession

# No iteration that waited for anything is this short: after one, other tasks must get a turn.
_SHORTEST_WAIT: Final = 20e-6

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
        self._sessions: list[ProtocolSession] = [
            handler.open_session(context) for handler in program.handlers
        ]
        # What an iteration of the open model draws follows its start, whichever VU runs it.
        key = () if program.starts is not None else (vu,)
        self._scope = Scope(context, seed_for(seed, program.name, *key), CookieJar())
        self._scope.sessions.extend(self._sessions)
        self._scope.variables.update(program.variables)
        is_open = isinstance(program.config, ConstantArrivalRate | RampingArrivalRate)
        self._scope.rows = program.data.rows_for(self._scope, is_open=is_open)
        self._steps = program.steps
        self._next_iteration = 0
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

    async def iterate(self) -> None:
        """Run one iteration.

        Raises:
            asyncio.CancelledError: the grace time is over; the iteration counts as interrupted.
        """
        scope = self._scope
        scope.iteration = self._next_iteration
        if scope.rows:
            scope.rows.clear()
        self._next_iteration += 1
        now = self._now
        start = now()
        try:
            for step in self._steps:
                await step.run(scope)
        except VuEnded as ending:
            self.ended = True
            self._on_abort(ending)
            return
        except IterationAborted as abort:
            self._on_abort(abort)
        except asyncio.CancelledError:
            self._program.interrupted.value += 1
            raise
        except StepFailed as failure:
            self._program.exception(failure.kind, failure.place, failure.reason)
        except Exception as error:  # noqa: BLE001 - an extension's bug must not end the run
            self._program.exception(type(error).__name__, _site(error))
        end = now()
        series = self._program.iterations
        series.rows.append((start, end))
        if len(series.rows) >= FLUSH_ROWS:
            series.flush()
        if end - start < _SHORTEST_WAIT:
            await asyncio.sleep(0)

    async def close(self) -> None:
        """Close all sessions; one that fails to close is counted, the others are closed all the same."""
        for session in self._sessions:
            try:
                await session.close()
            except Exception as error:  # noqa: BLE001 - as in `iterate`
                self._program.exception(type(error).__name__, _site(error))

    def __repr__(self) -> str:
        return f"<VirtualUser {self._scope.vu} of {self._program.name}, {self._next_iteration} iterations>"


def _site(error: Exception) -> str:
    """Where an exception arose: file name and line, without folders."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{PurePath(frame.filename).name}:{frame.lineno}"
