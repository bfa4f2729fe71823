import pytest

from loadr_config.thresholds import parse_threshold
from loadr_core.metrics import Aggregator
from loadr_core.recording import Recorder
from loadr_core.spi import request_layout
from loadr_core.thresholds import ThresholdJudge, view_of

LAYOUT = request_layout("test")
ELAPSED = 10.0


def judged(*thresholds):
    """The thresholds over 100 requests of 1 to 100 ms, one of them failed, a rate, a counter and a gauge."""
    recorder = Recorder()
    for number in range(1, 101):
        series = recorder.rows(LAYOUT, {"name": "a" if number <= 50 else "b"}, failed=number == 100)
        series.rows.append((0.0, number / 1000, 0.0, 0.0))
    rate, gauge = recorder.rate("checks", {}), recorder.gauge("load", {})
    rate.hits, rate.total = 9, 10
    for value in (5.0, 1.0, 3.0):
        gauge.set(value)
    aggregator = Aggregator(view_of(threshold) for threshold in thresholds)
    aggregator.apply(1, recorder.take_delta())
    judge = ThresholdJudge(thresholds)
    return judge, judge.judge(aggregator, ELAPSED)


@pytest.mark.parametrize(
    ("selector", "expression", "observed", "passed"),
    [
        ("test_req_duration", "p(95)<96", 95.0, True),
        ("test_req_duration", "p(99.9)<100", 100.0, False),
        ("test_req_duration", "avg==50.5", 50.5, True),
        ("test_req_duration", "min>=1", 1.0, True),
        ("test_req_duration", "max<=100ms", 100.0, True),
        ("test_req_duration", "med<50", 50.0, False),
        ("test_req_duration", "count=100", 100.0, True),
        ("test_req_duration{name:a}", "max<0.051s", 50.0, True),
        ("test_reqs", "count>99", 100.0, True),
        ("test_reqs", "rate>10", 10.0, False),
        ("test_reqs{name:b}", "count!=50", 50.0, False),
        ("http_req_failed", "rate<=0.01", 0.01, True),
        ("test_req_failed{name:b}", "rate<0.02", 0.02, False),
        ("checks", "rate>0.85", 0.9, True),
        ("load", "value==3", 3.0, True),
        ("load", "min<1", 1.0, False),
        ("load", "max>4", 5.0, True),
    ],
)
def test_what_is_observed_and_whether_it_passes(selector, expression, observed, passed):
    _, (verdict,) = judged(parse_threshold(selector, expression))
    assert verdict.observed == pytest.approx(observed, rel=1e-3)
    assert (verdict.passed, verdict.no_samples) == (passed, False)
    assert (verdict.metric, verdict.expression) == (selector, expression)


@pytest.mark.parametrize("selector", ["nothing", "test_reqs{name:c}"])
def test_without_samples_a_threshold_passes_and_says_so(selector):
    _, (verdict,) = judged(parse_threshold(selector, "count>1"))
    assert (verdict.passed, verdict.no_samples, verdict.observed) == (True, True, None)


def test_only_a_threshold_that_asks_for_it_aborts_and_not_before_its_delay():
    silent = parse_threshold("checks", "rate>0.99")
    aborting = parse_threshold("checks", "rate>0.98", abort_on_fail=True, delay_abort_eval=5.0)
    judge, verdicts = judged(silent, aborting)
    assert [verdict.passed for verdict in verdicts] == [False, False]
    assert judge.abort_reason(verdicts, 4.9) is None
    assert judge.abort_reason(verdicts, 5.0) == "threshold failed: checks: rate>0.98"


def test_the_threshold_that_aborted_stays_failed_and_the_first_reason_is_kept():
    first = parse_threshold("checks", "rate>0.99", abort_on_fail=True)
    second = parse_threshold("test_reqs", "count<1", abort_on_fail=True)
    judge, verdicts = judged(first, second)
    assert judge.abort_reason(verdicts, 1.0) == "threshold failed: checks: rate>0.99"
    assert judge.abort_reason(verdicts, 2.0) is None
    recovered = Recorder()
    cell = recovered.rate("checks", {})
    cell.hits = cell.total = 10_000
    aggregator = Aggregator()
    aggregator.apply(1, recovered.take_delta())
    final = judge.judge(aggregator, 3.0)
    assert (final[0].aborted, final[0].passed) == (True, False)
    assert final[1].aborted is False
