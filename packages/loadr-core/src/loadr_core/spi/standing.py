"""Where a run stands, as a script may ask for it: what this worker has done, and how far a scenario is."""

from dataclasses import dataclass
from typing import Final, Protocol


@dataclass(frozen=True, slots=True)
class InstanceStanding:
    """What one worker has done so far: its own numbers, not those of the whole fleet.

    Attributes:
        elapsed: seconds since it began, setup included where it ran here; 0 before.
        completed: iterations that ended, also with an exception.
        interrupted: iterations that were cut off.
        active_vus: VUs that run now.
        initialized_vus: VUs that are ready to run, also those that are only made when they are needed.
    """

    elapsed: float = 0.0
    completed: int = 0
    interrupted: int = 0
    active_vus: int = 0
    initialized_vus: int = 0


@dataclass(frozen=True, slots=True)
class ScenarioStanding:
    """How far a scenario is on this worker.

    Attributes:
        began: when it did, in seconds since the epoch.
        progress: how much of it is done, 0 to 1: of its iterations where their number ends it, else of its time.
    """

    began: float
    progress: float


class Standing(Protocol):
    """Who knows where the run stands: the worker's engine."""

    def instance_standing(self) -> InstanceStanding:
        """What this worker has done."""
        ...

    def scenario_standing(self, scenario: str) -> ScenarioStanding | None:
        """How far a scenario is; `None` before it has begun, and for setup and teardown, which belong to none."""
        ...


class _NoRun:
    """Where there is no run: nothing was done, nothing has begun."""

    def instance_standing(self) -> InstanceStanding:
        """Nothing."""
        return InstanceStanding()

    def scenario_standing(self, scenario: str) -> ScenarioStanding | None:
        """None has begun."""
        del scenario
        return None


NO_RUN: Final[Standing] = _NoRun()
