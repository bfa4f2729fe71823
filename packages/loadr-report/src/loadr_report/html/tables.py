"""What was judged and who did it: thresholds, checks, failures, scenarios, workers, outputs."""

from collections.abc import Iterator

from loadr_config.summary import FailureCount, Summary
from loadr_report import quantities
from loadr_report.arrangement import checks_by_group
from loadr_report.html import cells
from loadr_report.html.markup import Markup, element
from loadr_report.observations import MetricKinds, observed_text
from loadr_report.readings import Unit, rate_of


def thresholds(summary: Summary) -> Markup | None:
    """Each threshold with what was observed; those that failed first."""
    kinds = MetricKinds(summary.metrics)
    rows = [
        cells.row(
            cells.mark(good=threshold.passed, doubtful=threshold.no_samples),
            cells.text(threshold.metric),
            element("td", element("code", threshold.expression), class_="condition"),
            cells.figure(
                observed_text(threshold, kinds) + (", stopped the run" if threshold.aborted else ""),
                style="" if threshold.passed else "bad",
            ),
        )
        for threshold in sorted(summary.thresholds, key=lambda threshold: threshold.passed)
    ]
    return cells.table("Thresholds", ("", "Metric", "Condition", "#Observed"), rows, style="judged")


def checks(summary: Summary) -> Markup | None:
    """Each check with its group and how often it held."""
    rows = [
        cells.row(
            cells.mark(good=check.fails == 0),
            element(
                "td",
                element("span", f"{group} / ", class_="quiet") if group else None,
                check.name,
                class_="name",
            ),
            cells.figure(
                Unit.RATIO.text(rate_of(check.passes, check.fails).rate), style="bad" if check.fails else ""
            ),
            cells.figure(f"{check.passes:,}"),
            cells.figure(f"{check.fails:,}", style="bad" if check.fails else ""),
        )
        for group, members in checks_by_group(summary.checks)
        for check in members
    ]
    return cells.table("Checks", ("", "Check", "#Held", "#Passed", "#Failed"), rows)


def failures(summary: Summary) -> Markup | None:
    """Causes of failure, the most frequent of each kind first, with bars."""
    causes = list(_causes(summary))
    most = max((failure.count for _, failure in causes), default=0)
    rows = [
        cells.row(
            cells.text(kind, style="kind"),
            cells.text(failure.cause),
            cells.text("" if failure.name == failure.cause else failure.name, style="wrap"),
            cells.figure(f"{failure.count:,}", failure.count),
            cells.share(failure.count, most, "bad"),
        )
        for kind, failure in causes
    ]
    return cells.table("Failures", ("Kind", "Cause", "Where", "#Count", ""), rows, style="counted")


def _causes(summary: Summary) -> Iterator[tuple[str, FailureCount]]:
    failures = summary.failures
    for kind, counts in (
        ("status", failures.status),
        ("transport", failures.transport),
        ("check", failures.checks),
        ("exception", failures.exceptions),
    ):
        yield from ((kind, failure) for failure in counts)


def scenarios(summary: Summary) -> Markup | None:
    """What each scenario did."""
    rows = [
        cells.row(
            cells.text(scenario.name),
            element("td", ", ".join(part for part in (scenario.executor, scenario.description) if part)),
            cells.figure(f"{scenario.iterations:,}"),
            cells.figure(f"{scenario.dropped:,}", style="doubtful" if scenario.dropped else ""),
            cells.figure(f"{scenario.interrupted:,}"),
            cells.figure(f"{scenario.max_vus:,}"),
        )
        for scenario in summary.scenarios
    ]
    headings = ("Scenario", "Executor", "#Iterations", "#Dropped", "#Interrupted", "#Most VUs")
    return cells.table("Scenarios", headings, rows)


def workers(summary: Summary) -> Markup | None:
    """Each worker alone, where there are several."""
    if len(summary.workers) < 2:
        return None
    rows = [
        cells.row(
            cells.text(f"{worker.number}, {worker.place}{', lost' if worker.is_lost else ''}"),
            cells.figure(f"{worker.iterations:,}"),
            cells.figure(f"{worker.requests:,}"),
            cells.figure(f"{worker.failed_requests:,}"),
            cells.figure(Unit.TIME.text(worker.iteration_med)),
            cells.figure(Unit.TIME.text(worker.iteration_p95)),
            cells.figure(Unit.TIME.text(worker.lag_p99)),
            cells.figure(quantities.percentage(worker.cpu_max)),
        )
        for worker in summary.workers
    ]
    headings = (
        "Worker",
        "#Iterations",
        "#Requests",
        "#Failed",
        "#Iteration med",
        "#p95",
        "#Loop lag p99",
        "#Most CPU",
    )
    return cells.table("Workers", headings, rows)


def outputs(summary: Summary) -> Markup | None:
    """What became of the samples that outputs were given."""
    rows = [
        cells.row(
            cells.text(output.name),
            cells.figure(f"{output.taken:,}"),
            cells.figure(f"{output.written:,}"),
            cells.figure(f"{output.lost:,}", style="bad" if output.lost else ""),
            cells.text(output.problem, style="wrap"),
        )
        for output in summary.outputs
    ]
    return cells.table("Outputs", ("Output", "#Taken", "#Written", "#Lost", "Problem"), rows)


def notes(summary: Summary) -> Markup | None:
    """What a reader must know."""
    if not summary.notes:
        return None
    return element("ul", *(element("li", note) for note in summary.notes), class_="notes")
