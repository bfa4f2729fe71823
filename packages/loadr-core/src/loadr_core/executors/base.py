"""What every executor is: how it is run, watched and controlled.

waiting ──start_time──▶ running ──end, stop or all done──▶ stopping ──grace or all done──▶ done

An executor lives in one worker and does its segment's share of one scenario. All its methods are
called on the worker's event loop; none but `run` waits.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence

from loadr_core.compiler.program import ScenarioProgram
from loadr_core.errors import ControlError
from loadr_core.executors.control import StopSignal
from loadr_core.executors.near import NEAR
from loadr_core.executors.sleepers import Sleepers
from loadr_core.executors.stopwatch import Stopwatch
from loadr_core.executors.turnstile import Turnstile
from loadr_core.progress import Progress, State
from loadr_core.spi.clock import Clock


class Executor(ABC):
    """Runs one scenario of one worker.

    Attributes:
        program: the compiled scenario.
        state: where it is in its life.
        stop: set it to start nothing new; running iterations get their grace time.
        active_vus: VUs that run now.
        most_vus: the most VUs that ran at once.
        completed: iterations that ended, also aborted ones.
        started: iterations that began; one that found no row of data was none.
        interrupted: iterations that were cut off.
        began: the moment of the clock at which the scenario began; `None` before.
    """

    def __init__(self, program: ScenarioProgram, clock: Clock, limits: Sequence[Turnstile] = ()) -> None:
        """Wait for the start.

        Args:
            program: the compiled scenario.
            clock: the time.
            limits: turnstiles that open with the scenario and close with it.
        """
        self.program = program
        self.state: State = "waiting"
        self.stop = StopSignal(self._admission_changed)
        self.active_vus = 0
        self.most_vus = 0
        self.completed = 0
        self.started = 0
        self.interrupted = 0
        self.began: float | None = None
        self._clock = clock
        self._watch = Stopwatch(clock)
        self._sleepers = Sleepers(clock)
        self._limits = limits

    def prepare(self) -> None:
        """Make what has to be there at the start, as pre-allocated VUs. A second call does nothing.

        Raises:
            LoadrError: an extension misbehaved.
        """
        return

    @abstractmethod
    async def run(self, start: float) -> None:
        """Run to the end. Called once.

        Args:
            start: the moment of the clock at which the run started.
        """

    @abstractmethod
    def kill(self) -> None:
        """Stop, and cancel running iterations now; they count as interrupted."""

    def progress(self) -> Progress:
        """How far it is."""
        program = self.program
        fraction = {"waiting": 0.0, "done": 1.0}.get(self.state)
        return Progress(
            program.name,
            program.config.executor,
            self.state,
            self._fraction() if fraction is None else fraction,
            self.active_vus,
            self.completed,
            self.most_vus,
            self.is_paused,
            self.started,
        )

    @property
    @abstractmethod
    def initialized_vus(self) -> int:
        """VUs that are ready to run, also those that are only made when they are needed."""

    @property
    def is_paused(self) -> bool:
        """Whether it is paused."""
        return self._watch.is_paused

    def pause(self) -> None:
        """Start no new iteration, let the schedule's time stand still; running iterations go on.

        Also before the start: then the scenario waits for `resume` to begin. A second call does nothing,
        and a schedule that is over has nothing to pause.
        """
        self._watch.pause()
        self._admission_changed()

    def resume(self) -> None:
        """Go on where it was paused; does nothing when it was not."""
        self._watch.resume()
        self._admission_changed()

    def scale(self, *, vus: int | None = None, rate: float | None = None) -> None:
        """Change the load from now on; the numbers are the whole run's, this worker does its share.

        What is set stays to the end of the schedule: stages that are left no longer count.

        Args:
            vus: virtual users, for executors that have a number of them.
            rate: iteration starts per second, for those of the open model.

        Raises:
            ControlError: the executor has no such knob, or the number is out of its range.
        """
        if (vus is None) == (rate is None):
            raise ControlError("scale needs either a number of VUs or a rate")
        if (vus or rate or 0) < 0:
            raise ControlError("there are no negative VUs and rates to scale to")
        if self.state in ("stopping", "done"):
            raise ControlError(f"scenario {self.program.name!r} is over: nothing is left to scale")
        if vus is not None:
            self._scale_vus(vus)
        if rate is not None:
            self._scale_rate(rate)

    def _scale_vus(self, vus: int) -> None:
        del vus
        raise self._no_knob("number of VUs")

    def _scale_rate(self, rate: float) -> None:
        del rate
        raise self._no_knob("rate")

    def _no_knob(self, what: str) -> ControlError:
        program = self.program
        return ControlError(
            f"scenario {program.name!r} has no {what} to scale: its executor is {program.config.executor}"
        )

    @abstractmethod
    def _fraction(self) -> float:
        """How much of the schedule is done, 0 to 1, while it is running or stopping."""

    @abstractmethod
    def _admission_changed(self) -> None:
        """Somebody stopped, paused or resumed: see anew whether iterations may start."""

    @property
    def _start(self) -> float:
        """Seconds of the stopwatch at which the scenario starts."""
        return self.program.config.start_time

    async def _await_start(self, start: float) -> bool:
        """Wait for the scenario's start; False when it is over before.

        Args:
            start: the moment of the clock at which the run started.
        """
        self._watch.start(start)
        await self._reach(self._start)
        if self._is_over:
            return False
        self.state = "running"
        self.began = self._clock.now()
        for limit in self._limits:
            limit.open(self._watch.moment(self._start))
        return True

    def _end(self) -> None:
        """Be done: nothing runs any more."""
        for limit in self._limits:
            limit.close()
        self.state = "done"

    @property
    def _is_over(self) -> bool:
        """Whether nothing will be started any more, whatever time it is."""
        return self.stop.is_set

    async def _reach(self, elapsed: float) -> None:
        """Wait until the stopwatch shows so many seconds, or until it is over before."""
        while not self._is_over:
            moment = self._watch.moment(elapsed)
            if moment - self._clock.now() < NEAR:
                return
            await self._sleepers.sleep_until(moment)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.program.name} {self.state}, {self.active_vus} VUs, {self.completed} iterations>"
