"""Comparing runs: what changed from the base to the new ones, and how sure that is. Pure.

One run each: both are resampled in blocks, at the same places. Runs of one plan share what the plan does
to them (a ramp, say); drawing the same places lets it cancel out of the difference.

Several runs each: what differs between runs of the same thing is then known as well, and counts. The
variance of the difference is that of Student's two-sample test with a pooled variance, but never less
than what the runs vary within themselves. Source for measuring computers by repeated runs: Georges,
Buytaert and Eeckhout, "Statistically rigorous Java performance evaluation" (2007).

All figures that are compared share the stated confidence (Bonferroni): that any of them is called better
or worse although nothing changed happens in at most one of twenty comparisons at 95 %.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from math import sqrt
from statistics import fmean, variance
from typing import Final

import numpy as np
from numpy.typing import NDArray

from loadr_report.compare.blocks import block_length, resampled
from loadr_report.compare.change import Change, Outcome, floor_on, judged, margin_on, shown
from loadr_report.compare.columns import RunColumns
from loadr_report.compare.estimates import figures, grain, has_enough, influences, scaled
from loadr_report.compare.measures import Measure, Scale, Series, measures_of, samples_in, series_of, value_in
from loadr_report.compare.student import two_sided_quantile
from loadr_report.store.entry import StoredRun
from loadr_report.store.record import plan_hash

Numbers = NDArray[np.float64]

CONFIDENCE: Final = 0.95
FLOOR: Final = 0.05

_REPLICATES: Final = 400
_FEWEST_INTERVALS: Final = 12
_LIKE_DURATIONS: Final = 0.9  # beyond it two runs are not of one shape
_SEED: Final = 20_040_125  # a comparison of the same runs gives the same answer

NO_INTERVALS: Final = "a summary alone does not tell how much a run varied: compare runs that are kept"
TOO_SHORT: Final = "shorter than 12 intervals of a second"
NOT_IN_LOAD: Final = "no samples during the load"
TOO_FEW: Final = "too few samples beyond this percentile"


@dataclass(frozen=True, slots=True)
class Row:
    """A figure, compared.

    Attributes:
        measure: which.
        base: its value in the base; the mean over several runs (geometric for ratios).
        new: its value in the new runs.
        change: new against base as a share (0.1 is ten per cent more), or the difference of two shares.
        low: the lower end of the confidence interval of the change; `None` when there is none.
        high: its upper end.
        outcome: what to think of it.
        reason: why there is no interval.
    """

    measure: Measure
    base: float
    new: float
    change: float
    low: float | None
    high: float | None
    outcome: Outcome
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Runs, compared.

    Attributes:
        base: what the runs of the base are called.
        new: what the new runs are called.
        outcome: what to think of it all.
        rows: all figures.
        confidence: of all intervals together.
        floor: the smallest change that matters, as a share.
        warnings: what speaks against the comparison.
    """

    base: tuple[str, ...]
    new: tuple[str, ...]
    outcome: Outcome
    rows: tuple[Row, ...]
    confidence: float = CONFIDENCE
    floor: float = FLOOR
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Side:
    """The runs of one side: their summaries, and their intervals where all runs of both sides have them."""

    series: Sequence[Series]
    columns: Sequence[RunColumns]


def compare(
    base: Sequence[StoredRun],
    new: Sequence[StoredRun],
    *,
    confidence: float = CONFIDENCE,
    floor: float = FLOOR,
    skipped: float = 0.0,
) -> Comparison:
    """Compare runs.

    Args:
        base: what they are compared with, one run or several of the same.
        new: the runs in question.
        confidence: that no figure is called better or worse although nothing changed.
        floor: the smallest change that matters, as a share.
        skipped: seconds at the begin of each run that are left out, a warm-up say.
    """
    has_intervals = all(run.intervals for run in (*base, *new))
    before, after = (
        _Side(
            [series_of(run.summary) for run in runs],
            [RunColumns.of(run.intervals, skipped) for run in runs] if has_intervals else [],
        )
        for runs in (base, new)
    )
    known = [*before.series, *after.series]
    measures = [
        measure
        for measure in measures_of(known)
        if all(value_in(series, measure) is not None for series in known)
    ]
    enough = {
        measure: has_enough([samples_in(series, measure) for series in known], measure)
        for measure in measures
    }
    judge = _Judge(before, after, confidence, floor, sum(enough.values()))
    rows = tuple(judge.row(measure, is_known=enough[measure]) for measure in measures)
    return Comparison(
        tuple(run.label for run in base),
        tuple(run.label for run in new),
        overall(rows),
        rows,
        confidence,
        floor,
        tuple(_warnings(base, new, skipped=skipped, has_intervals=has_intervals)),
    )


def overall(rows: Sequence[Row]) -> Outcome:
    """What to think of it all: any change for the worse counts, then any for the better.

    Without either, the key figures decide: p95 over all requests, throughput, failed requests.
    """
    outcomes = {row.outcome for row in rows}
    for outcome in (Outcome.WORSE, Outcome.BETTER):
        if outcome in outcomes:
            return outcome
    keys = [row.outcome for row in rows if row.measure.is_key]
    return Outcome.SAME if keys and set(keys) == {Outcome.SAME} else Outcome.INCONCLUSIVE


class _Judge:
    """Compares figure by figure; what all figures need of the runs is made once."""

    def __init__(self, base: _Side, new: _Side, confidence: float, floor: float, figures: int) -> None:
        self._base = base
        self._new = new
        self._floor = floor
        runs = len(base.series) + len(new.series)
        self._has_several = runs > 2
        self._pairs = [
            _Pair(one, other)
            for one, other in zip(*_as_long(base.columns, new.columns), strict=True)
            if min(one.size, other.size) >= _FEWEST_INTERVALS
        ]
        freedom = self._pairs[0].freedom if self._pairs else 1
        if self._has_several:
            freedom = runs - 2
        together = 1.0 - (1.0 - confidence) / max(figures, 1)
        self._factors = two_sided_quantile(together, freedom), two_sided_quantile(confidence, freedom)

    def row(self, measure: Measure, *, is_known: bool) -> Row:
        """A figure, compared."""
        scale = measure.scale
        base, new = (_values(side, measure) for side in (self._base, self._new))
        size = fmean(new) - fmean(base)
        error, reason = self._error(measure, base, new) if is_known else (None, TOO_FEW)
        change = (
            Change(size) if error is None else Change(size, *(error * factor for factor in self._factors))
        )
        base_value = _plain(fmean(base), scale)
        floor = floor_on(scale, self._floor, base_value)
        outcome = judged(change, floor, margin_on(scale, floor), more_is_better=measure.more_is_better)
        return Row(
            measure,
            base_value,
            _plain(fmean(new), scale),
            shown(size, scale),
            None if change.reach is None else shown(size - change.reach, scale),
            None if change.reach is None else shown(size + change.reach, scale),
            outcome,
            reason,
        )

    def _error(
        self, measure: Measure, base: Sequence[float], new: Sequence[float]
    ) -> tuple[float | None, str]:
        """The standard error of the difference; or why it is not known."""
        found = [pair.variance(measure) for pair in self._pairs]
        within = [one for one in found if one is not None]
        if not self._has_several:
            return (sqrt(within[0]), "") if within else (None, self._why_unknown())
        squares = sum(variance(side) * (len(side) - 1) for side in (base, new) if len(side) > 1)
        parts = 1.0 / len(base) + 1.0 / len(new)
        between = squares / (len(base) + len(new) - 2) * parts
        return sqrt(max(between, fmean(within) / 2.0 * parts if within else 0.0)), ""

    def _why_unknown(self) -> str:
        if not self._base.columns:
            return NO_INTERVALS
        return NOT_IN_LOAD if self._pairs else TOO_SHORT


class _Pair:
    """Two runs, resampled."""

    def __init__(self, base: RunColumns, new: RunColumns) -> None:
        self._runs = base, new
        self._found: dict[Measure, float | None] = {}
        size = min(base.size, new.size)
        is_alike = size >= _LIKE_DURATIONS * max(base.size, new.size)
        lengths = [_length(run) for run in self._runs]
        generator = np.random.default_rng(_SEED)
        if is_alike:
            length = max(min(lengths), min(max(lengths), size // 6))
            drawn = resampled(size, length, _REPLICATES, generator)
            self._weights = [_widened(drawn, run.size) for run in self._runs]
            blocks = [-(-size // length)]
        else:
            self._weights = [
                resampled(run.size, length, _REPLICATES, generator)
                for run, length in zip(self._runs, lengths, strict=True)
            ]
            blocks = [-(-run.size // length) for run, length in zip(self._runs, lengths, strict=True)]
        self.freedom = max(min(blocks) - 1, 1)

    def variance(self, measure: Measure) -> float | None:
        """The variance of new less base; `None` where one has no samples."""
        if measure not in self._found:
            self._found[measure] = self._variance(measure)
        return self._found[measure]

    def _variance(self, measure: Measure) -> float | None:
        parts = [
            figures(run, measure, weights) for run, weights in zip(self._runs, self._weights, strict=True)
        ]
        if parts[0] is None or parts[1] is None:
            return None
        rounding = sum(grain(run, measure) for run in self._runs)
        # A sample of n blocks shows (n - 1) / n of the variance, as with the divisor of any sample's variance.
        return float(np.var(parts[1] - parts[0])) * (self.freedom + 1) / self.freedom + rounding


def _length(run: RunColumns) -> int:
    """The length of blocks that suits the figures which matter most."""
    found = [
        influences(run, Measure(metric, "", figure))
        for metric, name in run.trends
        if not name and metric.endswith("_req_duration")
        for figure in ("p50", "p95")
    ]
    found.append(run.seconds - run.seconds.mean())
    return block_length(one for one in found if one is not None)


def _widened(weights: Numbers, size: int) -> Numbers:
    """Weights for a run that is a little longer: its end counts once."""
    missing = size - weights.shape[1]
    return np.hstack([weights, np.ones((len(weights), missing))]) if missing else weights


def _as_long(
    base: Sequence[RunColumns], new: Sequence[RunColumns]
) -> tuple[list[RunColumns], list[RunColumns]]:
    """Both sides as long as the longer one, runs of the shorter one used again."""
    if not base or not new:
        return [], []
    longest = max(len(base), len(new))
    return (
        [base[place % len(base)] for place in range(longest)],
        [new[place % len(new)] for place in range(longest)],
    )


def _values(side: _Side, measure: Measure) -> list[float]:
    """A figure of each run, on its scale."""
    return [_value(series, columns, measure) for series, columns in zip_longest(side.series, side.columns)]


def _value(series: Series, columns: RunColumns | None, measure: Measure) -> float:
    if columns is not None and columns.size:
        found = figures(columns, measure, np.ones((1, columns.size)))
        if found is not None:
            return float(found[0])
    return scaled(value_in(series, measure) or 0.0, measure.scale)


def _plain(value: float, scale: Scale) -> float:
    return float(np.exp(value)) if scale is Scale.RELATIVE else value


def _warnings(
    base: Sequence[StoredRun], new: Sequence[StoredRun], *, skipped: float, has_intervals: bool
) -> Iterator[str]:
    """What a reader must know before believing a comparison."""
    runs = [*base, *new]
    hashes = {_hash(run) for run in runs} - {""}
    if len(hashes) > 1:
        yield "the runs are of different plans: they differ by more than what was loaded"
    for run in runs:
        if run.summary.health.verdict == "suspect":
            yield f"{run.label} is suspect: {'; '.join(run.summary.health.reasons)}"
        if run.summary.aborted is not None:
            yield f"{run.label} ended early: {run.summary.aborted}"
    if len({machine for run in runs if (machine := _machine(run))}) > 1:
        yield "the load came from different machines"
    if not has_intervals:
        yield NO_INTERVALS
        if skipped:
            yield "nothing is left out at the begin: a summary alone has no seconds"
    if {run.label for run in base} & {run.label for run in new}:
        yield "a run is compared with itself"


def _hash(run: StoredRun) -> str:
    return plan_hash(run.summary.plan) if run.record is None else run.record.plan_hash


def _machine(run: StoredRun) -> str:
    return "" if run.record is None else f"{run.record.machine.host} {run.record.machine.processor}"
