from loadr_config.metrics import MetricKind
from loadr_config.summary import Aggregate, MetricSummary
from loadr_report.compare.measures import measures_of, series_of


def texts_of(*summaries):
    return [measure.text for measure in measures_of([series_of(summary) for summary in summaries])]


def test_what_all_runs_have_is_compared(make_summary):
    texts = texts_of(make_summary(), make_summary())
    assert texts == [
        "iterations per_second",
        "checks rate",
        "http_reqs per_second",
        "http_req_duration p50",
        "http_req_duration p95",
        "http_req_duration p99",
        "http_req_failed rate",
        "http_req_duration{name:GET /} p95",
        "http_req_duration{name:POST /orders} p95",
    ]


def test_what_one_run_lacks_is_left_out(make_summary):
    other = make_summary(metrics=[metric for metric in make_summary().metrics if metric.metric != "checks"])
    assert "checks rate" not in texts_of(make_summary(), other)


def test_a_single_name_says_what_the_whole_says(make_summary):
    metrics = [metric for metric in make_summary().metrics if metric.tags.get("name") != "GET /"]
    texts = texts_of(make_summary(metrics=metrics))
    assert not [text for text in texts if "{" in text]


def test_times_of_the_plans_own_are_compared_and_other_numbers_are_not(make_summary):
    metrics = [
        MetricSummary(metric=name, kind=MetricKind.TREND, time=time, agg=Aggregate(count=9, p95=1.0))
        for name, time in (("checkout_time", True), ("basket_items", False), ("loadr_loop_lag", True))
    ]
    assert texts_of(make_summary(metrics=metrics)) == ["checkout_time p95"]
