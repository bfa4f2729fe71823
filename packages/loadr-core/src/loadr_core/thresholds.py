"""Judging thresholds over merged data. Pure."""

from collections.abc import Iterable

from loadr_config.summary import ThresholdSummary
from loadr_config.thresholds import Threshold, parse_selector
from loadr_core.metrics.aggregator import Aggregator, View


def view_of(threshold: Threshold) -> View:
    """The samples that a threshold judges."""
    return View(threshold.metric, tuple(sorted(threshold.selector)))


def view_named(selector_text: str) -> View:
    """The samples that a selector chooses, as `http_reqs{status:200}`.

    Raises:
        ThresholdError: it is none.
    """
    metric, selector = parse_selector(selector_text)
    return View(metric, tuple(sorted(selector)))


def judge(threshold: Threshold, aggregator: Aggregator, elapsed: float) -> ThresholdSummary:
    """What was observed, and whether it passes; without samples it passes, as in k6.

    Args:
        threshold: the parsed threshold.
        aggregator: the merged data so far.
        elapsed: seconds since the start of the run.
    """
    sink = aggregator.sink(view_of(threshold))
    observed = None if sink is None else sink.observe(threshold.aggregation, threshold.percentile, elapsed)
    passed = observed is None or threshold.holds(observed)
    return ThresholdSummary(
        metric=threshold.selector_text,
        expression=threshold.source,
        observed=observed,
        passed=passed,
        no_samples=observed is None,
    )


class ThresholdJudge:
    """Judges all thresholds of a run and remembers which one aborted it."""

    def __init__(self, thresholds: Iterable[Threshold]) -> None:
        self._thresholds = tuple(thresholds)
        self._aborted_by: Threshold | None = None

    def judge(self, aggregator: Aggregator, elapsed: float) -> list[ThresholdSummary]:
        """All verdicts, in the plan's order."""
        verdicts = []
        for threshold in self._thresholds:
            verdict = judge(threshold, aggregator, elapsed)
            if threshold is self._aborted_by:
                verdict = verdict.model_copy(update={"aborted": True, "passed": False})
            verdicts.append(verdict)
        return verdicts

    def abort_reason(self, verdicts: list[ThresholdSummary], elapsed: float) -> str | None:
        """Why the run must stop now; `None` while it may go on. The first reason is kept."""
        for threshold, verdict in zip(self._thresholds, verdicts, strict=True):
            due = threshold.abort_on_fail and elapsed >= threshold.delay_abort_eval
            if due and not verdict.passed and self._aborted_by is None:
                self._aborted_by = threshold
                return f"threshold failed: {verdict.metric}: {verdict.expression}"
        return None
