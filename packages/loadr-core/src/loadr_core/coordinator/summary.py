"""From the state of a run to its summary."""

from collections.abc import Iterable, Sequence
from importlib.metadata import version

from loadr_config.summary import ScenarioSummary, Summary
from loadr_core import summaries
from loadr_core.coordinator.request import RunRequest
from loadr_core.coordinator.state import RunState
from loadr_core.metrics import View
from loadr_core.start_notes import start_notes

FOLDED_NOTE = "tag {tag!r} had more than 1,000 values: the others are counted as 'other'"


def summarize(
    request: RunRequest,
    state: RunState,
    run_id: str,
    *,
    times: tuple[float, float],
    aborted: str | None,
    notes: Iterable[str],
) -> Summary:
    """The summary of a run that is over.

    Args:
        request: what was run.
        state: what was measured.
        run_id: its name.
        times: start and end, in seconds since the epoch.
        aborted: why it ended early.
        notes: what a reader must know.
    """
    aggregator = state.aggregator
    verdicts = state.verdicts()
    folded = [FOLDED_NOTE.format(tag=tag) for tag in sorted(aggregator.folded_tags)]
    scenarios = scenario_summaries(request, state)
    corrected = aggregator.sink(View("http_req_corrected_duration")) is not None
    started, ended = times
    return Summary(
        name=request.plan.name or "",
        run_id=run_id,
        seed=request.seed,
        loadr_version=version("loadr-core"),
        started_ms=round(started * 1000),
        ended_ms=round(ended * 1000),
        duration_secs=round(state.elapsed, 3),
        scenarios=scenarios,
        metrics=summaries.metric_summaries(aggregator, state.elapsed, breakdowns=True, histograms=True),
        checks=summaries.check_summaries(aggregator),
        thresholds=verdicts,
        thresholds_passed=all(verdict.passed for verdict in verdicts),
        aborted=aborted,
        health=state.health(),
        failures=summaries.failures(aggregator),
        timeline=state.timeline.points,
        notes=[*start_notes(request.plan.scenarios, scenarios, corrected=corrected), *folded, *notes],
    )


def scenario_summaries(request: RunRequest, state: RunState) -> Sequence[ScenarioSummary]:
    """What each scenario did."""
    aggregator = state.aggregator
    return [
        ScenarioSummary(
            name=name,
            executor=scenario.executor,
            iterations=summaries.counter_value(aggregator, "iterations", name),
            dropped=summaries.counter_value(aggregator, "dropped_iterations", name),
            interrupted=summaries.counter_value(aggregator, "interrupted_iterations", name),
            max_vus=state.max_vus.get(name, 0),
        )
        for name, scenario in request.plan.scenarios.items()
    ]
