import pytest
from hdrh.histogram import HdrHistogram

from loadr_config.summary import HeatColumn, HeatMap, MetricSummary
from loadr_report.html.drawing import drawing, request_distributions, whole_distributions


def histogram(*milliseconds):
    made = HdrHistogram(1, 3_600_000_000, 3)
    for value in milliseconds:
        made.record_value(round(value * 1000))
    return made.encode().decode()


def trend(name, values, tags=None):
    agg = {
        "count": len(values),
        "max": max(values),
        "min": min(values),
        "med": sorted(values)[len(values) // 2],
    }
    return MetricSummary.model_validate(
        {
            "metric": name,
            "kind": "trend",
            "time": True,
            "tags": tags or {},
            "agg": agg,
            "histogram": histogram(*values),
        }
    )


def test_a_summary_without_data_draws_nothing(make_summary):
    assert drawing(make_summary(timeline=[], metrics=[])) == {}


def test_lines_are_those_of_the_timeline(make_summary):
    data = drawing(make_summary())
    assert list(data["panels"]) == ["throughput", "latency", "users", "errors"]
    assert data["secs"] == [second + 1.0 for second in range(30)]
    latency = data["panels"]["latency"]
    assert [line["label"] for line in latency["lines"]] == ["p99", "p95", "p50"]
    assert latency["lines"][2]["values"][3:6] == [1.4, None, 1.1]
    assert latency["unit"] == "time"


def test_a_corrected_percentile_is_drawn_where_there_is_one(make_summary):
    points = [point.model_copy(update={"corrected_p99": 1234.5678}) for point in make_summary().timeline]
    line = drawing(make_summary(timeline=points))["panels"]["latency"]["lines"][0]
    assert (line["label"], line["dashed"], line["values"][0]) == ("corrected p99", True, 1235)


@pytest.mark.parametrize("value", [float("inf"), float("nan")])
def test_what_is_not_finite_is_not_drawn(value, make_summary):
    points = [point.model_copy(update={"rps": value}) for point in make_summary().timeline]
    data = drawing(make_summary(timeline=points))
    assert data["panels"]["throughput"]["lines"][0]["values"] == [None] * 30


def test_a_heat_map_is_drawn_as_it_is(make_summary):
    columns = [
        HeatColumn(elapsed_secs=1.0, first=1, counts=[4, 5]),
        HeatColumn(elapsed_secs=2.0, first=0, counts=[]),
    ]
    data = drawing(make_summary(heat_map=HeatMap(from_ms=1.0, upto_ms=[2.0, 3.0, 4.0], columns=columns)))
    assert data["heat"] == {
        "from": 1.0,
        "upto": [2.0, 3.0, 4.0],
        "ends": [1.0, 2.0],
        "columns": [[1, 4, 5], [0]],
    }


def test_service_and_corrected_time_have_curves_side_by_side(make_summary):
    metrics = [
        trend("http_req_corrected_duration", [5.0, 900.0]),
        trend("http_req_duration", [5.0, 6.0, 7.0, 8.0]),
        trend("http_req_waiting", [1.0]),
        trend("grpc_req_duration", [3.0]),
    ]
    summary = make_summary(metrics=metrics)
    assert [label for label, _ in whole_distributions(summary)] == [
        "service time",
        "grpc service time",
        "corrected",
    ]
    curves = drawing(summary)["curves"]
    assert curves["at"][0] == 1.0
    assert curves["at"][-1] == 4.0
    assert max(value for value in curves["whole"][0]["values"] if value is not None) == pytest.approx(
        8, rel=1e-3
    )
    assert curves["whole"][2]["values"][-1] is None
    assert curves["requests"] == []


def test_requests_have_curves_the_most_frequent_first(make_summary):
    metrics = [
        trend("http_req_duration", [1.0]),
        trend("http_req_duration", [1.0, 2.0], {"name": "rare"}),
        trend("http_req_duration", [1.0, 2.0, 3.0], {"name": "frequent"}),
        trend("http_req_waiting", [1.0, 2.0, 3.0], {"name": "frequent"}),
    ]
    summary = make_summary(metrics=metrics)
    assert [label for label, _ in request_distributions(summary)] == ["frequent", "rare"]
    assert request_distributions(make_summary(metrics=metrics[:2])) == []
