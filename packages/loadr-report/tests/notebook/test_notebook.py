import sys
from array import array

import pandas as pd
import polars as pl
import pytest
from hdrh.histogram import HdrHistogram

from loadr_config.intervals import Interval, RateCounts, SeriesKey, TrendCounts
from loadr_config.metrics import MetricKind
from loadr_config.summary import Aggregate, MetricSummary
from loadr_report import FileReadError, MissingLibraryError, UnknownRunError, load_run, write_summary
from loadr_report.notebook import Frame, LoadedRun
from loadr_report.store import Machine, RunRecorder, RunStore, StoredRun, record_of

A = SeriesKey("http_req_duration", "GET /", MetricKind.TREND)
B = SeriesKey("http_req_duration", "POST /orders", MetricKind.TREND)


def trend(counts):
    return TrendCounts(
        array("q", sorted(counts)), array("q", [counts[value] for value in sorted(counts)]), 1.0
    )


INTERVALS = (
    Interval(1.0, 1.0, 1, {A: trend({1000: 90, 2000: 10}), B: trend({500: 100})}),
    Interval(2.0, 1.0, 1, {SeriesKey("checks", "", MetricKind.RATE): RateCounts(1, 1)}),
)


@pytest.fixture
def run(make_summary):
    return LoadedRun(StoredRun("run", make_summary(), INTERVALS))


FRAMES = ("requests", "timeline", "checks", "thresholds", "metrics")


@pytest.mark.parametrize("name", FRAMES)
def test_pandas_and_polars_have_the_same_values(run, name):
    frame = getattr(run, name)
    one, other = frame.pandas(), frame.polars()
    assert isinstance(one, pd.DataFrame)
    assert isinstance(other, pl.DataFrame)
    assert list(one.columns) == other.columns == list(frame.columns)
    assert len(one) == len(other) == len(frame) > 0
    for column in frame.columns:
        for left, right, value in zip(one[column], other[column].to_list(), frame[column], strict=True):
            if value is None:
                assert pd.isna(left)
                assert right is None
            else:
                assert left == right == value


def test_frames_compute(run):
    requests = run.requests.polars()
    assert requests["count"].sum() == 12_000
    assert requests.filter(pl.col("name") == "POST /orders")["failed"].item() == 0.04
    slowest = run.timeline.pandas().set_index("elapsed_secs")["latency_p95"]
    assert slowest.max() == max(p95 for p95 in run.timeline["latency_p95"] if p95 is not None)
    failed = run.thresholds.pandas().query("not passed")
    assert list(failed["metric"]) == ["http_req_duration{name:POST /orders}"]
    checks = run.checks.pandas()
    assert (checks["passes"] / (checks["passes"] + checks["fails"])).tolist() == checks["rate"].tolist()


def test_rows_and_columns_need_no_library(run):
    assert run.checks.rows()[0] == {
        "group": "",
        "name": "status is 200",
        "passes": 11000,
        "fails": 0,
        "rate": 1.0,
    }
    assert repr(run.checks) == "<Frame of 2 rows: group, name, passes, fails, rate>"
    assert len(Frame({})) == 0


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_without_the_library_the_way_out_is_told(run, library, monkeypatch):
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(
        MissingLibraryError, match=rf"{library} is not installed: pip install 'loadr\[notebook\]'"
    ):
        getattr(run.checks, library)()


def test_percentiles_over_time_come_from_each_intervals_histogram(run):
    frame = run.over_time("http_req_duration", 50, 95, name="GET /")
    assert frame.columns == {
        "elapsed_secs": [1.0, 2.0],
        "count": [100, 0],
        "p50": [1.0, None],
        "p95": [2.0, None],
    }
    assert run.over_time("http_req_duration", 50, 99)["p50"] == [0.5, None]
    with pytest.raises(KeyError, match="no trend http_req_waiting was kept"):
        run.over_time("http_req_waiting")


def test_percentiles_of_the_whole_run(make_summary):
    histogram = HdrHistogram(1, 3_600_000_000, 3)
    for value in range(1, 1001):
        histogram.record_value(value * 1000)
    metric = MetricSummary(
        metric="http_req_duration",
        kind=MetricKind.TREND,
        tags={"name": "GET /"},
        agg=Aggregate(count=1000, max=1000.0),
        histogram=histogram.encode().decode(),
    )
    run = LoadedRun(StoredRun("run", make_summary(metrics=[metric])))
    assert run.percentiles("http_req_duration", 50, 99.9, name="GET /") == {
        percent: histogram.get_value_at_percentile(percent) / 1000 for percent in (50, 99.9)
    }
    assert list(run.percentiles("http_req_duration", name="GET /")) == [50, 90, 95, 99]
    with pytest.raises(
        KeyError, match=r"no trend http_req_duration; there are http_req_duration\{name:GET /\}"
    ):
        run.percentiles("http_req_duration")


@pytest.fixture
def store(tmp_path, make_summary):
    store = RunStore(tmp_path / "runs")
    summary = make_summary()
    record = record_of(summary, exit_code=0, revision=None, machine=Machine())
    recorder = RunRecorder()
    for interval in INTERVALS:
        recorder.add(interval)
    store.add(record, summary, recorder.file())
    return store


def test_a_kept_run_is_loaded_by_id_by_environment_and_by_file(store, make_summary, monkeypatch):
    run_id = make_summary().run_id
    run = load_run("last", store.folder)
    assert (run.run_id, run.intervals, run.record.run_id) == (run_id, INTERVALS, run_id)
    assert repr(run) == f"<LoadedRun {run_id} 'quickstart': 30 s>"
    monkeypatch.setenv("LOADR_STORE", str(store.folder))
    assert load_run(run_id[:4]).summary == make_summary()
    assert load_run(store.path(run_id)).summary == make_summary()


def test_an_exported_summary_is_loaded(tmp_path, make_summary):
    write_summary(make_summary(), tmp_path / "summary.json")
    run = load_run(tmp_path / "summary.json")
    assert (run.summary, run.intervals, run.record) == (make_summary(), (), None)


def test_what_is_not_there_is_told(store):
    with pytest.raises(UnknownRunError):
        load_run("2000", store.folder)
    with pytest.raises(FileReadError):
        load_run("missing.json", store.folder)
