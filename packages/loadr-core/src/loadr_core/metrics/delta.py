"""What a worker gained since its last report: the unit that crosses to the coordinator.

Deltas add up: the order in which those of different workers arrive does not matter.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from loadr_core.metrics.exemplars import SlowRequest
from loadr_core.metrics.histogram import HistogramDelta
from loadr_core.metrics.tags import TagPairs
from loadr_core.spi.rows import RowLayout

if TYPE_CHECKING:  # the coordinator loads NumPy only for outputs that want samples
    import numpy as np


class TrendGain(NamedTuple):
    """New values of a trend; `time` tells whether they are milliseconds of time."""

    metric: str
    tags: int
    values: HistogramDelta
    time: bool


class CounterGain(NamedTuple):
    """An increment of a counter."""

    metric: str
    tags: int
    increment: float


class RateGain(NamedTuple):
    """New hits out of a new total."""

    metric: str
    tags: int
    hits: int
    total: int


class GaugeGain(NamedTuple):
    """A gauge's last value and the extremes since the last report."""

    metric: str
    tags: int
    last: float
    min: float
    max: float


class RawRows(NamedTuple):
    """Rows as they were recorded; sent only when an output wants samples.

    Attributes:
        layout: what the columns mean.
        tags: the number of the tag set.
        failed: whether these requests count as failed.
        rows: shape (rows, columns of the layout), float64.
    """

    layout: RowLayout
    tags: int
    failed: bool
    rows: "np.ndarray[tuple[int, int], np.dtype[np.float64]]"


class FailureGain(NamedTuple):
    """Failures of one cause: `category` is a list of the summary's `failures`."""

    category: str
    name: str
    cause: str
    times: int


@dataclass(frozen=True, slots=True)
class Delta:
    """A report of a worker. Tag sets are numbered per worker; `new_tags` continues the numbering.

    All but `requests_made` is what was gained since the last one; that counts from the worker's start, so
    that a report that got lost shows.
    """

    new_tags: tuple[TagPairs, ...] = ()
    trends: tuple[TrendGain, ...] = ()
    counters: tuple[CounterGain, ...] = ()
    rates: tuple[RateGain, ...] = ()
    gauges: tuple[GaugeGain, ...] = ()
    failures: tuple[FailureGain, ...] = ()
    raw: tuple[RawRows, ...] = ()
    slow: tuple[SlowRequest, ...] = ()
    folded_tags: frozenset[str] = frozenset()
    requests_made: int = 0
