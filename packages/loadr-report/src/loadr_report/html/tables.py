"""The tables of the report: thresholds, checks, failures, requests, metrics, scenarios, workers."""

from collections.abc import Sequence
from typing import Final

from loadr_config.metrics import MetricKind
from loadr_config.summary import MetricSummary, Summary
from loadr_report import quantities
from loadr_report.arrangement import RequestRow, checks_by_group, metric_groups, request_rows
from loadr_report.html.markup import Child, Markup, element
from loadr_report.observations import MetricKinds, observed_text
from loadr_report.readings import ABSENT, TREND_COLUMNS, rate_of, reading, trend_cells

_REQUEST_TREND: Final = ("avg", "med", "p95", "p99", "max")


def thresholds(summary: Summary) -> Markup | None:
    """Each threshold with what was observed."""
    kinds = MetricKinds(summary.metrics)
    rows = [
        _row(
            _mark(good=threshold.passed, doubtful=threshold.no_samples),
            _name(threshold.metric),
            element("td", element("code", threshold.expression)),
            element(
                "td", observed_text(threshold, kinds) + (", stopped the run" if threshold.aborted else "")
            ),
        )
        for threshold in summary.thresholds
    ]
    return _section("Thresholds", ("", "Metric", "Condition", "Observed"), rows)


def checks(summary: Summary) -> Markup | None:
    """Each check under its group, with how often it held."""
    rows = []
    for group, members in checks_by_group(summary.checks):
        for check in members:
            rate = rate_of(check.passes, check.fails)
            rows.append(
                _row(
                    _mark(good=check.fails == 0),
                    _name(f"{group} / {check.name}" if group else check.name),
                    _figure(ABSENT if rate.rate is None else quantities.percentage(rate.rate)),
                    _figure(f"{check.passes:,}"),
                    _figure(f"{check.fails:,}"),
                )
            )
    return _section("Checks", ("", "Check", "#Held", "#Passed", "#Failed"), rows)


def failures(summary: Summary) -> Markup | None:
    """Causes of failure, the most frequent of each kind first."""
    kinds = (
        ("status", summary.failures.status),
        ("transport", summary.failures.transport),
        ("check", summary.failures.checks),
        ("exception", summary.failures.exceptions),
    )
    rows = [
        _row(
            element("td", kind),
            _name(failure.cause),
            _name("" if failure.name == failure.cause else failure.name, style="wrap"),
            _figure(f"{failure.count:,}"),
        )
        for kind, counts in kinds
        for failure in counts
    ]
    return _section("Failures", ("Kind", "Cause", "Where", "#Count"), rows)


def requests(summary: Summary) -> Markup | None:
    """One row for each request name."""
    listed = request_rows(summary)
    several = len({row.protocol for row in listed}) > 1
    headings = ("Request", *(("Protocol",) if several else ()), "#Count", "#Rate", "#Failed")
    rows = [_request(row, several=several) for row in listed]
    return _section("Requests", (*headings, *(f"#{column}" for column in _REQUEST_TREND)), rows)


def metrics(summary: Summary) -> Markup | None:
    """All metrics that have samples, in groups."""
    bodies = []
    for group in metric_groups(summary):
        rows = [_row(element("th", group.title, scope="rowgroup", colspan=str(1 + len(TREND_COLUMNS))))]
        for row in group.rows:
            rows.append(_row(_name(row.total.metric), *_readings(row.total)))
            for part in row.selected:
                tags = ", ".join(f"{tag}: {value}" for tag, value in part.tags.items())
                rows.append(_row(_name(f"{{{tags}}}", style="name inner"), *_readings(part)))
        bodies.append(element("tbody", *rows))
    return _titled("Metrics", ("Metric", *(f"#{column}" for column in TREND_COLUMNS)), bodies)


def scenarios(summary: Summary) -> Markup | None:
    """What each scenario did."""
    rows = [
        _row(
            _name(scenario.name),
            element("td", ", ".join(part for part in (scenario.executor, scenario.description) if part)),
            _figure(f"{scenario.iterations:,}"),
            _figure(f"{scenario.dropped:,}"),
            _figure(f"{scenario.interrupted:,}"),
            _figure(f"{scenario.max_vus:,}"),
        )
        for scenario in summary.scenarios
    ]
    headings = ("Scenario", "Executor", "#Iterations", "#Dropped", "#Interrupted", "#Most VUs")
    return _section("Scenarios", headings, rows)


def workers(summary: Summary) -> Markup | None:
    """Each worker alone, where there are several."""
    if len(summary.workers) < 2:
        return None
    rows = [
        _row(
            _name(f"{worker.number}, {worker.place}{', lost' if worker.is_lost else ''}"),
            _figure(f"{worker.iterations:,}"),
            _figure(f"{worker.requests:,}"),
            _figure(_time(worker.iteration_med)),
            _figure(_time(worker.iteration_p95)),
            _figure(_time(worker.lag_p99)),
            _figure(quantities.percentage(worker.cpu_max)),
        )
        for worker in summary.workers
    ]
    headings = ("Worker", "#Iterations", "#Requests", "#Iteration med", "#p95", "#Loop lag p99", "#Most CPU")
    return _section("Workers", headings, rows)


def _time(milliseconds: float | None) -> str:
    return ABSENT if milliseconds is None else quantities.duration(milliseconds)


def _request(row: RequestRow, *, several: bool) -> Markup:
    cells: list[Child] = [_name(row.name)]
    if several:
        cells.append(element("td", row.protocol))
    count, per_second = (*reading(row.requests), ABSENT)[:2] if row.requests else (ABSENT, ABSENT)
    failed = row.failed.agg.rate if row.failed else None
    cells += [_figure(count), _figure(per_second)]
    cells.append(
        _figure(
            ABSENT if failed is None else quantities.percentage(failed),
            style="figure bad" if failed else "figure",
        )
    )
    shown = dict(zip(TREND_COLUMNS, trend_cells(row.duration), strict=True)) if row.duration else {}
    cells += [_figure(shown.get(column, ABSENT)) for column in _REQUEST_TREND]
    return _row(*cells)


def _readings(metric: MetricSummary) -> Sequence[Markup]:
    if metric.kind is MetricKind.TREND:
        return [_figure(cell) for cell in trend_cells(metric)]
    first, *others = reading(metric)
    text = element("strong", first), *(element("span", f" {other}", class_="quiet") for other in others)
    return [element("td", *text, colspan=str(len(TREND_COLUMNS)))]


def _section(title: str, headings: Sequence[str], rows: Sequence[Markup]) -> Markup | None:
    return _titled(title, headings, [element("tbody", *rows)] if rows else [])


def _titled(title: str, headings: Sequence[str], bodies: Sequence[Markup]) -> Markup | None:
    """A section with a table; a heading that starts with `#` stands over figures."""
    if not bodies:
        return None
    cells = [
        element(
            "th", heading.removeprefix("#"), scope="col", class_="figure" if heading.startswith("#") else None
        )
        for heading in headings
    ]
    table = element("table", element("thead", element("tr", *cells)), *bodies)
    return element(
        "section",
        element("h2", title),
        element("div", table, class_="scroll", tabindex="0", role="region", aria_label=title),
    )


def _row(*cells: Child) -> Markup:
    return element("tr", *cells)


def _name(text: str, style: str = "name") -> Markup:
    return element("td", text, class_=style)


def _figure(text: str, style: str = "figure") -> Markup:
    return element("td", text, class_=style)


def _mark(*, good: bool, doubtful: bool = False) -> Markup:
    sign, word = ("✓", "passed") if good else ("✗", "failed")
    style = "doubtful" if doubtful else "good" if good else "bad"
    return element("td", element("span", sign, class_=style, role="img", aria_label=word), class_="mark")
