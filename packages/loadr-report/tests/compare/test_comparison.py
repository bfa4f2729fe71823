import numpy as np
import pytest

from loadr_config.intervals import Interval
from loadr_report import compare as comparing
from loadr_report.compare.comparison import NO_INTERVALS, NOT_IN_LOAD, TOO_FEW, TOO_SHORT
from loadr_report.store import StoredRun


def counted(values):
    found, counts = np.unique(values.astype(int), return_counts=True)
    return dict(zip(found.tolist(), counts.tolist(), strict=True))


@pytest.fixture
def drawn(make_run, second):
    """A run of a hundred requests a second, about half a millisecond each."""

    def drawing(seed, *, seconds=60, factor=1.0, failed=0):
        generator = np.random.default_rng(seed)
        intervals = [
            second(place, counted(generator.normal(500, 50, 100) * factor), failed=failed)
            for place in range(seconds)
        ]
        return make_run(intervals, label=f"run {seed}")

    return drawing


def row(comparison, text):
    return next(row for row in comparison.rows if row.measure.text == text)


def test_a_run_is_the_same_as_itself(drawn):
    comparison = comparing.compare([drawn(1)], [drawn(1)])
    assert comparison.outcome == "same"
    assert {row.change for row in comparison.rows} == {0.0}
    assert "a run is compared with itself" in comparison.warnings


def test_a_slower_run_is_worse_and_the_other_way_round_better(drawn):
    base, slow = [drawn(1)], [drawn(2, factor=1.2)]
    comparison = comparing.compare(base, slow)
    p95 = row(comparison, "http_req_duration p95")
    assert comparison.outcome == p95.outcome == "worse"
    assert p95.low < 0.2 < p95.high
    assert p95.change == pytest.approx(0.2, abs=0.03)
    assert row(comparison, "http_reqs per_second").outcome == "same"
    assert comparing.compare(slow, base).outcome == "better"


def test_percentiles_are_those_of_all_requests(drawn):
    run = drawn(1)
    comparison = comparing.compare([run], [run])
    values = sorted(
        value
        for interval in run.intervals
        for key, trend in interval.series.items()
        if key.metric == "http_req_duration"
        for value, count in zip(trend.indices, trend.counts, strict=True)
        for _ in range(count)
    )
    for figure, percent in (("p50", 50), ("p95", 95), ("p99", 99)):
        wanted = values[int(percent / 100 * len(values) + 0.5) - 1] / 1000
        assert row(comparison, f"http_req_duration {figure}").base == pytest.approx(wanted)


def test_failures_are_compared_by_their_difference(drawn):
    comparison = comparing.compare([drawn(1)], [drawn(2, failed=3)])
    failed = row(comparison, "http_req_failed rate")
    assert (failed.base, failed.new, failed.outcome) == (0.0, 0.03, "worse")
    assert failed.change == pytest.approx(0.03)


def test_the_same_runs_give_the_same_answer(drawn):
    pair = [drawn(1)], [drawn(2)]
    assert comparing.compare(*pair) == comparing.compare(*pair)


def test_more_confidence_makes_intervals_longer(drawn):
    def reach(confidence):
        comparison = comparing.compare([drawn(1)], [drawn(2)], confidence=confidence)
        found = row(comparison, "http_req_duration p95")
        return found.high - found.low

    assert reach(0.99) > reach(0.95) > reach(0.5)


def test_a_larger_floor_makes_changes_matter_less(drawn):
    pair = [drawn(1)], [drawn(2, factor=1.1)]
    assert comparing.compare(*pair).outcome == "worse"
    assert comparing.compare(*pair, floor=0.3).outcome == "same"


def test_what_differs_between_runs_of_the_same_counts_when_there_are_several(drawn):
    fast, slow = [drawn(seed) for seed in (3, 4)], [drawn(seed, factor=1.2) for seed in (1, 2)]
    assert comparing.compare([fast[0]], [slow[0]]).outcome == "worse"
    mixed = comparing.compare([fast[0], slow[0]], [slow[1], slow[1]])
    assert mixed.outcome == "inconclusive", "the runs of the base differ as much among themselves"
    assert comparing.compare([*fast, drawn(5), drawn(6)], [*slow, drawn(7, factor=1.2)]).outcome == "worse"


def test_one_run_can_be_held_against_several(drawn):
    base = [drawn(seed) for seed in range(1, 6)]
    assert comparing.compare(base, [drawn(7, factor=1.3)]).outcome == "worse"


def test_a_run_that_took_longer_is_compared_on_its_own_time(drawn):
    assert comparing.compare([drawn(1)], [drawn(2, seconds=90, factor=1.2)]).outcome == "worse"


def test_a_ramp_that_both_have_cancels_out(make_run, second):
    def ramp(seed):
        generator = np.random.default_rng(seed)
        values = [generator.normal(500, 20, 100) * (1 + place / 60) for place in range(60)]
        return make_run([second(place, counted(value)) for place, value in enumerate(values)])

    found = row(comparing.compare([ramp(1)], [ramp(2)]), "http_req_duration p95")
    assert found.high - found.low < 0.05, "the ramp itself makes a block's p95 vary by a third"


def test_summaries_alone_tell_what_changed_and_not_how_sure(make_run):
    comparison = comparing.compare([make_run(label="a")], [make_run(label="b")])
    assert comparison.outcome == "inconclusive"
    assert {row.reason for row in comparison.rows} == {NO_INTERVALS}
    assert NO_INTERVALS in comparison.warnings


def test_several_summaries_tell_by_how_much_they_differ(make_run):
    base, new = ([make_run(label=f"{side}{number}") for number in range(3)] for side in "ab")
    assert comparing.compare(base, new).outcome == "same"


def test_what_is_too_short_is_not_judged(drawn):
    comparison = comparing.compare([drawn(1, seconds=11)], [drawn(2, seconds=11, factor=3.0)])
    assert comparison.outcome == "inconclusive"
    assert {row.reason for row in comparison.rows} == {TOO_SHORT}


def test_what_only_setup_did_is_not_judged(make_run, second):
    whole = make_run([second(place, {500: 50}) for place in range(60)])
    without = [
        Interval(i.ended_at, i.seconds, 1, {k: v for k, v in i.series.items() if k.metric != "http_reqs"})
        for i in whole.intervals
    ]
    run = StoredRun("run", whole.summary, tuple(without))
    assert row(comparing.compare([run], [run]), "http_reqs per_second").reason == NOT_IN_LOAD


def test_a_warm_up_is_left_out(make_run, second):
    def run(warm):
        return make_run([second(place, {warm if place < 20 else 500: 50}) for place in range(60)])

    base, new = [run(500)], [run(1900)]
    assert comparing.compare(base, new).outcome != "same"
    assert comparing.compare(base, new, skipped=20.0).outcome == "same"


def test_a_percentile_of_few_samples_is_not_judged(make_run, second):
    run = make_run([second(place, {500: 10}) for place in range(60)], count=600)
    comparison = comparing.compare([run], [run])
    assert row(comparison, "http_req_duration p99").reason == TOO_FEW
    assert row(comparison, "http_req_duration p95").reason == ""


@pytest.mark.parametrize(
    ("changes", "warning"),
    [
        ({"plan": "other: plan"}, "the runs are of different plans"),
        ({"health": {"verdict": "suspect", "reasons": ["too slow"]}}, "new is suspect: too slow"),
        ({"aborted": "stopped by SIGINT"}, "new ended early: stopped by SIGINT"),
    ],
)
def test_what_speaks_against_a_comparison_is_told(make_run, second, changes, warning):
    intervals = [second(place, {500: 50}) for place in range(60)]
    base = make_run(intervals, label="base", plan="a: plan")
    new = make_run(intervals, label="new", **({"plan": "a: plan"} | changes))
    assert any(told.startswith(warning) for told in comparing.compare([base], [new]).warnings)
    alike = make_run(intervals, label="alike", plan="a: plan")
    assert comparing.compare([base], [alike]).warnings == ()
