"""What coordinator and worker say to each other.

coordinator                         worker
Setup ─────────────────────────────▶ compiles the plan
                          Ready ◀── or Refused
Go ────────────────────────────────▶ all workers start at once
                         Report ◀── once a second
Stop ──────────────────────────────▶ starts nothing new
                       Finished ◀── after the last Report; or Broken
"""

from collections.abc import Mapping
from dataclasses import dataclass

from loadr_core.engine_config import EngineConfig
from loadr_core.metrics.delta import Delta
from loadr_core.progress import Progress


@dataclass(frozen=True, slots=True)
class Setup:
    """Everything a worker needs before the start.

    Attributes:
        engine: the plan and this worker's part of it.
        base_tags: tags of every sample.
        kept_tags: (tag, value) pairs that thresholds name.
        keep_raw: whether an output wants samples.
    """

    engine: EngineConfig
    base_tags: Mapping[str, str]
    kept_tags: tuple[tuple[str, str], ...]
    keep_raw: bool


@dataclass(frozen=True, slots=True)
class Ready:
    """The plan is compiled.

    Attributes:
        event_loop: the loop's name, for people.
        epoch: what to add to a stamp of this worker's clock to get seconds since the epoch.
    """

    event_loop: str
    epoch: float


@dataclass(frozen=True, slots=True)
class Refused:
    """The plan cannot be run here: the user's mistake, one line each."""

    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Go:
    """Start."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Start nothing new; running iterations get their grace time."""

    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """What happened since the last report.

    Attributes:
        elapsed: seconds since this worker's start.
        sent_at: seconds since the epoch.
        delta: the metrics gained.
        scenarios: how far each scenario is.
        cpu: the share of a core that this process used, 0 to 1.
    """

    elapsed: float
    sent_at: float
    delta: Delta
    scenarios: tuple[Progress, ...]
    cpu: float

    @property
    def active_vus(self) -> int:
        """VUs that run now."""
        return sum(scenario.active_vus for scenario in self.scenarios)


@dataclass(frozen=True, slots=True)
class Finished:
    """The worker is done; `stop_reason` tells why when it was stopped from inside (an abort)."""

    stop_reason: str | None


@dataclass(frozen=True, slots=True)
class Broken:
    """An extension or the engine failed; the run cannot go on here."""

    problem: str


Command = Go | Stop
Message = Ready | Refused | Report | Finished | Broken
