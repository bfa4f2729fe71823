"""What an output implements: it gets the run's samples, gains and snapshots and writes them somewhere.

Outputs live in the coordinator process, never in one that generates load. Register the class under
the entry-point group `loadr.outputs`; the entry's name is the plan's `outputs[].type` and the
NAME of `--output NAME=value`.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, runtime_checkable

from loadr_config.metrics import MetricKind

if TYPE_CHECKING:  # a worker never needs a summary, a coordinator NumPy only for samples
    import numpy as np

    from loadr_config.summary import Snapshot, Summary


@dataclass(frozen=True, slots=True)
class OutputContext:
    """What an output gets when it is made.

    Attributes:
        config: the plan's entry without `type`; from the command line `{"value": text}`.
        folder: relative paths start here.
        run_id: names this run.
    """

    config: Mapping[str, Any]
    folder: Path
    run_id: str


@dataclass(frozen=True, slots=True)
class SampleBatch:
    """Samples of one series, as columns of the same length.

    Attributes:
        metric: the metric's name.
        kind: its kind.
        tags: the series' tags.
        times: when each sample was complete, seconds since the epoch, float64.
        values: trends in ms, counters as increments, rates as 0 or 1, float64.
    """

    metric: str
    kind: MetricKind
    tags: Mapping[str, str]
    times: "np.ndarray[tuple[int], np.dtype[np.float64]]"
    values: "np.ndarray[tuple[int], np.dtype[np.float64]]"


@dataclass(frozen=True, slots=True)
class SeriesGain:
    """What one series gained since the worker's last report, about a second ago. Gains add up.

    Attributes:
        metric: the metric's name.
        kind: its kind; it decides which of the figures have a meaning.
        tags: the series' tags.
        time: whether a trend's values are milliseconds of time.
        count: the values of a trend, the trials of a rate.
        sum: the sum of a trend's values, a counter's increment, the hits of a rate.
        min: the smallest value of a trend or gauge.
        max: the largest value of a trend or gauge.
        last: the last value of a gauge.
        values: the middle of each histogram bucket of a trend that has a count, ascending.
        counts: the count of each of these buckets.
    """

    metric: str
    kind: MetricKind
    tags: Mapping[str, str]
    time: bool = False
    count: int = 0
    sum: float = 0.0
    min: float = 0.0
    max: float = 0.0
    last: float = 0.0
    values: Sequence[float] = ()
    counts: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class OutputBooks:
    """What became of everything that an output was given; `taken` is `written` plus `lost`.

    Attributes:
        taken: samples (or points) that were to be written.
        written: those that the other side has accepted.
        lost: those that were given up.
        problem: why some were given up; empty when none were.
    """

    taken: int
    written: int
    lost: int
    problem: str = ""


class Output(ABC):
    """Where results go while the run goes on.

    Attributes:
        wants_samples: raw samples cross from the workers only when an output declares it.
    """

    wants_samples: ClassVar[bool] = False

    def __init__(self, context: OutputContext) -> None:
        self.context = context

    @abstractmethod
    async def start(self) -> None:
        """Open files or connections, before the first VU. Raises `OutputError` to refuse the run."""

    @abstractmethod
    def add_samples(self, batch: SampleBatch) -> None:
        """Take a batch. Called on the coordinator's loop: must not block, must not raise."""

    @abstractmethod
    def add_snapshot(self, snapshot: "Snapshot") -> None:
        """Take the state of the run, once a second. Must not block, must not raise."""

    @abstractmethod
    async def stop(self, summary: "Summary") -> None:
        """Write what is left, then close. Called once, also after an aborted run."""


@runtime_checkable
class TakesGains(Protocol):
    """The ability of an output that adds up series instead of writing every sample."""

    def add_gains(self, gains: Sequence[SeriesGain], at: float) -> None:
        """Take what the series of one worker gained, once a second. Must not block, must not raise.

        Args:
            gains: one entry a series; several workers may feed the same series.
            at: when they were reported, seconds since the epoch.
        """
        ...


@runtime_checkable
class KeepsBooks(Protocol):
    """The ability of an output that knows what became of everything it was given."""

    def books(self) -> OutputBooks:
        """The balance; called once, after `stop`."""
        ...


class OutputError(Exception):
    """An output cannot be opened or lost data; the message says which and why."""
