import pytest

from loadr_config.metrics import MetricKind
from loadr_config.summary import Aggregate, MetricSummary, ThresholdSummary
from loadr_report.observations import MetricKinds, observed_text

KINDS = MetricKinds([MetricSummary(metric="basket", kind=MetricKind.TREND, agg=Aggregate())])


@pytest.mark.parametrize(
    ("metric", "expression", "observed", "text"),
    [
        ("http_req_duration", "p(95)<500", 500.04, "p(95)=500.04ms"),
        ("http_req_duration{a:b}", " p( 99.9 ) < 1s", 1500, "p(99.9)=1.5s"),
        ("http_req_duration", "count>3", 12, "count=12"),
        ("http_req_failed", "rate<0.01", 0.02, "rate=2.00%"),
        ("http_reqs", "rate>100", 250.25, "rate=250.25/s"),
        ("http_reqs", "count>100", 1000, "count=1,000"),
        ("data_sent", "rate>1", 1500, "rate=1.5 kB/s"),
        ("vus", "value>1", 3, "value=3"),
        ("basket", "avg<5", 2.5, "avg=2.5"),
        ("unknown", "count<5", 2, "count=2"),
        ("vus", "<5", 2, "value=2"),
    ],
)
def test_what_was_observed_has_the_unit_of_its_metric(metric, expression, observed, text):
    threshold = ThresholdSummary(metric=metric, expression=expression, observed=observed, passed=True)
    assert observed_text(threshold, KINDS) == text


@pytest.mark.parametrize("no_samples", [True, False])
def test_nothing_observed_is_said(no_samples):
    threshold = ThresholdSummary(
        metric="vus", expression="value>1", observed=None, passed=True, no_samples=no_samples
    )
    assert observed_text(threshold, KINDS) == "no samples"
