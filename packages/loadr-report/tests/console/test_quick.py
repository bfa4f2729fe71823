import pytest
from hdrh.histogram import HdrHistogram

from loadr_config.metrics import BUILT_IN_METRICS
from loadr_config.summary import Aggregate, FailureCount, Failures, Health, MetricSummary
from loadr_report.console import LiveView
from loadr_report.console.quick import render_quick


def counted(name, **agg):
    return MetricSummary(
        metric=name,
        kind=BUILT_IN_METRICS[name].kind,
        time=BUILT_IN_METRICS[name].time,
        agg=Aggregate.model_validate(agg),
    )


def timed(name, *values_ms):
    histogram = HdrHistogram(1, 3_600_000_000, 3)
    for value in values_ms:
        histogram.record_value(round(value * 1000))
    agg = {"avg": 2, "min": min(values_ms), "med": 2, "max": max(values_ms), "p90": 3, "p95": 4, "p99": 5}
    metric = counted(name, **agg, p999=6, count=len(values_ms), sum=1)
    return metric.model_copy(update={"histogram": histogram.encode().decode("ascii")})


METRICS = [
    counted("http_reqs", sum=1500, per_second=150.0),
    counted("http_req_failed", rate=0.002, sum=3, count=1500),
    counted("data_received", sum=123456, per_second=12345.6),
    counted("data_sent", sum=1000, per_second=100),
    timed("http_req_duration", *[1.5] * 8, 4.0, 4.0),
]

TEXT = """\
quickstart  run 20260101-120000-ab12

requests  1,500 in 30s, 150/s
failed    3  0.20%
received  123 kB, 12.3 kB/s
sent      1 kB, 100 B/s
          2  status 503
          1  timeout

               avg     min     med     p90     p95     p99   p99.9     max
latency        2ms   1.5ms     2ms     3ms     4ms     5ms     6ms     4ms

  ≤ 1.6ms  ████████████████████████████████████████      8   80.00%
  ≤ 1.8ms                                                0    0.00%
  ≤   2ms                                                0    0.00%
  ≤ 2.5ms                                                0    0.00%
  ≤   3ms                                                0    0.00%
  ≤ 3.5ms                                                0    0.00%
  ≤   4ms  ██████████                                    2   20.00%
"""

FAILURES = Failures(
    status=[FailureCount(cause="503", count=2)], transport=[FailureCount(cause="timeout", count=1)]
)


@pytest.fixture
def rendered(make_summary, make_console):
    def render(*, percentiles=False, width=80, **changes):
        fields = {
            "metrics": METRICS,
            "failures": FAILURES,
            "health": Health(),
            "notes": [],
            "thresholds": [],
            "thresholds_passed": True,
            "scenarios": [make_summary().scenarios[0]],
        }
        console, out = make_console(width)
        render_quick(make_summary(**(fields | changes)), console, percentiles=percentiles)
        return out.getvalue()

    return render


def test_the_result_of_one_request(rendered):
    text = "\n".join(line.rstrip() for line in rendered().splitlines()) + "\n"
    assert text == TEXT


def test_percentiles_of_both_latencies_and_the_histogram_of_the_corrected(rendered):
    corrected = timed("http_req_corrected_duration", *[30.0] * 9, 70.0)
    text = rendered(metrics=[*METRICS, corrected], percentiles=True)
    assert "percentile     latency   corrected" in text
    assert "       50%       1.5ms        30ms" in text
    assert "      100%         4ms        70ms" in text
    assert "≤ 70ms" in text
    assert "≤ 1.6ms" not in text


NARROW = """\
               latency   corrected
avg                2ms         2ms
min              1.5ms        30ms
med                2ms         2ms
p90                3ms         3ms
p95                4ms         4ms
p99                5ms         5ms
p99.9              6ms         6ms
max                4ms        70ms
"""


def test_a_narrow_terminal_has_a_line_for_each_figure(rendered):
    corrected = timed("http_req_corrected_duration", *[30.0] * 9, 70.0)
    text = rendered(metrics=[*METRICS, corrected], width=46)
    assert NARROW in "\n".join(line.rstrip() for line in text.splitlines())
    assert max(map(len, text.splitlines())) <= 46


DOUBTS = {
    "a suspect generator": (
        {"health": Health(verdict="suspect", reasons=["lag"])},
        ("generator suspect", "· lag"),
    ),
    "notes": ({"notes": ["a note"]}, ("· a note",)),
    "an early end": ({"aborted": "stopped by SIGINT"}, ("✗ failed: stopped early: stopped by SIGINT",)),
}


@pytest.mark.parametrize(("changes", "parts"), DOUBTS.values(), ids=DOUBTS)
def test_doubts_are_told(changes, parts, rendered):
    text = rendered(**changes)
    for part in parts:
        assert part in text


def test_nothing_measured_is_said_and_not_drawn(rendered):
    text = rendered(metrics=[], failures=Failures(), percentiles=True)
    assert "requests  0 in 30s, 0/s" in text
    assert "latency" not in text


def test_many_causes_are_cut(rendered):
    causes = [FailureCount(cause=f"cause {n}", count=1) for n in range(9)]
    text = rendered(failures=Failures(transport=causes))
    assert "cause 4" in text
    assert "cause 5" not in text
    assert "and 4 other causes" in text


def test_names_are_letters(rendered, hostile):
    assert "\x1b[2J" not in rendered(name=hostile, notes=[hostile])


def test_a_live_view_draws_the_histogram_that_it_is_given(make_console, make_snapshot):
    console, out = make_console(force_terminal=True, color_system=None, _environ={"TERM": "xterm"})
    names = ("http_req_corrected_duration", "http_req_duration")
    with LiveView(console, "t", names) as view:
        view.update(make_snapshot())
        assert "≤" not in out.getvalue()
        view.update(make_snapshot(metrics=METRICS))
    assert "≤ 1.6ms  ████████" in out.getvalue()
