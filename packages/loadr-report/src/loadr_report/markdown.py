"""The summary as GitHub-flavoured Markdown: what a pull request shows.

Short on purpose: the verdict, thresholds, requests, checks that failed, what went wrong; the slowest requests
are folded up. Names are shown as code, so that nothing in them is taken for markup.
"""

from collections.abc import Container, Iterable, Iterator, Sequence

from loadr_config.summary import Summary
from loadr_report.arrangement import RequestRow, group_path, request_rows
from loadr_report.exemplars import outcome_of, phases_text, slowest_of_names
from loadr_report.key_figures import KeyFigure, key_figures
from loadr_report.observations import MetricKinds, observed_text
from loadr_report.quantities import duration, elapsed, number, per_second, percentage, plural
from loadr_report.readings import ABSENT, TREND_COLUMNS, Unit, rate_of, trend_cells
from loadr_report.text import visible
from loadr_report.verdict import judge

_MOST_ROWS = 30
_MOST_REQUESTS = 15
_EXEMPLARS_SHOWN = 5
_REQUEST_COLUMNS = ("request", "count", "rate", "failed", "med", "p95", "p99", "max")


def render_markdown(summary: Summary) -> str:
    """The whole text."""
    return "\n".join(_lines(summary)) + "\n"


def _lines(summary: Summary) -> Iterator[str]:
    verdict = judge(summary)
    mark = "✅" if verdict.passed and not verdict.caution else "❌" if not verdict.passed else "⚠️"
    yield f"## {mark} {code(summary.name or 'load test')}: {verdict.word}"
    yield ""
    yield "; ".join(escaped(reason) for reason in verdict.reasons) + "."
    if figures := key_figures(summary):
        yield ""
        yield " · ".join(_figure(figure) for figure in figures)
    if verdict.caution:
        yield ""
        yield f"**{verdict.caution}**: {'; '.join(escaped(reason) for reason in summary.health.reasons)}."
    yield from _thresholds(summary)
    yield from _requests(summary)
    yield from _failed_checks(summary)
    yield from _failures(summary)
    yield from _exemplars(summary)
    yield ""
    yield (
        f"<sub>{escaped(_load(summary))} · {duration(summary.duration_secs * 1000)} · seed {summary.seed} · "
        f"run {summary.run_id} · loadr {summary.loadr_version}</sub>"
    )


def _thresholds(summary: Summary) -> Iterator[str]:
    if not summary.thresholds:
        return
    kinds = MetricKinds(summary.metrics)
    rows = [
        (
            "✅" if threshold.passed else "❌",
            code(threshold.metric),
            code(threshold.expression),
            escaped(observed_text(threshold, kinds)),
        )
        for threshold in sorted(summary.thresholds, key=lambda threshold: threshold.passed)
    ]
    yield from _table("Thresholds", ("", "metric", "threshold", "observed"), rows, right=())


def _figure(figure: KeyFigure) -> str:
    note = f" ({figure.note})" if figure.note else ""
    return f"{figure.name} **{escaped(figure.text)}**{note}"


def _most_frequent(rows: list[RequestRow]) -> list[RequestRow]:
    """The rows in the summary's order; the most frequent first where not all are shown."""
    if len(rows) <= _MOST_REQUESTS:
        return rows
    return sorted(rows, key=lambda row: -(row.requests.agg.sum or 0) if row.requests else 0)


def _requests(summary: Summary) -> Iterator[str]:
    rows = []
    for row in _most_frequent(request_rows(summary)):
        cells = dict.fromkeys(("med", "p95", "p99", "max"), ABSENT)
        if row.duration is not None:
            cells |= dict(zip(TREND_COLUMNS, trend_cells(row.duration), strict=True))
        requests = row.requests.agg if row.requests is not None else None
        failed = row.failed.agg.rate if row.failed is not None else None
        rows.append(
            (
                code(row.name),
                ABSENT if requests is None else number(requests.sum or 0),
                ABSENT if requests is None else per_second(requests.per_second or 0),
                Unit.RATIO.text(failed),
                *(cells[column] for column in _REQUEST_COLUMNS[4:]),
            )
        )
    if rows:
        right = range(1, len(_REQUEST_COLUMNS))
        yield from _table("Requests", _REQUEST_COLUMNS, rows, right=right, most=_MOST_REQUESTS)


def _failed_checks(summary: Summary) -> Iterator[str]:
    rows = [
        (
            code(f"{group_path(check.group)} / {check.name}" if check.group else check.name),
            f"{check.fails:,}",
            percentage(rate_of(check.passes, check.fails).rate or 0.0),
        )
        for check in sorted(summary.checks, key=lambda check: -check.fails)
        if check.fails
    ]
    if rows:
        yield from _table("Checks that failed", ("check", "failures", "passed"), rows, right=(1, 2))


def _failures(summary: Summary) -> Iterator[str]:
    failures = summary.failures
    rows = [
        (code(failure.cause), code(failure.name) if failure.name else "", f"{failure.count:,}")
        for failure in (*failures.transport, *failures.status, *failures.exceptions)
    ]
    if rows:
        yield from _table("Failures", ("cause", "request", "times"), rows, right=(2,))


def _exemplars(summary: Summary) -> Iterator[str]:
    rows = [
        (
            code(exemplar.url or exemplar.name),
            duration(exemplar.duration),
            escaped(outcome_of(exemplar)),
            ABSENT if exemplar.elapsed_secs is None else elapsed(exemplar.elapsed_secs),
            escaped(phases_text(exemplar)),
            code(exemplar.trace_id) if exemplar.trace_id else "",
        )
        for exemplar in slowest_of_names(summary.exemplars, _EXEMPLARS_SHOWN)
    ]
    if rows:
        header = ("request", "took", "outcome", "at", "phases", "trace")
        kept = len(header) if any(row[-1] for row in rows) else len(header) - 1
        yield from _table(
            "Slowest requests", header[:kept], [row[:kept] for row in rows], right=(1, 3), folded=True
        )


def _load(summary: Summary) -> str:
    return ", ".join(
        f"{scenario.name}: {plural(scenario.iterations, 'iteration')}"
        + (f", {scenario.dropped:,} dropped" if scenario.dropped else "")
        + (f", {scenario.interrupted:,} interrupted" if scenario.interrupted else "")
        for scenario in summary.scenarios
    )


def _table(
    title: str,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    right: Container[int],
    most: int = _MOST_ROWS,
    folded: bool = False,
) -> Iterator[str]:
    yield ""
    yield f"<details><summary>{title}</summary>" if folded else f"### {title}"
    yield ""
    yield from table(header, rows[:most], right=right)
    if len(rows) > most:
        yield ""
        yield f"… and {len(rows) - most:,} more."
    if folded:
        yield ""
        yield "</details>"


def table(header: Sequence[str], rows: Iterable[Sequence[str]], *, right: Container[int]) -> Iterator[str]:
    """The lines of a table; the cells are Markdown, `right` are the columns of figures."""
    yield f"| {' | '.join(header)} |"
    yield f"| {' | '.join('---:' if index in right else '---' for index in range(len(header)))} |"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def code(text: str) -> str:
    r"""A text as inline code, whatever it contains; safe within a table's cell.

    Source: GitHub Flavored Markdown, sections 6.3 (code spans) and 4.10 (tables: `\|`).
    """
    shown = visible(text).replace("|", "\\|")
    longest = max((len(run) for run in _runs(shown, "`")), default=0)
    fence = "`" * (longest + 1)
    space = " " if shown.startswith("`") or shown.endswith("`") or not shown.strip() else ""
    return f"{fence}{space}{shown}{space}{fence}"


def _runs(text: str, character: str) -> list[str]:
    return [run for run in "".join(c if c == character else " " for c in text).split(" ") if run]


def escaped(text: str) -> str:
    """A text in which nothing is markup."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]<>#|~!&" else c for c in visible(text))
