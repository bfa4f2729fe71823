import numpy as np
import pytest

from loadr_config.metrics import MetricKind
from loadr_config.summary import Aggregate, CheckSummary, MetricSummary, Summary, ThresholdSummary
from loadr_core.metrics.histogram import Histogram
from loadr_core.recording.bulk import BulkHistogram, record
from loadr_js.summary_data import k6_data, loadr_data


def histogram():
    bulk = BulkHistogram()
    record([bulk], np.arange(1.0, 1001.0)[np.newaxis] * 1000.0)
    whole = Histogram()
    whole.add(bulk.take())
    return whole.encode()


@pytest.fixture
def summary():
    trend = Aggregate(avg=500.5, min=1.0, med=500.0, max=1000.0, p90=900.0, p95=950.0, p99=990.0, count=1000)
    return Summary(
        name="s",
        run_id="r",
        seed=1,
        loadr_version="0",
        started_ms=0,
        ended_ms=2000,
        duration_secs=2.0,
        scenarios=[],
        metrics=[
            MetricSummary(
                metric="http_req_duration", kind=MetricKind.TREND, time=True, agg=trend, histogram=histogram()
            ),
            MetricSummary(
                metric="http_req_duration", kind=MetricKind.TREND, time=True, tags={"name": "a"}, agg=trend
            ),
            MetricSummary(
                metric="http_req_duration", kind=MetricKind.TREND, time=True, tags={"name": "b"}, agg=trend
            ),
            MetricSummary(metric="http_reqs", kind=MetricKind.COUNTER, agg=Aggregate(sum=8, per_second=4)),
            MetricSummary(metric="checks", kind=MetricKind.RATE, agg=Aggregate(rate=0.75, sum=3, count=4)),
            MetricSummary(metric="vus", kind=MetricKind.GAUGE, agg=Aggregate(last=2, min=1, max=3)),
            MetricSummary(metric="data_sent", kind=MetricKind.COUNTER, agg=Aggregate(sum=100, per_second=50)),
        ],
        checks=[
            CheckSummary(name="top", passes=1, fails=0),
            CheckSummary(name="in", passes=2, fails=1, group="::outer::inner"),
        ],
        thresholds=[
            ThresholdSummary(metric="http_reqs", expression="count>1", passed=True),
            ThresholdSummary(metric="http_req_duration{name:a}", expression="avg<1", passed=False),
        ],
        thresholds_passed=False,
    )


def test_the_shape_is_k6_s(summary):
    data = k6_data(summary, ("avg", "p(95)", "p(75)", "count"))
    metrics = data["metrics"]
    assert list(metrics) == [
        "http_req_duration",
        "http_req_duration{name:a}",
        "http_reqs",
        "checks",
        "vus",
        "data_sent",
        "data_received",
    ]
    duration = metrics["http_req_duration"]
    assert (duration["type"], duration["contains"]) == ("trend", "time")
    assert duration["values"] == {
        "avg": 500.5,
        "p(95)": 950.0,
        "p(75)": pytest.approx(750.0, rel=1e-3),
        "count": 1000.0,
    }
    assert metrics["http_req_duration{name:a}"]["thresholds"] == {"avg<1": {"ok": False}}
    assert metrics["http_reqs"]["values"] == {"count": 8.0, "rate": 4.0}
    assert metrics["http_reqs"]["thresholds"] == {"count>1": {"ok": True}}
    assert metrics["checks"]["values"] == {"rate": 0.75, "passes": 3.0, "fails": 1.0}
    assert metrics["vus"]["values"] == {"value": 2.0, "min": 1.0, "max": 3.0}
    assert metrics["data_sent"]["contains"] == "data"
    assert data["state"]["testRunDurationMs"] == 2000.0


def test_checks_stand_in_their_groups(summary):
    root = k6_data(summary, ())["root_group"]
    assert [check["name"] for check in root["checks"]] == ["top"]
    (outer,) = root["groups"]
    (inner,) = outer["groups"]
    assert (outer["name"], inner["path"]) == ("outer", "::outer::inner")
    assert inner["checks"] == [
        {
            "name": "in",
            "path": "::outer::inner::in",
            "id": "15dc61477f4ecf5255193a5b0e24ab23",
            "passes": 2,
            "fails": 1,
        }
    ]


def test_a_plan_s_script_gets_the_summary_itself(summary):
    data = loadr_data(summary, ("avg",))
    assert data["schema"] == 1
    assert data["k6_metrics"]["http_reqs"]["values"]["count"] == 8.0


def test_groups_without_checks_are_there_too(summary):
    groups = ["::outer", "::empty::inside", "::empty"]
    root = k6_data(summary.model_copy(update={"groups": groups}), ())["root_group"]
    assert root["id"] == "d41d8cd98f00b204e9800998ecf8427e"
    assert {group["name"] for group in root["groups"]} == {"outer", "empty"}
    empty = next(group for group in root["groups"] if group["name"] == "empty")
    assert [group["path"] for group in empty["groups"]] == ["::empty::inside"]


def series(name, **tags):
    return MetricSummary(metric=name, kind=MetricKind.COUNTER, tags=tags, agg=Aggregate(sum=1, per_second=1))


def test_submetrics_are_named_as_the_script_names_them(summary):
    summary = summary.model_copy(
        update={
            "metrics": [series("http_reqs", method="GET", status="200"), series("http_reqs", status="404")],
            "thresholds": [
                ThresholdSummary(metric="http_reqs{status:200,method:GET}", expression="count>0", passed=True)
            ],
        }
    )
    listed = k6_data(summary, (), submetrics=["http_reqs{status:404}"])["metrics"]
    assert {name for name in listed if name.startswith("http_reqs")} == {
        "http_reqs{status:200,method:GET}",
        "http_reqs{status:404}",
    }
    assert listed["http_reqs{status:200,method:GET}"]["thresholds"] == {"count>0": {"ok": True}}


def test_what_k6_does_not_measure_is_left_out_unless_a_threshold_is_about_it(summary):
    metrics = [series("loadr_late_starts"), series("vu_exceptions"), series("my_own")]
    thresholds = [ThresholdSummary(metric="vu_exceptions", expression="count<9", passed=True)]
    changed = summary.model_copy(update={"metrics": metrics, "thresholds": thresholds})
    assert set(k6_data(changed, ())["metrics"]) == {"vu_exceptions", "my_own", "data_sent", "data_received"}


def test_what_the_script_asks_for_is_told(summary):
    data = k6_data(summary, ("max",), "s", (), (True, False))
    assert data["options"] == {"summaryTrendStats": ["max"], "summaryTimeUnit": "s", "noColor": False}
    assert data["state"] == {"isStdOutTTY": True, "isStdErrTTY": False, "testRunDurationMs": 2000.0}
