"""What a coordinator and an instance of the engine say to each other. Pure: the values, not the way they travel.

coordinator                         instance
Prepare ───────────────────────────▶ compiles the plan
                          Ready ◀── or Refused
RunOnce ───────────────────────────▶ one instance alone: the plan's setup
                       OnceDone ◀── with what it leaves to all VUs
Go ────────────────────────────────▶ all instances start at the same moment
                         Report ◀── once a second, and at the end of every part
Stop, Kill ────────────────────────▶ starts nothing new, in one scenario or in all
Steer ─────────────────────────────▶ pauses, resumes, scales
                        Steered ◀── or cannot
                        Aborted ◀── a test or a scenario was ended from inside
                         Marked ◀── a script wants the run to count as failed
                           Idle ◀── the load is over here
RunOnce ───────────────────────────▶ one instance alone: the plan's teardown
                       OnceDone ◀──
Finish ────────────────────────────▶
                       Finished ◀── after the last Report

Broken may come at any time: an extension or the engine failed there. Seen comes where somebody wanted to see
exchanges, Said where a script says something for people. Users who meet at a rendezvous are
Arrived, wait, and are Released together, in whichever instance they are; one whose iteration is cut has Left.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from loadr_core.engine_config import EngineConfig
from loadr_core.fleet.commands import Pause, Resume, Scale
from loadr_core.metrics.delta import Delta
from loadr_core.plugins import ProtocolRegistry
from loadr_core.progress import Progress
from loadr_core.setup_data import OnceOutcome, OncePart, SetupData
from loadr_core.spi.wire import WireExchange
from loadr_core.vitals import Vitals

Part = Literal["setup", "load", "teardown"]
"""The parts of a run, in their order."""


@dataclass(frozen=True, slots=True)
class Prepare:
    """Everything an instance needs before the start.

    Attributes:
        engine: the plan and this instance's part of it.
        base_tags: tags of every sample.
        kept_tags: (tag, value) pairs that thresholds name.
        keep_raw: whether an output wants samples.
        in_bulk: whether there may be so many requests that NumPy is worth its import.
        dropped_tags: tags that samples do not keep.
        protocols: where protocols are found; those that are installed where the instance is when it is `None`.
        script_level: the lowest level of what scripts say that somebody reads.
    """

    engine: EngineConfig
    base_tags: Mapping[str, str]
    kept_tags: tuple[tuple[str, str], ...]
    keep_raw: bool
    in_bulk: bool = True
    dropped_tags: tuple[str, ...] = ()
    protocols: ProtocolRegistry | None = None
    script_level: int = logging.INFO


@dataclass(frozen=True, slots=True)
class Ready:
    """The plan is compiled.

    Attributes:
        event_loop: the loop's name, for people.
        epoch: what to add to a stamp of this instance's clock to get seconds since the epoch.
    """

    event_loop: str
    epoch: float


@dataclass(frozen=True, slots=True)
class Refused:
    """The plan cannot be run here: the user's mistake, one line each."""

    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RunOnce:
    """Run the plan's setup or teardown, here and nowhere else.

    Attributes:
        part: which.
        data: what setup has left; empty before it.
    """

    part: OncePart
    data: SetupData = field(default_factory=SetupData)


@dataclass(frozen=True, slots=True)
class OnceDone:
    """A part that runs once is over.

    Attributes:
        part: which.
        outcome: how it ended; `None` when it was interrupted.
    """

    part: OncePart
    outcome: OnceOutcome | None


@dataclass(frozen=True, slots=True)
class Go:
    """Start the load.

    Attributes:
        start_at: the moment that is zero for all schedules, in seconds since the epoch.
        data: what setup has left to every VU.
    """

    start_at: float
    data: SetupData = field(default_factory=SetupData)


@dataclass(frozen=True, slots=True)
class Stop:
    """Start nothing new; running iterations get their grace time.

    Attributes:
        reason: for people.
        scenario: which one; all of them when it is `None`.
    """

    reason: str
    scenario: str | None = None


@dataclass(frozen=True, slots=True)
class Kill:
    """Start nothing new, and cut running iterations off now.

    Attributes:
        reason: for people.
        scenario: which one; all of them when it is `None`.
    """

    reason: str
    scenario: str | None = None


@dataclass(frozen=True, slots=True)
class Steer:
    """Change the load; answered with `Steered`.

    Attributes:
        number: of the question.
        command: what to do; its numbers are the whole run's.
    """

    number: int
    command: Pause | Resume | Scale


@dataclass(frozen=True, slots=True)
class Steered:
    """The answer to `Steer`.

    Attributes:
        number: of the question.
        problem: why it cannot be done; `None` when it is done.
    """

    number: int
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Finish:
    """Nothing more will be asked: send the last report and end."""


@dataclass(frozen=True, slots=True)
class Report:
    """What happened since the last report.

    Attributes:
        part: the part of the run to which it belongs.
        elapsed: seconds since the start of the load; 0 before it, its end after it.
        sent_at: seconds since the epoch.
        delta: the metrics gained.
        scenarios: how far each scenario is.
        vitals: how the process is doing.
    """

    part: Part
    elapsed: float
    sent_at: float
    delta: Delta
    scenarios: tuple[Progress, ...]
    vitals: Vitals

    @property
    def active_vus(self) -> int:
        """VUs that run now."""
        return sum(scenario.active_vus for scenario in self.scenarios)


@dataclass(frozen=True, slots=True)
class Marked:
    """A script wants the run to count as failed, which goes on; sent the first time."""

    reason: str


@dataclass(frozen=True, slots=True)
class Aborted:
    """A failed assert or a script ends more than its iteration: all instances have to follow.

    Attributes:
        reason: for people.
        scenario: which one; the whole test when it is `None`.
    """

    reason: str
    scenario: str | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """An exchange that somebody wanted to see; secrets are still in it."""

    exchange: WireExchange


@dataclass(frozen=True, slots=True)
class Said:
    """What a script says to people; secrets are still in it.

    Attributes:
        level: as of `logging`.
        text: what it says.
    """

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Arrived:
    """A user waits at a rendezvous.

    Attributes:
        guest: its number, unique in the instance.
        name: the rendezvous.
        users: how many must be there.
        patience: seconds after which it gives up, and with it all who wait there.
    """

    guest: int
    name: str
    users: int
    patience: float


@dataclass(frozen=True, slots=True)
class Left:
    """A user waits no longer: its iteration was cut off."""

    guest: int
    name: str


@dataclass(frozen=True, slots=True)
class Released:
    """Users who waited go on.

    Attributes:
        guests: their numbers in this instance.
        met: whether enough came together in the whole run.
    """

    guests: tuple[int, ...]
    met: bool


@dataclass(frozen=True, slots=True)
class Idle:
    """The last iteration has ended here."""


@dataclass(frozen=True, slots=True)
class Finished:
    """The instance is done."""


@dataclass(frozen=True, slots=True)
class Broken:
    """An extension or the engine failed; the load cannot go on here."""

    problem: str


Command = RunOnce | Go | Stop | Kill | Steer | Released | Finish
Message = (
    Ready
    | Refused
    | OnceDone
    | Report
    | Seen
    | Said
    | Aborted
    | Marked
    | Steered
    | Arrived
    | Left
    | Idle
    | Finished
    | Broken
)
