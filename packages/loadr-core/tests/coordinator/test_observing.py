"""Observed metrics in whole runs on virtual time, with a source by a rule."""

import asyncio

import pytest

from loadr_core.coordinator.observing import MOST_MOMENTS, gauge_of, window_of
from loadr_core.metrics import View
from loadr_core.spi import ObservedValues, SourceError, Window
from loadr_testing.fakes import FakeSource, fake_source

CPU = {"type": "prometheus", "source": "http://${env.HOST}", "query": "cpu", "as": "cpu", "unit": "ratio"}


@pytest.fixture
def observed_run(run_fleet, plan_of, monkeypatch):
    """Run one VU for some seconds while a source answers by a rule."""

    def run(rule, *, seconds=12, entries=(CPU,), thresholds=None, secrets=None, environment=None, **request):
        source = fake_source(rule)
        monkeypatch.setattr("loadr_core.coordinator.observing.load_source", lambda _: source)
        top = {"observe": [*entries], "thresholds": thresholds or {}, "secrets": secrets or {}}
        plan = plan_of("constant-vus", top=top, vus=1, duration=f"{seconds}s")
        done = run_fleet(plan, environment={"HOST": "prom:9090", **(environment or {})}, **request)
        return done, source

    return run


def rising(window):
    return [ObservedValues([index / 100 for index in range(window.count)], {"host": "a"})]


def test_the_values_stand_beside_the_timeline(observed_run):
    done, source = observed_run(rising)
    (observed,) = done.summary.observations
    assert observed.elapsed_secs == [float(second) for second in range(13)]
    assert [(one.labels, one.values) for one in observed.series] == [
        ({"host": "a"}, [second / 100 for second in range(13)])
    ]
    assert (observed.metric, observed.name, observed.query, observed.unit) == ("cpu", "cpu", "cpu", "ratio")
    assert observed.problem == ""
    assert source.contexts[0].config == {
        "source": "http://prom:9090",
        "query": "cpu",
        "token": None,
    }
    assert [window.count for window in source.windows] == [6, 11, 13], "every five seconds, and at the end"
    assert {window.start for window in source.windows} == {0.0}


def test_thresholds_judge_what_was_observed(observed_run):
    def two(window):
        return [
            ObservedValues([0.5] * window.count, {"host": "a"}),
            ObservedValues([0.9, *[0.2] * (window.count - 1)], {"host": "b"}),
        ]

    expressions = {"cpu": ["max<0.6", "value<0.6"], "cpu{host:a}": "max<0.6", "cpu{host:c}": "max<0.6"}
    done, _ = observed_run(two, thresholds=expressions)
    verdicts = {(one.metric, one.expression): (one.observed, one.passed) for one in done.summary.thresholds}
    assert verdicts == {
        ("cpu", "max<0.6"): (0.9, False),
        ("cpu", "value<0.6"): (0.5, True),
        ("cpu{host:a}", "max<0.6"): (0.5, True),
        ("cpu{host:c}", "max<0.6"): (None, True),
    }
    assert done.code == 99
    gauges = {str(one.tags): one.agg for one in done.summary.metrics if one.metric == "cpu"}
    assert (gauges["{}"].min, gauges["{}"].max, gauges["{}"].last) == (0.2, 0.9, 0.5)


def test_a_threshold_can_end_the_run(observed_run):
    entry = {"threshold": "max<0.07", "abort_on_fail": True}
    done, _ = observed_run(rising, seconds=60, thresholds={"cpu": [entry]})
    assert done.code == 99
    assert done.summary.aborted == "threshold failed: cpu: max<0.07"
    assert done.summary.duration_secs == pytest.approx(10, abs=1.5), "asked and judged at 10 s"


@pytest.mark.parametrize(
    ("failure", "problem"),
    [
        (
            SourceError("prom:9090 cannot be reached: Connection refused"),
            "prom:9090 cannot be reached: Connection refused",
        ),
        (ZeroDivisionError("oops"), "a bug in the source: ZeroDivisionError: oops"),
        (SourceError("bad token hunter22"), "bad token ***"),
    ],
)
def test_a_source_that_cannot_be_asked_ends_no_run(observed_run, failure, problem):
    def fail(_window):
        raise failure

    done, _ = observed_run(
        fail,
        thresholds={"cpu": "max<1"},
        secrets={"token": {"env": "TOKEN"}},
        environment={"TOKEN": "hunter22"},
    )
    (observed,) = done.summary.observations
    assert (observed.problem, observed.series) == (problem, [])
    assert f"observed cpu: {problem}" in done.summary.notes
    assert done.summary.thresholds[0].no_samples
    assert done.code == 0


def test_what_was_seen_before_a_source_went_away_is_kept(observed_run):
    def once(window):
        if window.count > 6:
            raise SourceError("gone")
        return rising(window)

    done, _ = observed_run(once)
    (observed,) = done.summary.observations
    assert (observed.problem, len(observed.elapsed_secs)) == ("gone", 6)


def test_a_source_that_never_answers_is_not_waited_for(observed_run, monkeypatch):
    async def never(*_):
        await asyncio.sleep(3600)

    monkeypatch.setattr(FakeSource, "read", never)
    done, _ = observed_run(rising, seconds=12)
    assert done.summary.observations[0].problem == "no answer within 20 s"
    assert done.duration == pytest.approx(12 + 20, abs=1)


@pytest.mark.parametrize("values", [[], [ObservedValues([None] * 2)]])
def test_an_empty_answer_is_told(observed_run, values):
    done, _ = observed_run(lambda _: values, seconds=1)
    assert done.summary.observations[0].problem == "the query gave nothing in the time of the run"
    assert done.summary.observations[0].elapsed_secs == []


def test_only_some_of_many_series_are_kept_but_thresholds_see_all(observed_run):
    def many(window):
        return [ObservedValues([float(number)] * window.count, {"pod": str(number)}) for number in range(50)]

    done, _ = observed_run(many, seconds=1, thresholds={"cpu{pod:49}": "max==49"})
    (observed,) = done.summary.observations
    assert len(observed.series) == 20
    assert observed.problem == "50 series, of which 20 are kept: let the query aggregate them"
    assert done.summary.thresholds[0].passed
    assert not done.summary.thresholds[0].no_samples


@pytest.mark.parametrize("seconds", [0, 0.5, 1, 59.9, 600, 600.1, 3600, 86_400])
def test_a_window_covers_the_run_in_few_moments(seconds):
    window = window_of(100.0, seconds)
    assert 1 <= window.count <= MOST_MOMENTS + 1
    assert 100.0 + seconds - window.step < window.end <= 100.0 + seconds


def test_moments_without_a_value_are_left_out():
    series = [ObservedValues([None, 1.0, 3.0, None]), ObservedValues([None, 2.0, None, None])]
    gauge = gauge_of(series, View("x"))
    assert (gauge.last, gauge.min, gauge.max) == (3.0, 1.0, 3.0)
    assert gauge_of([], View("x")) is None


def test_a_window_names_its_last_moment():
    assert Window(10.0, 2, 3).end == 14.0
