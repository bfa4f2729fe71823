from dataclasses import replace

import pytest
from benchmarks.harness.measure import Measurement, Sample
from benchmarks.harness.statistics import (
    ToolReport,
    Window,
    cpu_ratio,
    doubts,
    judge_round,
    steady_window,
    summarize,
    whole_run,
)
from hypothesis import given
from hypothesis import strategies as st

# Half a second apart: start-up, ramp-up, two full intervals, drain, end.
SAMPLES = tuple(
    Sample(elapsed, requests, cpu, target, busy)
    for elapsed, requests, cpu, target, busy in [
        (0.0, 0, 0.0, 0.0, 100.0),
        (0.5, 0, 0.4, 0.0, 100.4),
        (1.0, 4_000, 0.8, 0.1, 100.8),
        (1.5, 14_000, 1.2, 0.3, 101.2),
        (2.0, 24_000, 1.6, 0.5, 101.6),
        (2.5, 25_000, 1.7, 0.52, 101.7),
        (3.0, 25_000, 1.7, 0.52, 101.7),
    ]
)
MEASUREMENT = Measurement(
    exit_code=0,
    wall_secs=3.1,
    cpu_secs=1.75,
    polled_cpu_secs=1.7,
    requests=25_000,
    peak_rss=60_000_000,
    peak_pss=50_000_000,
    samples=SAMPLES,
    stragglers=0,
)
REPORT = ToolReport(requests=25_000, failures=0, p50_ms=1.0, p99_ms=3.0)
WINDOW = Window(secs=1.0, requests=20_000, cpu_secs=0.8, target_cpu_secs=0.4, core_busy_secs=0.8)


def test_the_steady_window_leaves_out_both_ends():
    window = steady_window(SAMPLES)
    assert window is not None
    assert (window.secs, window.requests) == (1.0, 20_000)
    assert window.cpu_secs == pytest.approx(0.8)
    assert window.target_cpu_secs == pytest.approx(0.4)
    assert window.core_busy_secs == pytest.approx(0.8)


@pytest.mark.parametrize(
    "samples", [(), SAMPLES[:1], SAMPLES[:4]], ids=["none", "one", "two moving intervals"]
)
def test_a_short_run_has_no_steady_window(samples):
    assert steady_window(samples) is None


def test_a_short_run_is_taken_whole():
    window = whole_run(replace(MEASUREMENT, samples=SAMPLES[:4]))
    assert (window.secs, window.requests, window.cpu_secs) == (3.1, 25_000, 1.75)
    assert whole_run(replace(MEASUREMENT, samples=())).target_cpu_secs == 0.0


def test_the_row_of_a_run():
    row = judge_round("k6", 2, MEASUREMENT, REPORT)
    assert (row.peer, row.round, row.requests, row.notes) == ("k6", 2, 25_000, ())
    assert row.cpu_us == pytest.approx(70.0)
    assert row.steady_cpu_us == pytest.approx(40.0)
    assert row.fixed_cpu_secs == pytest.approx(0.75)
    assert row.rps == pytest.approx(20_000)
    assert row.target_busy == pytest.approx(0.4)
    assert row.generator_busy == pytest.approx(0.8)
    assert row.foreign == pytest.approx(0.0)


def test_the_higher_cpu_figure_counts():
    row = judge_round("k6", 1, replace(MEASUREMENT, polled_cpu_secs=2.5), REPORT)
    assert row.cpu_us == pytest.approx(100.0)
    assert "wait4 saw 1.75 s of CPU, /proc 2.50 s" in row.notes[0]


def test_a_run_without_requests_is_no_row():
    with pytest.raises(ValueError, match="no request"):
        judge_round("k6", 1, replace(MEASUREMENT, requests=0), REPORT)


@pytest.mark.parametrize(
    ("measurement", "report", "window", "note"),
    [
        ({}, {"requests": 25_300}, {}, "reports 25300 requests, the target counted 25000 (+1.2%)"),
        ({}, {"requests": 24_700}, {}, "(-1.2%)"),
        ({}, {"failures": 4}, {}, "4 failed requests or checks"),
        ({}, {}, {"target_cpu_secs": 0.97}, "target-bound: the server was the limit"),
        ({}, {}, {"core_busy_secs": 0.9}, "others used 10% of the generator's core"),
        ({"stragglers": 2}, {}, {}, "2 processes outlived the run"),
    ],
    ids=["reports more", "reports less", "failures", "target-bound", "disturbed", "stragglers"],
)
def test_doubts(measurement, report, window, note):
    (found,) = doubts(
        replace(MEASUREMENT, **measurement), replace(REPORT, **report), replace(WINDOW, **window)
    )
    assert note in found


@pytest.mark.parametrize(
    ("report", "window"),
    [
        ({"requests": 25_249}, {}),
        ({}, {"core_busy_secs": 0.84}),
        ({}, {"target_cpu_secs": 0.97, "cpu_secs": 0.95, "core_busy_secs": 0.95}),
    ],
    ids=["count within 1 %", "little foreign load", "both cores full"],
)
def test_no_doubts(report, window):
    assert doubts(MEASUREMENT, replace(REPORT, **report), replace(WINDOW, **window)) == []


def rows(peer, *requests):
    """Rounds of a peer whose CPU per request is 1.75 s over each count."""
    return [
        judge_round(peer, number, replace(MEASUREMENT, requests=count), replace(REPORT, requests=count))
        for number, count in enumerate(requests, 1)
    ]


def test_summaries_are_medians_in_order_of_appearance():
    mixed = [
        row
        for pair in zip(rows("k6", 25_000, 17_500, 35_000), rows("loadr", 1, 2, 4), strict=True)
        for row in pair
    ]
    k6, loadr = summarize(mixed)
    assert (k6.peer, k6.rounds, loadr.peer) == ("k6", 3, "loadr")
    assert k6.cpu_us == pytest.approx(70.0)
    assert (k6.cpu_us_min, k6.cpu_us_max) == (pytest.approx(50.0), pytest.approx(100.0))


def test_summaries_keep_the_notes_with_their_round():
    doubtful = replace(rows("k6", 25_000)[0], round=2, notes=("late",))
    assert summarize([*rows("k6", 25_000), doubtful])[0].notes == ("round 2: late",)


def test_the_ratio_says_how_many_times_less():
    summaries = summarize([*rows("k6", 10_000), *rows("loadr", 45_000)])
    assert cpu_ratio(summaries, "loadr", "k6") == pytest.approx(4.5)
    assert cpu_ratio(summaries, "loadr", "wrk") is None
    assert cpu_ratio(summaries, "wrk", "k6") is None


@given(st.lists(st.integers(min_value=1, max_value=10**7), min_size=1, max_size=9))
def test_a_median_lies_within_its_range_and_compares_to_itself_as_one(counts):
    (summary,) = summarize(rows("k6", *counts))
    assert summary.cpu_us_min <= summary.cpu_us <= summary.cpu_us_max
    assert cpu_ratio([summary], "k6", "k6") == 1.0


@given(st.lists(st.tuples(st.floats(0.01, 1), st.integers(0, 1000)), max_size=30))
def test_a_steady_window_lies_within_the_run(steps):
    samples, elapsed, requests = [Sample(0.0, 0, 0.0, 0.0, 0.0)], 0.0, 0
    for secs, more in steps:
        elapsed, requests = elapsed + secs, requests + more
        samples.append(Sample(elapsed, requests, elapsed, elapsed, elapsed))
    window = steady_window(samples)
    if window is not None:
        assert 0 < window.secs <= elapsed
        assert 0 < window.requests <= requests
