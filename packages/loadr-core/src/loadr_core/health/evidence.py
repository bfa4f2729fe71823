"""What the verdict on a run is drawn from, beside what its workers report of themselves."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class LagFigures:
    """The lag of one worker's event loop.

    Attributes:
        worker: its number.
        p99_ms: how late its timers ran; with few probes the second largest lag, since one is no evidence.
    """

    worker: int
    p99_ms: float


@dataclass(frozen=True, slots=True)
class SpeedFigures:
    """How long iterations took in one worker.

    Attributes:
        worker: its number.
        iterations: how many there were.
        median_ms: the median of their durations.
    """

    worker: int
    iterations: int
    median_ms: float


@dataclass(frozen=True, slots=True)
class StartFigures:
    """The starts of an arrival-rate scenario.

    Attributes:
        scenario: its name.
        started: iterations that were started.
        dropped: starts that found no free VU.
        late: iterations started more than 10 ms late for the generator's own reasons.
        most_vus: the most VUs that ran at once.
        delay_p99_ms: how late iterations started, for whatever reason.
    """

    scenario: str
    started: int
    dropped: int
    late: int
    most_vus: int
    delay_p99_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """All of it.

    Attributes:
        lags: of each worker.
        speeds: of each worker, where there are several.
        starts: of each arrival-rate scenario.
        folded_thresholds: thresholds that select by a tag of which values were folded.
    """

    lags: Sequence[LagFigures] = ()
    speeds: Sequence[SpeedFigures] = ()
    starts: Sequence[StartFigures] = ()
    folded_thresholds: Sequence[str] = field(default=())
