"""What a run counted in one interval, about a second: what the run store keeps beside the summary.

Whole-run percentiles say nothing of how much they vary; intervals do, and they add up to the run. The
engine fills them, `loadr_report` stores and compares them. Series are kept by metric and request name:
a metric as a whole is the sum over its names.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from loadr_config.metrics import MetricKind

if TYPE_CHECKING:
    from array import array


class SeriesKey(NamedTuple):
    """A series: a metric and, where its samples are of requests, the request's name."""

    metric: str
    name: str
    kind: MetricKind


@dataclass(frozen=True, slots=True)
class TrendCounts:
    """The values of a trend in one interval.

    Attributes:
        indices: buckets with a count (`loadr_config.buckets`), ascending; 64-bit integers.
        counts: the count of each; 64-bit integers.
        sum: of all values, microseconds.
    """

    indices: "array[int]"
    counts: "array[int]"
    sum: float


@dataclass(frozen=True, slots=True)
class RateCounts:
    """Hits out of a total in one interval."""

    hits: int
    total: int


@dataclass(frozen=True, slots=True)
class Interval:
    """One interval of a run.

    Attributes:
        ended_at: seconds from the start of the load to its end.
        seconds: its length.
        active_vus: VUs running at its end.
        series: what was counted; a counter's value is its increment.
    """

    ended_at: float
    seconds: float
    active_vus: int
    series: dict[SeriesKey, TrendCounts | RateCounts | float]
