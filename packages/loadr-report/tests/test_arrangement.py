import pytest

from loadr_config.metrics import MetricKind
from loadr_config.summary import Aggregate, CheckSummary, MetricSummary
from loadr_report.arrangement import checks_by_group, metric_groups, request_rows, selector


def test_metrics_stand_in_groups_with_http_first_and_custom_ones_late(make_summary):
    groups = metric_groups(make_summary())
    assert [group.title for group in groups] == ["HTTP", "core", "custom", "generator"]


def test_metrics_without_samples_are_left_out(make_summary):
    names = {row.total.metric for group in metric_groups(make_summary()) for row in group.rows}
    assert "http_req_tls_handshaking" not in names
    assert {"http_reqs", "vus", "http_req_failed", "basket_items"} <= names


def test_only_the_selectors_of_thresholds_get_rows(make_summary):
    rows = {row.total.metric: row for group in metric_groups(make_summary()) for row in group.rows}
    assert [part.tags for part in rows["http_req_duration"].selected] == [{"name": "POST /orders"}]
    assert rows["http_reqs"].selected == ()


def test_a_custom_metric_with_a_known_beginning_is_custom(make_summary):
    metric = MetricSummary(metric="http_mine", kind=MetricKind.COUNTER, agg=Aggregate(sum=1))
    assert [group.title for group in metric_groups(make_summary(metrics=[metric]))] == ["custom"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("m", ("m", frozenset())),
        (" m { a : 'b' , c:d:e }", ("m", frozenset({("a", "b"), ("c", "d:e")}))),
        ("m{url:http://x/}", ("m", frozenset({("url", "http://x/")}))),
        ("", ("", frozenset())),
        ("no selector {", ("no selector {", frozenset())),
    ],
)
def test_a_selector_is_taken_apart(text, expected):
    assert selector(text) == expected


def test_checks_without_a_group_come_first_and_groups_stay_together():
    checks = [
        CheckSummary(name=name, passes=1, fails=0, group=group)
        for name, group in (("a", "x"), ("b", ""), ("c", "y"), ("d", "x"))
    ]
    grouped = [(group, [check.name for check in members]) for group, members in checks_by_group(checks)]
    assert grouped == [("", ["b"]), ("x", ["a", "d"]), ("y", ["c"])]


def test_requests_are_listed_by_name_with_their_own_failures(make_summary):
    rows = request_rows(make_summary())
    assert [(row.name, row.protocol) for row in rows] == [("GET /", "http"), ("POST /orders", "http")]
    assert rows[0].failed is None
    assert rows[1].failed.agg.rate == 0.04
