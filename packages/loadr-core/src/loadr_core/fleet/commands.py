"""What may be asked of a run while it goes on. Pure.

Numbers are the whole run's. Without a scenario a command is for all of them.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pause:
    """Start no new iteration; the schedule's time stands still, running iterations go on.

    Before the load the whole run waits for `Resume`, setup included.
    """

    scenario: str | None = None


@dataclass(frozen=True, slots=True)
class Resume:
    """Go on where it was paused."""

    scenario: str | None = None


@dataclass(frozen=True, slots=True)
class Scale:
    """Change the load from now on: exactly one of the two.

    Attributes:
        scenario: which one; needed where there are several.
        vus: virtual users.
        rate: iteration starts per second.
    """

    scenario: str | None = None
    vus: int | None = None
    rate: float | None = None


@dataclass(frozen=True, slots=True)
class StopLoad:
    """Start nothing new; running iterations get their grace time, then teardown and summary follow."""

    scenario: str | None = None


@dataclass(frozen=True, slots=True)
class KillLoad:
    """Cut running iterations off now; teardown and summary follow."""

    scenario: str | None = None


ControlCommand = Pause | Resume | Scale | StopLoad | KillLoad
