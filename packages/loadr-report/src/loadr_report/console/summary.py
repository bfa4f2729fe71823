"""The summary at the end of a run, in k6's manner."""

from itertools import groupby
from typing import Final

from rich.cells import cell_len
from rich.console import Console

from loadr_config.metrics import MetricKind
from loadr_config.summary import CheckSummary, FailureCount, MetricSummary, Summary
from loadr_report import quantities
from loadr_report.arrangement import MetricGroup, checks_by_group, metric_groups
from loadr_report.console._sheet import Piece, Sheet, padded
from loadr_report.console.styles import BAD, DOUBTFUL, GOOD, QUIET, VALUE, mark
from loadr_report.exemplars import outcome_of, phases_text, slowest_of_names
from loadr_report.observations import MetricKinds, observed_text
from loadr_report.readings import TREND_COLUMNS, Unit, rate_of, reading, trend_cells
from loadr_report.text import visible
from loadr_report.verdict import judge

_INDENT: Final = 2
_NARROWEST_CELL: Final = 7  # `12.3ms`, `59m59s` and a space
_WIDEST_CELL: Final = 10
_NARROWEST_NAME: Final = 16
_PERCENTAGE_WIDTH: Final = 9  # `>99.99%` and two spaces
_CAUSES_SHOWN: Final = 10
_EXEMPLARS_SHOWN: Final = 3


def render_summary(summary: Summary, console: Console) -> None:
    """Prints the summary; its last line says passed or failed.

    Args:
        summary: The result of a run; its names may hold anything.
        console: Where to print. Signs carry the meaning, colours only help; 80 columns are enough.
    """
    sheet = Sheet(console)
    _head(summary, sheet)
    _checks(summary, sheet)
    _metrics(summary, sheet)
    _thresholds(summary, sheet)
    _failures(summary, sheet)
    _exemplars(summary, sheet)
    _scenarios(summary, sheet)
    _workers(summary, sheet)
    _health(summary, sheet)
    _notes(summary, sheet)
    _last_line(summary, sheet)


def _head(summary: Summary, sheet: Sheet) -> None:
    ran = quantities.duration(summary.duration_secs * 1000)
    sheet.line(
        (visible(summary.name), "bold"),
        (f"  {ran}, run {visible(summary.run_id)}, seed {summary.seed}", QUIET),
    )


def _checks(summary: Summary, sheet: Sheet) -> None:
    if not summary.checks:
        return
    passes = sum(check.passes for check in summary.checks)
    total = rate_of(passes, sum(check.fails for check in summary.checks))
    share = "no samples" if total.rate is None else quantities.percentage(total.rate)
    sheet.heading("checks", f"  {share}", (f"  {passes:,} of {total.count or 0:,}", QUIET))
    counts_width = max(len(_held(check)) for check in summary.checks)
    names = [cell_len(visible(check.name)) + (_INDENT if check.group else 0) for check in summary.checks]
    room = sheet.width - _INDENT - len("✓ ") - _PERCENTAGE_WIDTH - len("  ") - counts_width
    name_width = min(max(names), max(_NARROWEST_NAME, room))
    for group, checks in checks_by_group(summary.checks):
        inner = _INDENT if group else 0
        if group:
            sheet.line((visible(group), "italic"), indent=_INDENT, hang=_INDENT)
        for check in checks:
            rate = rate_of(check.passes, check.fails).rate
            text = Unit.RATIO.text(rate)
            figures: tuple[Piece, ...] = (
                (f"{text:>{_PERCENTAGE_WIDTH}}", "" if check.fails == 0 else BAD),
                (f"  {_held(check):>{counts_width}}", QUIET),
            )
            lead = (mark(good=check.fails == 0), " ")
            _named(sheet, lead, visible(check.name), name_width - inner, figures, _INDENT + inner)


def _held(check: CheckSummary) -> str:
    return f"{check.passes:,} of {check.passes + check.fails:,}"


def _named(
    sheet: Sheet, lead: tuple[Piece, ...], name: str, width: int, figures: tuple[Piece, ...], indent: int
) -> None:
    """A name and its figures in columns; a name too long for its column has a line of its own."""
    if cell_len(name) <= width:
        sheet.line(*lead, padded(name, width), *figures, indent=indent)
        return
    sheet.line(*lead, name, indent=indent, hang=2)
    sheet.line("  ", padded("", width), *figures, indent=indent)


def _metrics(summary: Summary, sheet: Sheet) -> None:
    groups = metric_groups(summary)
    if not groups:
        return
    names = [_INDENT * depth + cell_len(name) for group in groups for name, depth, _ in _metric_lines(group)]
    cell_width = (sheet.width - max(names) - 1) // len(TREND_COLUMNS)
    cell_width = max(_NARROWEST_CELL, min(_WIDEST_CELL, cell_width))
    name_width = min(max(names), max(_NARROWEST_NAME, sheet.width - cell_width * len(TREND_COLUMNS)))
    for group in groups:
        headings: tuple[Piece, ...] = ()
        if any(row.total.kind is MetricKind.TREND for row in group.rows):
            headings = tuple((f"{column:>{cell_width}}", QUIET) for column in TREND_COLUMNS)
        sheet.heading(padded(group.title, name_width), *headings)
        for name, depth, metric in _metric_lines(group):
            indent = _INDENT * depth
            room = name_width - indent
            leaders = (f"{'.' * max(0, room - cell_len(name) - 1)}", QUIET)
            figures = _figures(metric, cell_width)
            if cell_len(name) > room:
                sheet.line(name, indent=indent, hang=_INDENT)
                sheet.line(padded("", name_width), *figures)
            else:
                gap = " " if cell_len(name) < room else ""
                sheet.line(name, gap, leaders, *figures, indent=indent)


def _metric_lines(group: MetricGroup) -> list[tuple[str, int, MetricSummary]]:
    """Name, depth and metric of each line of a group."""
    lines = []
    for row in group.rows:
        lines.append((visible(row.total.metric), 1, row.total))
        for part in row.selected:
            tags = ",".join(f"{visible(tag)}:{visible(value)}" for tag, value in part.tags.items())
            lines.append((f"{{{tags}}}", 2, part))
    return lines


def _figures(metric: MetricSummary, cell_width: int) -> tuple[Piece, ...]:
    if metric.kind is MetricKind.TREND:
        return tuple((f"{cell:>{cell_width}}", VALUE) for cell in trend_cells(metric))
    first, *others = reading(metric)
    return ((f" {first}", VALUE), *((f"  {other}", QUIET) for other in others))


def _thresholds(summary: Summary, sheet: Sheet) -> None:
    if not summary.thresholds:
        return
    kinds = MetricKinds(summary.metrics)
    sheet.heading("thresholds")
    width = max(cell_len(visible(threshold.expression)) for threshold in summary.thresholds)
    width = min(width, sheet.width // 2)
    for metric, thresholds in groupby(summary.thresholds, key=lambda threshold: threshold.metric):
        sheet.line(visible(metric), indent=_INDENT, hang=_INDENT)
        for threshold in thresholds:
            style = DOUBTFUL if threshold.no_samples else GOOD if threshold.passed else BAD
            figures: list[Piece] = [("  " + observed_text(threshold, kinds), style)]
            if threshold.aborted:
                figures.append(("  stopped the run", BAD))
            lead = (mark(good=threshold.passed), " ")
            _named(sheet, lead, visible(threshold.expression), width, tuple(figures), 2 * _INDENT)


def _failures(summary: Summary, sheet: Sheet) -> None:
    failures = summary.failures
    kinds: tuple[tuple[str, list[FailureCount]], ...] = (
        ("unexpected status", failures.status),
        ("transport", failures.transport),
        ("checks", failures.checks),
        ("exceptions", failures.exceptions),
    )
    if not any(counts for _, counts in kinds):
        return
    sheet.heading("failures")
    for title, counts in kinds:
        if not counts:
            continue
        sheet.line(title, indent=_INDENT)
        width = max(len(f"{failure.count:,}") for failure in counts)
        for failure in counts[:_CAUSES_SHOWN]:
            where = "" if failure.name in ("", failure.cause) else f"  {visible(failure.name)}"
            pieces: tuple[Piece, ...] = (
                (f"{failure.count:>{width},}", BAD),
                f"  {visible(failure.cause)}",
                (where, QUIET),
            )
            sheet.line(*pieces, indent=2 * _INDENT, hang=width + 2)
        if len(counts) > _CAUSES_SHOWN:
            sheet.line(
                (f"and {quantities.plural(len(counts) - _CAUSES_SHOWN, 'other cause')}", QUIET),
                indent=2 * _INDENT,
            )


def _exemplars(summary: Summary, sheet: Sheet) -> None:
    """The slowest request of some names, and where its time went."""
    if not summary.exemplars:
        return
    sheet.heading("slowest requests")
    for exemplar in slowest_of_names(summary.exemplars, _EXEMPLARS_SHOWN):
        took = f"{quantities.duration(exemplar.duration):>{_NARROWEST_CELL}}"
        where = [outcome_of(exemplar), f"VU {exemplar.vu}, iteration {exemplar.iteration}"]
        if exemplar.elapsed_secs is not None:
            where.insert(1, f"at {quantities.elapsed(exemplar.elapsed_secs)}")
        hang = _NARROWEST_CELL + 2
        sheet.line((took, VALUE), f"  {visible(exemplar.url or exemplar.name)}", indent=_INDENT, hang=hang)
        sheet.line((", ".join(where), QUIET), indent=_INDENT + hang)
        trace = f"trace {visible(exemplar.trace_id)}" if exemplar.trace_id else ""
        for more in filter(None, (phases_text(exemplar), trace)):
            sheet.line((more, QUIET), indent=_INDENT + hang, hang=_INDENT)


def _scenarios(summary: Summary, sheet: Sheet) -> None:
    if not summary.scenarios:
        return
    sheet.heading("scenarios")
    for scenario in summary.scenarios:
        what = ", ".join(visible(part) for part in (scenario.executor, scenario.description) if part)
        sheet.line(visible(scenario.name), (f"  {what}", QUIET), indent=_INDENT, hang=_INDENT)
        sheet.line(
            quantities.plural(scenario.iterations, "iteration"),
            (f", {scenario.dropped:,} dropped", DOUBTFUL if scenario.dropped else QUIET),
            (f", {scenario.interrupted:,} interrupted", DOUBTFUL if scenario.interrupted else QUIET),
            (f", at most {quantities.plural(scenario.max_vus, 'VU')}", QUIET),
            indent=2 * _INDENT,
        )


def _workers(summary: Summary, sheet: Sheet) -> None:
    """Each worker alone; of one there is nothing to say that the rest has not said."""
    if len(summary.workers) < 2:
        return
    sheet.heading("workers")
    for worker in summary.workers:
        loss: Piece = ("  lost", BAD) if worker.is_lost else ""
        sheet.line(f"{worker.number}", (f"  {visible(worker.place)}", QUIET), loss, indent=_INDENT)
        pieces = [
            quantities.plural(worker.iterations, "iteration"),
            quantities.plural(worker.requests, "request"),
            f"at most {quantities.percentage(worker.cpu_max)} of a core",
        ]
        if worker.iteration_med is not None and worker.iteration_p95 is not None:
            median, p95 = quantities.duration(worker.iteration_med), quantities.duration(worker.iteration_p95)
            pieces.append(f"iterations {median} med, {p95} p95")
        if worker.lag_p99 is not None:
            pieces.append(f"loop lag {quantities.duration(worker.lag_p99)} p99")
        sheet.line((", ".join(pieces), QUIET), indent=2 * _INDENT, hang=_INDENT)


def _health(summary: Summary, sheet: Sheet) -> None:
    trusted = summary.health.verdict == "trusted"
    sheet.heading("generator", "  ", (summary.health.verdict, GOOD if trusted else DOUBTFUL))
    _bullets(sheet, [*summary.health.reasons, *summary.health.remarks])


def _notes(summary: Summary, sheet: Sheet) -> None:
    notes = [note for note in summary.notes if note not in summary.failed_by]  # those the verdict has
    if notes:
        sheet.heading("notes")
        _bullets(sheet, notes)


def _bullets(sheet: Sheet, texts: list[str]) -> None:
    for text in texts:
        sheet.line("· ", visible(text), indent=_INDENT, hang=_INDENT)


def _last_line(summary: Summary, sheet: Sheet) -> None:
    verdict = judge(summary)
    style = GOOD if verdict.passed else BAD
    reasons = "; ".join(visible(reason) for reason in verdict.reasons)
    caution: Piece = (f"; {verdict.caution}" if verdict.caution else "", DOUBTFUL)
    sheet.blank()
    sheet.line(mark(good=verdict.passed), (f" {verdict.word}", style), f": {reasons}", caution, hang=2)
