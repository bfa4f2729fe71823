"""The result of `loadr quick`: one URL, a dozen lines and a histogram."""

from typing import Final

from rich.console import Console

from loadr_config.summary import MetricSummary, Summary
from loadr_report import quantities
from loadr_report.console._bars import bar_lines
from loadr_report.console._sheet import Piece, Sheet
from loadr_report.console.styles import BAD, DOUBTFUL, GOOD, QUIET, VALUE, mark
from loadr_report.distribution import Distribution
from loadr_report.readings import Unit
from loadr_report.text import visible
from loadr_report.verdict import judge

SERVICE: Final = "http_req_duration"
CORRECTED: Final = "http_req_corrected_duration"

LATENCIES: Final = (CORRECTED, SERVICE)
"""The trends of latency; the first that a run has is the one that counts."""

_COLUMNS: Final = ("avg", "min", "med", "p90", "p95", "p99", "p999", "max")
_HEADINGS: Final = {"p999": "p99.9"}
_PERCENTILES: Final = (10.0, 25.0, 50.0, 75.0, 90.0, 95.0, 99.0, 99.9, 99.99, 100.0)
_LABEL_WIDTH: Final = 10
_CELL_WIDTH: Final = 8
_CAUSES_SHOWN: Final = 5


def render_quick(summary: Summary, console: Console, *, percentiles: bool = False) -> None:
    """Prints the result of a run of one request.

    Args:
        summary: The result.
        console: Where to print.
        percentiles: Whether a table of percentiles follows the histogram.
    """
    sheet = Sheet(console)
    totals = {metric.metric: metric for metric in summary.metrics if not metric.tags}
    latencies = [totals[name] for name in (SERVICE, CORRECTED) if name in totals]
    sheet.line((visible(summary.name), "bold"), (f"  run {visible(summary.run_id)}", QUIET))
    sheet.blank()
    _load(summary, totals, sheet)
    _failures(summary, sheet)
    if latencies:
        _latencies(latencies, sheet)
        _histogram(latencies[-1], sheet)
    if percentiles and latencies:
        _percentiles(latencies, sheet)
    _remarks(summary, sheet)
    _last_line(summary, sheet)


def _load(summary: Summary, totals: dict[str, MetricSummary], sheet: Sheet) -> None:
    lasted = quantities.duration(summary.duration_secs * 1000)
    requests = totals.get("http_reqs")
    sent = 0.0 if requests is None else requests.agg.sum or 0.0
    rate = 0.0 if requests is None else requests.agg.per_second or 0.0
    _row(
        sheet,
        "requests",
        (quantities.number(sent), VALUE),
        f" in {lasted}, ",
        (quantities.per_second(rate), VALUE),
    )
    failed = totals.get("http_req_failed")
    if failed is not None and failed.agg.count:
        hits = int(failed.agg.sum or 0)
        style = BAD if hits else GOOD
        share = quantities.percentage(failed.agg.rate or 0.0)
        _row(sheet, "failed", (f"{hits:,}", style), (f"  {share}", QUIET))
    for label, name in (("received", "data_received"), ("sent", "data_sent")):
        data = totals.get(name)
        if data is not None:
            amount = quantities.data(data.agg.sum or 0.0)
            _row(sheet, label, f"{amount}, {quantities.data_per_second(data.agg.per_second or 0.0)}")
    dropped = sum(scenario.dropped for scenario in summary.scenarios)
    if dropped:
        _row(sheet, "dropped", (f"{dropped:,}", DOUBTFUL), "  starts for which no connection was free")


def _row(sheet: Sheet, label: str, *pieces: Piece) -> None:
    sheet.line((f"{label:<{_LABEL_WIDTH}}", QUIET), *pieces, hang=_LABEL_WIDTH)


def _failures(summary: Summary, sheet: Sheet) -> None:
    failures = summary.failures
    causes = [
        *((failure.count, f"status {failure.cause}") for failure in failures.status),
        *((failure.count, failure.cause) for failure in failures.transport),
        *((failure.count, failure.cause) for failure in failures.exceptions),
    ]
    for count, cause in causes[:_CAUSES_SHOWN]:
        _row(sheet, "", (f"{count:,}", BAD), f"  {visible(cause)}")
    if len(causes) > _CAUSES_SHOWN:
        _row(sheet, "", (f"and {quantities.plural(len(causes) - _CAUSES_SHOWN, 'other cause')}", QUIET))


def _latencies(latencies: list[MetricSummary], sheet: Sheet) -> None:
    sheet.blank()
    if sheet.width < _LABEL_WIDTH + _CELL_WIDTH * len(_COLUMNS):
        _upright(latencies, sheet)
        return
    headings = "".join(f"{_HEADINGS.get(column, column):>{_CELL_WIDTH}}" for column in _COLUMNS)
    sheet.line(" " * _LABEL_WIDTH, (headings, QUIET))
    for metric in latencies:
        cells = (Unit.TIME.cell(getattr(metric.agg, column)) for column in _COLUMNS)
        sheet.line(
            (f"{_label(metric):<{_LABEL_WIDTH}}", QUIET),
            ("".join(f"{cell:>{_CELL_WIDTH}}" for cell in cells), VALUE),
        )


def _upright(latencies: list[MetricSummary], sheet: Sheet) -> None:
    """The same for a narrow terminal: a line for each figure."""
    sheet.line(" " * _LABEL_WIDTH, ("".join(f"{_label(metric):>12}" for metric in latencies), QUIET))
    for column in _COLUMNS:
        cells = "".join(f"{Unit.TIME.cell(getattr(metric.agg, column)):>12}" for metric in latencies)
        sheet.line((f"{_HEADINGS.get(column, column):<{_LABEL_WIDTH}}", QUIET), (cells, VALUE))


def _label(metric: MetricSummary) -> str:
    return "corrected" if metric.metric == CORRECTED else "latency"


def _histogram(metric: MetricSummary, sheet: Sheet) -> None:
    lines = bar_lines(metric, sheet.width)
    if lines:
        sheet.blank()
        for line in lines:
            sheet.line(*line)


def _percentiles(latencies: list[MetricSummary], sheet: Sheet) -> None:
    known = [(_label(metric), Distribution.of(metric)) for metric in latencies]
    columns = [(label, found) for label, found in known if found is not None and found.total]
    if not columns:
        return
    sheet.blank()
    sheet.line(
        (f"{'percentile':<{_LABEL_WIDTH}}", QUIET),
        ("".join(f"{label:>12}" for label, _ in columns), QUIET),
    )
    for percent in _PERCENTILES:
        cells = "".join(f"{Unit.TIME.cell(found.percentile(percent)):>12}" for _, found in columns)
        sheet.line((f"{percent:>9g}%", QUIET), (cells, VALUE))


def _remarks(summary: Summary, sheet: Sheet) -> None:
    health = summary.health
    remarks = [*health.reasons, *health.remarks, *summary.notes]
    if health.verdict != "trusted" or remarks:
        sheet.blank()
    if health.verdict != "trusted":
        sheet.line((f"generator {health.verdict}: these figures are not to be trusted", DOUBTFUL))
    for remark in remarks:
        sheet.line("· ", visible(remark), indent=2, hang=2)


def _last_line(summary: Summary, sheet: Sheet) -> None:
    verdict = judge(summary)
    if not verdict.passed:
        sheet.blank()
        sheet.line(
            mark(good=False), (f" {verdict.word}", BAD), f": {'; '.join(map(visible, verdict.reasons))}"
        )
