"""From the state of a run to its summary."""

from collections.abc import Iterable, Mapping, Sequence

from loadr_config.secrets import Masker
from loadr_config.summary import ObservationSummary, ScenarioSummary, Summary, WorkerSummary
from loadr_config.version import VERSION
from loadr_core import summaries
from loadr_core.control.status import WorkerStatus
from loadr_core.coordinator.books import balance, imbalances
from loadr_core.coordinator.evidence import lag_p99, trend_of
from loadr_core.coordinator.plan_text import shown_plan
from loadr_core.coordinator.request import RunRequest
from loadr_core.coordinator.state import RunState
from loadr_core.metrics import View, instance_selector
from loadr_core.metrics.sinks import GaugeSink, RateSink
from loadr_core.start_notes import start_notes

OBSERVED_NOTE = "observed {}: {}"
FOLDED_NOTE = "tag {tag!r} had more than 1,000 values: the others are counted as 'other'"


def summarize(
    request: RunRequest,
    state: RunState,
    run_id: str,
    *,
    times: tuple[float, float],
    aborted: str | None,
    failed_by: Sequence[str],
    notes: Iterable[str],
    workers: Iterable[WorkerStatus],
    masker: Masker,
    epochs: Mapping[int, float],
    load_began: float | None,
    observations: Sequence[ObservationSummary] = (),
) -> Summary:
    """The summary of a run that is over.

    Args:
        request: what was run.
        state: what was measured.
        run_id: its name.
        times: start and end, in seconds since the epoch.
        aborted: why it ended early.
        failed_by: what else keeps it from having passed, beside thresholds.
        notes: what a reader must know.
        workers: who generated it.
        masker: hides the values of secrets.
        epochs: for each worker what to add to a stamp of its clock to get seconds since the epoch.
        load_began: seconds since the epoch; `None` where it never did.
        observations: what the target's own monitoring saw.
    """
    aggregator = state.aggregator
    verdicts = state.verdicts()
    folded = [FOLDED_NOTE.format(tag=tag) for tag in sorted(aggregator.folded_tags)]
    scenarios = scenario_summaries(request, state)
    corrected = aggregator.sink(View("http_req_corrected_duration")) is not None
    started, ended = times
    books = balance(aggregator, state.started)
    return Summary(
        name=request.plan.name or "",
        run_id=run_id,
        seed=request.seed,
        loadr_version=VERSION,
        started_ms=round(started * 1000),
        ended_ms=round(ended * 1000),
        duration_secs=round(state.elapsed, 3),
        scenarios=scenarios,
        metrics=summaries.metric_summaries(aggregator, state.elapsed, breakdowns=True, histograms=None),
        checks=summaries.check_summaries(aggregator),
        groups=summaries.group_paths(aggregator),
        thresholds=verdicts,
        thresholds_passed=all(verdict.passed for verdict in verdicts),
        aborted=aborted,
        failed_by=[reason for reason in failed_by if reason != aborted],
        health=state.health(),
        workers=[worker_summary(worker, state) for worker in workers],
        failures=summaries.failures(aggregator),
        exemplars=summaries.exemplars(aggregator, epochs, load_began),
        timeline=state.timeline.points,
        heat_map=state.timeline.heat_map(),
        observations=[*observations],
        books=books,
        plan=shown_plan(request.plan, masker),
        notes=[
            *start_notes(request.plan.scenarios, scenarios, corrected=corrected),
            *folded,
            *(OBSERVED_NOTE.format(one.metric, one.problem) for one in observations if one.problem),
            *imbalances(books),
            *notes,
        ],
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


def worker_summary(worker: WorkerStatus, state: RunState) -> WorkerSummary:
    """What one worker did, seen alone; with one worker that is the whole run."""
    aggregator = state.aggregator
    selector = instance_selector(worker.number) if state.has_several_workers else ()
    requests = aggregator.sink(View("http_req_failed", selector))
    iterations = trend_of(aggregator, "iteration_duration", *selector)
    lag = trend_of(aggregator, "loadr_loop_lag", *selector)
    cpu = aggregator.sink(View("loadr_cpu", selector))
    return WorkerSummary(
        number=worker.number,
        place=worker.place,
        iterations=0 if iterations is None else iterations.histogram.total,
        requests=requests.total if isinstance(requests, RateSink) else 0,
        failed_requests=requests.hits if isinstance(requests, RateSink) else 0,
        iteration_med=None if iterations is None else iterations.observe("med", None, 0.0),
        iteration_p95=None if iterations is None else iterations.observe("p", 95.0, 0.0),
        lag_p99=None if lag is None else lag_p99(lag),
        cpu_max=cpu.max if isinstance(cpu, GaugeSink) and cpu.last is not None else 0.0,
        is_lost=worker.is_lost,
    )


def doubts_of(summary: Summary) -> tuple[str, ...]:
    """Why `--strict` does not take a run for passed, a line each."""
    suspect = summary.health.verdict == "suspect"
    unjudged = [
        f"threshold {threshold.metric}: {threshold.expression} has no samples"
        for threshold in summary.thresholds
        if threshold.no_samples
    ]
    return (*(["the generator is suspect"] if suspect else []), *unjudged)
