from loadr_config.metrics import MetricKind
from loadr_config.summary import Aggregate, MetricSummary
from loadr_report.key_figures import KeyFigure, Tone, key_figures


def test_the_figures_of_a_run(make_summary):
    assert key_figures(make_summary()) == [
        KeyFigure("Requests", "12k", "12,000 in all"),
        KeyFigure("Throughput", "400/s", "peak 489/s"),
        KeyFigure("Latency p50", "1.1ms"),
        KeyFigure("Latency p95", "3.46ms", "p99 12.8ms"),
        KeyFigure("Failed", "0.33%", "40 requests", Tone.BAD),
        KeyFigure("Most VUs", "50"),
        KeyFigure("Dropped", "3", "starts without a free VU", Tone.DOUBTFUL),
    ]


def test_a_run_without_samples_has_none(make_summary):
    assert key_figures(make_summary(metrics=[], timeline=[], scenarios=[])) == []


def test_corrected_latency_and_no_failures(make_summary):
    metrics = [
        MetricSummary(
            metric="http_req_corrected_duration",
            kind=MetricKind.TREND,
            time=True,
            agg=Aggregate(p99=1500.0, count=2),
        ),
        MetricSummary(
            metric="http_req_failed", kind=MetricKind.RATE, agg=Aggregate(rate=0.0, sum=0, count=9)
        ),
    ]
    figures = key_figures(make_summary(metrics=metrics, timeline=[], scenarios=[], duration_secs=0.0))
    assert figures == [
        KeyFigure("Requests", "9", "9 in all"),
        KeyFigure("Corrected p99", "1.5s", "from the intended start"),
        KeyFigure("Failed", "0.00%", "no request", Tone.GOOD),
    ]
