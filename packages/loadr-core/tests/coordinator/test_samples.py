from collections import Counter

import numpy as np
import pytest

from loadr_config.metrics import MetricKind
from loadr_core.coordinator.samples import row_batches, sample_batches, series_gains
from loadr_core.metrics.delta import RawRows
from loadr_core.recording import Recorder
from loadr_core.spi import request_layout


def test_rows_become_one_batch_a_metric_with_times_since_the_epoch():
    rows = np.array([[1.0, 1.25, 10.0, 100.0], [2.0, 2.5, 20.0, 200.0]])
    batches = row_batches(RawRows(request_layout("x"), 0, True, rows), (("name", "a"),), epoch=1000.0)
    values = {batch.metric: (batch.kind, batch.values.tolist()) for batch in batches}
    assert values == {
        "x_req_duration": (MetricKind.TREND, [250.0, 500.0]),
        "plugin_req_duration": (MetricKind.TREND, [250.0, 500.0]),
        "x_reqs": (MetricKind.COUNTER, [1.0, 1.0]),
        "plugin_reqs": (MetricKind.COUNTER, [1.0, 1.0]),
        "data_sent": (MetricKind.COUNTER, [10.0, 20.0]),
        "data_received": (MetricKind.COUNTER, [100.0, 200.0]),
        "http_req_failed": (MetricKind.RATE, [1.0, 1.0]),
        "x_req_failed": (MetricKind.RATE, [1.0, 1.0]),
    }
    assert all(batch.times.tolist() == [1001.25, 1002.5] for batch in batches)
    assert all(batch.tags == {"name": "a"} for batch in batches)


@pytest.fixture
def recorder():
    recorder = Recorder(keep_raw=True)
    series = recorder.rows(request_layout("x"), {"name": "a"})
    series.rows.extend([(1.0, 1.25, 10.0, 100.0), (2.0, 2.5, 20.0, 200.0)])
    checks = recorder.rate("checks", {"check": "ok"})
    checks.hits, checks.total = 2, 3
    recorder.counter("dropped_iterations", {}).value = 4.0
    recorder.gauge("loadr_cpu", {}).set(0.5)
    return recorder


def tags_of(delta):
    return lambda number: delta.new_tags[number]


def test_the_samples_of_a_report_add_up_to_its_totals(recorder):
    delta = recorder.take_delta()
    totals = Counter()
    counts = Counter()
    for batch in sample_batches(delta, tags_of(delta), epoch=0.0, at=9.0):
        totals[batch.metric] += batch.values.sum()
        counts[batch.metric] += len(batch.values)
        assert len(batch.times) == len(batch.values)
    assert {metric: counts[metric] for metric in ("x_req_duration", "checks", "loadr_cpu")} == {
        "x_req_duration": 2,
        "checks": 3,
        "loadr_cpu": 1,
    }
    for counter in delta.counters:
        assert totals[counter.metric] == counter.increment
    for rate in delta.rates:
        assert (counts[rate.metric], totals[rate.metric]) == (rate.total, rate.hits)


def test_what_no_row_holds_has_the_time_of_the_report(recorder):
    delta = recorder.take_delta()
    times = {
        batch.metric: batch.times.tolist()
        for batch in sample_batches(delta, tags_of(delta), epoch=100.0, at=9.0)
    }
    assert times["checks"] == [9.0, 9.0, 9.0]
    assert times["x_reqs"] == [101.25, 102.5]


def test_gains_hold_the_figures_of_their_kind(recorder):
    delta = recorder.take_delta()
    gains = {gain.metric: gain for gain in series_gains(delta, tags_of(delta))}
    duration = gains["x_req_duration"]
    assert (duration.count, duration.sum, duration.min, duration.max) == (2, 750.0, 250.0, 500.0)
    assert duration.time
    assert duration.tags == {"name": "a"}
    assert list(duration.values) == pytest.approx([250.0, 500.0], rel=1e-3)
    assert list(duration.counts) == [1, 1]
    assert (gains["checks"].sum, gains["checks"].count) == (2, 3)
    assert gains["dropped_iterations"].sum == 4.0
    assert gains["loadr_cpu"].last == 0.5
