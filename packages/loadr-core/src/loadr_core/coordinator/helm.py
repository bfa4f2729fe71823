"""Who may end or change a run while it goes on: signals, control, thresholds, and its own members.

The first reason to end wins and is kept; what is over can neither be stopped nor changed.
"""

import asyncio
import logging
from collections.abc import Callable, Collection
from itertools import count
from typing import Final

from loadr_config.secrets import Masker
from loadr_core.control.status import Phase
from loadr_core.coordinator.crew import Crew, Gate
from loadr_core.errors import ControlError
from loadr_core.fleet import Cause, Ending
from loadr_core.fleet.commands import ControlCommand, KillLoad, Pause, Resume, Scale, StopLoad
from loadr_core.worker.messages import Kill, Part, Steer, Steered, Stop

_LOG = logging.getLogger(__name__)

# A member obeys at once, unless it is too busy to.
_PATIENCE_SECONDS: Final = 10.0

# A script that scales in a loop must not fill the summary.
_MOST_NOTES: Final = 50


class Helm:
    """Takes what anybody wants of a run, and tells the members.

    Args:
        crew: the members.
        scenarios: the names of the scenarios.
        elapsed: gives the seconds since the start of the load.
        held: whether the run waits for a resume before it begins.

    Attributes:
        ending: why the run ends.
        part: the part of the run that goes on; its lifecycle sets it.
        masker: hides the values of secrets in reasons.
        notes: what a reader of the summary must know of all this.
        is_paused: whether the whole run is paused.
    """

    def __init__(
        self, crew: Crew, scenarios: Collection[str], elapsed: Callable[[], float], *, held: bool
    ) -> None:
        self.ending = Ending()
        self.part: Part = "setup"
        self.masker = Masker(())
        self.notes: list[str] = []
        self.is_paused = held
        self._crew = crew
        self._scenarios = scenarios
        self._elapsed = elapsed
        self._may_begin = asyncio.Event()
        if not held:
            self._may_begin.set()
        self._numbers = count()
        self._asked: dict[int, tuple[Gate, list[str]]] = {}

    @property
    def phase(self) -> Phase:
        """Where in its life the run is."""
        match self.part:
            case "setup":
                return "paused" if self.is_paused else "setup"
            case "load" if self.ending.is_wanted:
                return "stopping"
            case "load":
                return "paused" if self.is_paused else "running"
            case "teardown":
                return "teardown"

    async def until_released(self) -> None:
        """Wait while the run is held back before its load, or until somebody ends it."""
        await self._may_begin.wait()

    # ------------------------------------------------------------ ending

    def interrupt(self, reason: str) -> None:
        """The user wants to end it: the first time gracefully, the second time at once."""
        if self.ending.interrupted:
            self.ending.killed = True
            self._may_begin.set()
            self._crew.kill()
        else:
            self.ending.interrupted = True
            self.stop(reason, Cause.SIGNAL)

    def stop(self, reason: str, cause: Cause) -> None:
        """Ask all members to start nothing new."""
        if self.part != "teardown" and self.ending.want(self.masker.mask(reason), cause):
            _LOG.info("stopping: %s", self.ending.reason)
            self._may_begin.set()
            self._crew.post(Stop(reason))

    def stop_scenario(self, scenario: str, reason: str, cause: Cause) -> None:
        """Ask all members to start nothing new in one scenario."""
        if self.ending.want_scenario(scenario, cause):
            self._note(f"scenario {scenario} was stopped: {reason}")
            self._crew.post(Stop(reason, scenario))

    # ------------------------------------------------------------ control

    async def obey(self, command: ControlCommand) -> None:
        """Do what is asked; returns when every member has obeyed.

        Raises:
            ControlError: it cannot be done.
        """
        command = self._checked(command)
        match command:
            case StopLoad(None):
                self.stop("stopped by control", Cause.CONTROL)
            case StopLoad(str(scenario)):
                self.stop_scenario(scenario, "stopped by control", Cause.CONTROL)
            case KillLoad(scenario):
                self._kill(scenario)
            case Pause(None) if self.part == "setup":
                self._may_begin.clear()
            case Resume(None) if self.part == "setup":
                self._may_begin.set()
            case Pause() | Resume() | Scale():
                await self._steer(command)
        if isinstance(command, Pause | Resume | Scale):
            if command.scenario is None:
                self.is_paused = isinstance(command, Pause)
            self._note(_described(command))

    def _checked(self, command: ControlCommand) -> ControlCommand:
        """The command with its scenario filled in, where there is one to fill in.

        Raises:
            ControlError: there is nothing that could obey it.
        """
        if self.part == "teardown":
            raise ControlError("the load is over")
        if self.ending.is_wanted and not isinstance(command, KillLoad):
            raise ControlError(f"the run is ending already: {self.ending.reason}")
        scenario = command.scenario
        if scenario is not None and scenario not in self._scenarios:
            known = ", ".join(self._scenarios)
            raise ControlError(f"there is no scenario {scenario!r}; there are {known}")
        if isinstance(command, Scale) and scenario is None:
            if len(self._scenarios) > 1:
                raise ControlError(f"choose the scenario to scale: {', '.join(self._scenarios)}")
            return Scale(next(iter(self._scenarios)), command.vus, command.rate)
        return command

    def _kill(self, scenario: str | None) -> None:
        reason = "killed by control"
        if scenario is None:
            self.stop(reason, Cause.CONTROL)
        else:
            self.stop_scenario(scenario, reason, Cause.CONTROL)
        self._crew.post(Kill(reason, scenario))

    async def _steer(self, command: Pause | Resume | Scale) -> None:
        """Have all members obey.

        Raises:
            ControlError: they cannot, or one does not answer.
        """
        number, gate, problems = next(self._numbers), self._crew.gate(), list[str]()
        self._asked[number] = gate, problems
        self._crew.post(Steer(number, command))
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await gate.wait()
        except TimeoutError:
            raise ControlError(f"no answer from {gate!r}: its processor may be busy") from None
        finally:
            del self._asked[number]
            self._crew.forget(gate)
        if problems:
            raise ControlError(problems[0])

    def steered(self, member: int, steered: Steered) -> None:
        """A member has obeyed, or says why it cannot."""
        asked = self._asked.get(steered.number)
        if asked is None:
            return
        gate, problems = asked
        if steered.problem is not None:
            problems.append(steered.problem)
        gate.arrive(member)

    def _note(self, what: str) -> None:
        if len(self.notes) < _MOST_NOTES:
            self.notes.append(self.masker.mask(f"{self._elapsed():.1f} s: {what}"))
        elif len(self.notes) == _MOST_NOTES:
            self.notes.append("it was changed more often than is noted here")

    def __repr__(self) -> str:
        return f"<Helm {self.part}, {self.ending!r}{', paused' if self.is_paused else ''}>"


def _described(command: Pause | Resume | Scale) -> str:
    whose = "" if command.scenario is None else f"scenario {command.scenario} "
    match command:
        case Pause():
            return f"{whose}paused by control"
        case Resume():
            return f"{whose}resumed by control"
        case Scale(vus=None, rate=rate):
            return f"{whose}scaled to {rate:g} iterations/s by control"
        case Scale(vus=vus):
            return f"{whose}scaled to {vus} VUs by control"
