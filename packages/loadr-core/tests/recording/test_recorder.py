import subprocess
import sys
from functools import partial

import pytest

from loadr_core.errors import ExtensionError
from loadr_core.metrics import TagBudget
from loadr_core.recording import Recorder
from loadr_core.spi import CounterColumn, RowLayout, TrendColumn

LAYOUT = RowLayout(
    name="test",
    columns=("extra", "start", "end", "bytes"),
    at="end",
    trends=(TrendColumn("total", "end", "start"), TrendColumn("extra", "extra")),
    counters=(CounterColumn("requests"), CounterColumn("traffic", "bytes")),
    failures=("failed",),
)


@pytest.fixture(params=[True, False], ids=["in bulk", "plain"])
def make(request):
    """Make a recorder that folds in one of the two ways."""
    return partial(Recorder, in_bulk=request.param)


def gains(delta):
    counters = {(gain.metric, gain.tags): gain.increment for gain in delta.counters}
    rates = {(gain.metric, gain.tags): (gain.hits, gain.total) for gain in delta.rates}
    trends = {(gain.metric, gain.tags): gain.values for gain in delta.trends}
    return counters, rates, trends


def test_rows_become_trends_counters_and_rates(make):
    recorder = make()
    recorder.rows(LAYOUT, {"name": "a"}).rows.extend([(0.5, 1.0, 1.25, 10.0), (0.0, 2.0, 2.75, 20.0)])
    recorder.rows(LAYOUT, {"name": "b"}, failed=True).rows.append((0.0, 0.0, 0.001, 1.0))
    delta = recorder.take_delta()
    counters, rates, trends = gains(delta)
    assert delta.new_tags == ((("name", "a"),), (("name", "b"),))
    assert counters == {("requests", 0): 2, ("traffic", 0): 30, ("requests", 1): 1, ("traffic", 1): 1}
    assert rates == {("failed", 0): (0, 2), ("failed", 1): (1, 1)}
    assert (trends["total", 0].total, trends["total", 0].min, trends["total", 0].max) == (2, 250_000, 750_000)
    assert trends["extra", 0].sum == pytest.approx(500_000)


def test_a_delta_holds_only_what_is_new(make):
    recorder = make()
    series = recorder.rows(LAYOUT, {})
    series.rows.append((0.0, 0.0, 1.0, 5.0))
    recorder.take_delta()
    assert recorder.take_delta().trends == ()
    series.rows.append((0.0, 0.0, 1.0, 7.0))
    counters, _, trends = gains(recorder.take_delta())
    assert counters == {("requests", 0): 1, ("traffic", 0): 7}
    assert trends["total", 0].total == 1


def test_flushing_early_changes_nothing(make):
    one, two = make(), make()
    rows = [(0.0, float(n), n + 0.001 * n, 1.0) for n in range(100)]
    one.rows(LAYOUT, {}).rows.extend(rows)
    series = two.rows(LAYOUT, {})
    for row in rows:
        series.rows.append(row)
        series.flush()
    ours, theirs = gains(one.take_delta())[2]["total", 0], gains(two.take_delta())[2]["total", 0]
    assert ours.counts.tolist() == theirs.counts.tolist()
    assert ours.indices.tolist() == theirs.indices.tolist()
    assert ours.sum == pytest.approx(theirs.sum)


def test_base_tags_stand_in_every_series_and_own_tags_win():
    recorder = Recorder({"suite": "x", "name": "base"})
    recorder.counter("c", {"name": "own"}).value += 1
    assert recorder.take_delta().new_tags == ((("name", "own"), ("suite", "x")),)


def test_cells(make):
    recorder = make()
    rate, gauge = recorder.rate("checks", {}), recorder.gauge("load", {})
    rate.hits, rate.total = 1, 3
    for value in (3.0, 1.0, 2.0):
        gauge.set(value)
    delta = recorder.take_delta()
    assert [(gain.hits, gain.total) for gain in delta.rates] == [(1, 3)]
    assert [(gain.last, gain.min, gain.max) for gain in delta.gauges] == [(2.0, 1.0, 3.0)]
    assert recorder.take_delta().gauges == ()


@pytest.mark.parametrize("row", [(1.0,), (1.0, 2.0, 3.0, 4.0, 5.0)], ids=["too short", "too long"])
def test_a_row_that_does_not_fit_names_the_protocol(make, row):
    recorder = make()
    series = recorder.rows(LAYOUT, {})
    series.rows.extend([(0.0, 0.0, 1.0, 5.0), row])
    with pytest.raises(ExtensionError, match="protocol 'test' made rows that are not 4 wide"):
        series.flush()


def test_raw_rows_are_kept_only_on_request():
    silent, keeping = Recorder(), Recorder(keep_raw=True)
    for recorder in (silent, keeping):
        recorder.rows(LAYOUT, {}, failed=True).rows.append((0.0, 1.0, 2.0, 3.0))
    assert silent.take_delta().raw == ()
    (raw,) = keeping.take_delta().raw
    assert (raw.layout, raw.failed, raw.rows.tolist()) == (LAYOUT, True, [[0.0, 1.0, 2.0, 3.0]])


def test_failures_are_counted_by_cause_and_bounded():
    recorder = Recorder()
    for number in range(1500):
        recorder.failure("transport", "name", f"cause {number}")
    recorder.failure("transport", "name", "cause 1")
    failures = {(gain.name, gain.cause): gain.times for gain in recorder.take_delta().failures}
    assert failures["name", "cause 1"] == 2
    assert failures["", "other"] == 500
    assert sum(failures.values()) == 1501


def test_a_layout_that_names_an_unknown_column_is_refused():
    with pytest.raises(ValueError, match="row layout 'x' has no column end"):
        RowLayout(name="x", columns=("at",), at="at", trends=(TrendColumn("t", "end"),))


@pytest.mark.process
def test_only_recording_in_bulk_loads_numpy():
    program = (
        "import sys; from loadr_core.recording import Recorder\n"
        "Recorder(in_bulk=False).take_delta(); assert 'numpy' not in sys.modules\n"
        "Recorder().take_delta(); assert 'numpy' in sys.modules\n"
        "print('both')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout == "both\n", done.stderr


def test_a_url_that_a_threshold_names_is_a_name_as_it_is():
    recorder = Recorder(budget=TagBudget([("name", "/users/7?a=1")]))
    assert [recorder.request_name(url) for url in ("/users/7?a=1", "/users/7", "/users/8?a=1")] == [
        "/users/7?a=1",
        "/users/{id}",
        "/users/{id}",
    ]
