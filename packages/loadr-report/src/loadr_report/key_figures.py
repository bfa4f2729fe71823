"""The few figures of a run that a reader looks for first."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from loadr_config.summary import MetricSummary, Summary
from loadr_report.quantities import compact, duration, number, per_second, percentage


class Tone(Enum):
    """What a figure means."""

    PLAIN = ""
    GOOD = "good"
    BAD = "bad"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A figure with its unit, and what to know beside it."""

    name: str
    text: str
    note: str = ""
    tone: Tone = Tone.PLAIN


def key_figures(summary: Summary) -> list[KeyFigure]:
    """Requests, throughput, latencies, failures, VUs; those of metrics without samples are left out."""
    totals: dict[str, MetricSummary] = {
        metric.metric: metric for metric in summary.metrics if not metric.tags
    }
    return [*_requests(summary, totals), *_latencies(totals), *_failures(totals), *_users(summary)]


def _requests(summary: Summary, totals: dict[str, MetricSummary]) -> Iterator[KeyFigure]:
    failed = totals.get("http_req_failed")  # of requests of every protocol, whatever its name says
    if failed is None or not failed.agg.count:
        return
    count = failed.agg.count
    yield KeyFigure("Requests", compact(count), f"{count:,} in all")
    if summary.duration_secs > 0:
        peak = max((point.rps for point in summary.timeline), default=0.0)
        yield KeyFigure(
            "Throughput",
            per_second(count / summary.duration_secs),
            f"peak {per_second(peak)}" if peak else "",
        )


def _latencies(totals: dict[str, MetricSummary]) -> Iterator[KeyFigure]:
    latency, corrected = totals.get("http_req_duration"), totals.get("http_req_corrected_duration")
    if latency and latency.agg.count:
        if latency.agg.med is not None:
            yield KeyFigure("Latency p50", duration(latency.agg.med))
        if latency.agg.p95 is not None:
            note = "" if latency.agg.p99 is None else f"p99 {duration(latency.agg.p99)}"
            yield KeyFigure("Latency p95", duration(latency.agg.p95), note)
    if corrected and corrected.agg.count and corrected.agg.p99 is not None:
        yield KeyFigure("Corrected p99", duration(corrected.agg.p99), "from the intended start")


def _failures(totals: dict[str, MetricSummary]) -> Iterator[KeyFigure]:
    failed = totals.get("http_req_failed")
    if failed and failed.agg.rate is not None:
        hits = failed.agg.sum or 0
        note = f"{number(hits)} requests" if hits else "no request"
        yield KeyFigure("Failed", percentage(failed.agg.rate), note, Tone.BAD if hits else Tone.GOOD)


def _users(summary: Summary) -> Iterator[KeyFigure]:
    if vus := max((point.active_vus for point in summary.timeline), default=0):
        yield KeyFigure("Most VUs", number(vus))
    if dropped := sum(scenario.dropped for scenario in summary.scenarios):
        yield KeyFigure("Dropped", compact(dropped), "starts without a free VU", Tone.DOUBTFUL)
