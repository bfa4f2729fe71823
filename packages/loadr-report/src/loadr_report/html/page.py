"""The report as a whole: the verdict first, then what stands behind it."""

from datetime import UTC, datetime
from importlib import resources
from string import Template

from loadr_config.summary import MetricSummary, Summary
from loadr_report import quantities
from loadr_report.html import tables
from loadr_report.html.markup import Markup, element, join
from loadr_report.html.timeline import timeline
from loadr_report.verdict import judge


def render_html(summary: Summary) -> str:
    """The report: one file without any reference outside of itself.

    Args:
        summary: The result of a run; its names may hold anything.

    Returns:
        An HTML document, to be written as UTF-8.
    """
    body = join(
        (
            _head(summary),
            element(
                "main",
                tables.thresholds(summary),
                tables.checks(summary),
                tables.failures(summary),
                timeline(summary.timeline),
                tables.requests(summary),
                tables.metrics(summary),
                tables.scenarios(summary),
                tables.workers(summary),
                _generator(summary),
                _notes(summary),
            ),
            _foot(summary),
        )
    )
    return Template(_asset("report.html")).substitute(
        title=join((f"{summary.name}: {judge(summary).word}",)).html,
        style=_asset("report.css"),
        body=body.html,
    )


def _asset(name: str) -> str:
    return resources.files("loadr_report.html").joinpath(name).read_text("utf-8")


def _head(summary: Summary) -> Markup:
    verdict = judge(summary)
    style = "good" if verdict.passed else "bad"
    return element(
        "header",
        element("h1", summary.name),
        element(
            "div",
            element("p", "✓ " if verdict.passed else "✗ ", verdict.word.capitalize(), class_="word"),
            element("p", "; ".join(verdict.reasons)),
            element("p", f"Caution: {verdict.caution}", class_="doubtful") if verdict.caution else None,
            class_=f"verdict {style}",
        ),
        element("dl", *(_tile(name, value) for name, value in _key_figures(summary)), class_="tiles"),
    )


def _tile(name: str, value: str) -> Markup:
    return element("div", element("dt", name), element("dd", value))


def _key_figures(summary: Summary) -> list[tuple[str, str]]:
    """The few figures that a reader looks for first; those of metrics without samples are left out."""
    totals: dict[str, MetricSummary] = {
        metric.metric: metric for metric in summary.metrics if not metric.tags
    }
    figures = [("Duration", quantities.duration(summary.duration_secs * 1000))]
    failed = totals.get("http_req_failed")  # of requests of every protocol, whatever its name says
    if failed and failed.agg.count:
        figures.append(("Requests", quantities.number(failed.agg.count)))
        if summary.duration_secs > 0:
            figures.append(("Throughput", quantities.per_second(failed.agg.count / summary.duration_secs)))
    latency = totals.get("http_req_duration")
    if latency and latency.agg.count and latency.agg.p95 is not None:
        figures.append(("Latency p95", quantities.duration(latency.agg.p95)))
    if failed and failed.agg.rate is not None:
        figures.append(("Failed", quantities.percentage(failed.agg.rate)))
    if vus := max((point.active_vus for point in summary.timeline), default=0):
        figures.append(("Most VUs", quantities.number(vus)))
    return figures


def _generator(summary: Summary) -> Markup:
    trusted = summary.health.verdict == "trusted"
    word = element("strong", summary.health.verdict, class_="good" if trusted else "doubtful")
    reasons = [element("li", text) for text in (*summary.health.reasons, *summary.health.remarks)]
    return element(
        "section",
        element("h2", "Generator"),
        element("p", "The load generator's own state in this run: ", word),
        element("ul", *reasons) if reasons else None,
    )


def _notes(summary: Summary) -> Markup | None:
    if not summary.notes:
        return None
    return element(
        "section", element("h2", "Notes"), element("ul", *(element("li", note) for note in summary.notes))
    )


def _foot(summary: Summary) -> Markup:
    facts = (
        f"run {summary.run_id}",
        f"seed {summary.seed}",
        f"{_moment(summary.started_ms)} to {_moment(summary.ended_ms)}",
        f"loadr {summary.loadr_version}",
    )
    return element("footer", element("p", " · ".join(facts)))


def _moment(epoch_ms: int) -> str:
    try:
        return datetime.fromtimestamp(epoch_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (ValueError, OverflowError, OSError):  # a year that no calendar has, in a summary from elsewhere
        return f"{epoch_ms} ms"
