"""What a reader looks for first: did it pass, is it to be trusted, the few great figures."""

from collections.abc import Sequence
from datetime import UTC, datetime

from loadr_config.summary import MetricSummary, Summary
from loadr_report import quantities
from loadr_report.html.markup import Markup, element
from loadr_report.verdict import judge


def heading(summary: Summary, sections: Sequence[tuple[str, str]]) -> Markup:
    """The head of the page.

    Args:
        summary: the result.
        sections: anchor and title of what follows.
    """
    return element(
        "header",
        element(
            "div",
            element("span", "loadr", class_="brand"),
            element("span", "load test report", class_="quiet"),
            element("button", type="button", id="theme", class_="theme", hidden=""),
            class_="top",
        ),
        element("h1", summary.name or "load test"),
        element("p", " · ".join(_facts(summary)), class_="facts"),
        element("div", _outcome(summary), _trust(summary), class_="verdicts"),
        element("dl", *(_tile(*figure) for figure in _key_figures(summary)), class_="tiles"),
        element(
            "nav",
            element(
                "ul", *(element("li", element("a", title, href=f"#{anchor}")) for anchor, title in sections)
            ),
            aria_label="Sections",
        )
        if sections
        else None,
    )


def _facts(summary: Summary) -> list[str]:
    return [
        f"{_moment(summary.started_ms)}, for {quantities.duration(summary.duration_secs * 1000)}",
        f"run {summary.run_id}",
        f"seed {summary.seed}",
        f"loadr {summary.loadr_version}",
    ]


def _outcome(summary: Summary) -> Markup:
    verdict = judge(summary)
    style, sign = ("good", "✓") if verdict.passed else ("bad", "✗")
    return _panel(style, sign, verdict.word.capitalize(), verdict.reasons)


def _trust(summary: Summary) -> Markup:
    if summary.health.verdict == "trusted":
        reasons = summary.health.remarks or ["the load generator kept up throughout the run"]
        return _panel("good", "✓", "Trusted", reasons)
    why = [*summary.health.reasons, *summary.health.remarks]
    return _panel("doubtful", "!", "Suspect", why or ["the load generator did not keep up"])


def _panel(style: str, sign: str, word: str, reasons: Sequence[str]) -> Markup:
    return element(
        "div",
        element("p", element("span", sign, class_="sign", aria_hidden="true"), word, class_="word"),
        element("ul", *(element("li", reason) for reason in reasons)),
        class_=f"verdict {style}",
    )


def _tile(name: str, value: str, note: str = "", style: str | None = None) -> Markup:
    return element(
        "div",
        element("dt", name),
        element("dd", value, class_=style),
        element("dd", note, class_="note") if note else None,
    )


def _key_figures(summary: Summary) -> list[tuple[str, ...]]:
    """Name, value, what to know beside it; those of metrics without samples are left out."""
    totals: dict[str, MetricSummary] = {
        metric.metric: metric for metric in summary.metrics if not metric.tags
    }
    figures: list[tuple[str, ...]] = []
    failed = totals.get("http_req_failed")  # of requests of every protocol, whatever its name says
    if failed and failed.agg.count:
        count = failed.agg.count
        figures.append(("Requests", quantities.compact(count), f"{count:,} in all"))
        if summary.duration_secs > 0:
            mean = quantities.per_second(count / summary.duration_secs)
            peak = max((point.rps for point in summary.timeline), default=0.0)
            figures.append(("Throughput", mean, f"peak {quantities.per_second(peak)}" if peak else ""))
    figures += _latencies(totals)
    if failed and failed.agg.rate is not None:
        note = f"{quantities.number(failed.agg.sum or 0)} requests" if failed.agg.sum else "no request"
        style = "bad" if failed.agg.sum else "good"
        figures.append(("Failed", quantities.percentage(failed.agg.rate), note, style))
    if vus := max((point.active_vus for point in summary.timeline), default=0):
        figures.append(("Most VUs", quantities.number(vus)))
    if dropped := sum(scenario.dropped for scenario in summary.scenarios):
        figures.append(("Dropped", quantities.compact(dropped), "starts without a free VU", "doubtful"))
    return figures


def _latencies(totals: dict[str, MetricSummary]) -> list[tuple[str, ...]]:
    figures: list[tuple[str, ...]] = []
    latency, corrected = totals.get("http_req_duration"), totals.get("http_req_corrected_duration")
    if latency and latency.agg.count:
        if latency.agg.med is not None:
            figures.append(("Latency p50", quantities.duration(latency.agg.med)))
        if latency.agg.p95 is not None and latency.agg.p99 is not None:
            note = f"p99 {quantities.duration(latency.agg.p99)}"
            figures.append(("Latency p95", quantities.duration(latency.agg.p95), note))
    if corrected and corrected.agg.count and corrected.agg.p99 is not None:
        note = "from the intended start"
        figures.append(("Corrected p99", quantities.duration(corrected.agg.p99), note))
    return figures


def _moment(epoch_ms: int) -> str:
    try:
        return datetime.fromtimestamp(epoch_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (ValueError, OverflowError, OSError):  # a year that no calendar has, in a summary from elsewhere
        return f"{epoch_ms} ms"
