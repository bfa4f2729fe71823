"""Merged data is the same as pooled data, whatever worker it came from."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_core.metrics import Aggregator, Timeline, View
from loadr_core.recording import Recorder
from loadr_core.spi import request_layout

LAYOUT = request_layout("test")

requests = st.lists(
    st.tuples(st.sampled_from(["a", "b"]), st.booleans(), st.floats(0, 30, allow_nan=False)), max_size=40
)


def record(recorder, sample):
    for name, failed, seconds in sample:
        recorder.rows(LAYOUT, {"name": name}, failed=failed).rows.append((0.0, seconds, 1.0, 2.0))


def figures(aggregator):
    return {view: sink.aggregate(10.0).model_dump() for view, sink in aggregator.views()}


def approximately(figures):
    return {view: pytest.approx(values, nan_ok=True) for view, values in figures.items()}


@given(st.lists(requests, min_size=1, max_size=4))
def test_merging_workers_equals_pooling_their_samples(samples):
    selectors = [View("test_req_duration", (("name", "a"),))]
    pooled, merged = Aggregator(selectors), Aggregator(selectors)
    recorder = Recorder()
    record(recorder, itertools.chain.from_iterable(samples))
    pooled.apply(0, recorder.take_delta())
    for worker, sample in enumerate(samples):
        recorder = Recorder()
        half = len(sample) // 2
        for part in (sample[:half], sample[half:]):
            record(recorder, part)
            merged.apply(worker, recorder.take_delta())
    ours, theirs = figures(merged), figures(pooled)
    assert ours.keys() == theirs.keys()
    for view, values in theirs.items():
        assert ours[view] == pytest.approx(values), view


def test_a_selector_sees_the_samples_whose_tags_contain_it():
    narrow = View("test_reqs", (("name", "a"), ("zone", "eu")))
    aggregator = Aggregator([narrow])
    recorder = Recorder()
    for name, zone, count in (("a", "eu", 1), ("a", "us", 10), ("b", "eu", 100)):
        recorder.counter("test_reqs", {"name": name, "zone": zone}).value += count
    aggregator.apply(1, recorder.take_delta())
    totals = {view.selector: sink.sum for view, sink in aggregator.views()}
    assert totals == {(): 111, (("name", "a"),): 11, (("name", "b"),): 100, narrow.selector: 1}


def test_a_selector_without_samples_has_no_sink():
    view = View("test_reqs", (("name", "nobody"),))
    aggregator = Aggregator([view])
    recorder = Recorder()
    recorder.counter("test_reqs", {"name": "a"}).value += 1
    aggregator.apply(1, recorder.take_delta())
    assert aggregator.sink(view) is None
    assert aggregator.sink(View("test_reqs")).sum == 1


def test_percentiles_of_a_second_come_from_that_second():
    timeline, recorder = Timeline(), Recorder()
    series = recorder.rows(LAYOUT, {})
    series.rows.extend((0.0, 0.010, 0.0, 0.0) for _ in range(100))
    timeline.apply(recorder.take_delta(), 1.0)
    first = timeline.close(1.0, active_vus=3)
    series.rows.extend((0.0, 1.0, 0.0, 0.0) for _ in range(50))
    timeline.apply(recorder.take_delta(), 3.0)
    second = timeline.close(3.0, active_vus=4)
    third = timeline.close(4.0, active_vus=0)
    assert (first.rps, first.latency_p50, first.active_vus) == (100, pytest.approx(10, rel=1e-3), 3)
    assert (second.rps, second.latency_p50) == (25, pytest.approx(1000, rel=1e-3))
    assert (third.rps, third.latency_p50, third.error_rate) == (0, None, 0)


def test_the_error_rate_of_a_second():
    timeline, recorder = Timeline(), Recorder()
    for failed, count in ((True, 1), (False, 3)):
        recorder.rows(LAYOUT, {}, failed=failed).rows.extend([(0.0, 1.0, 0.0, 0.0)] * count)
    timeline.apply(recorder.take_delta(), 1.0)
    assert timeline.close(1.0, 0).error_rate == 0.25


def test_what_comes_late_mends_the_point_of_its_second():
    timeline, recorder = Timeline(), Recorder()
    series = recorder.rows(LAYOUT, {})

    def take(count, elapsed):
        series.rows.extend([(0.0, 0.010, 0.0, 0.0)] * count)
        timeline.apply(recorder.take_delta(), elapsed)

    take(100, 1.0)
    timeline.close(1.0, 3)
    take(7, 1.02)
    assert not timeline.is_due(1.02)
    assert [point.rps for point in timeline.points] == [107]
    take(10, 2.0)
    timeline.close(2.0, 3)
    take(5, 1.0)
    assert [point.rps for point in timeline.points] == [107, 15]


def test_the_shortest_run_has_a_point():
    timeline = Timeline()
    assert not timeline.is_due(0.0)
    assert timeline.is_due(0.001)


def test_a_large_count_needs_no_more_than_its_histogram():
    aggregator, recorder = Aggregator(), Recorder()
    series = recorder.rows(LAYOUT, {})
    series.rows.extend((0.0, seconds, 0.0, 0.0) for seconds in np.linspace(0, 0.1, 10_000).tolist())
    aggregator.apply(1, recorder.take_delta())
    assert aggregator.sink(View("test_req_duration")).observe("p", 50.0, 1.0) == pytest.approx(50, rel=2e-3)


def test_the_budget_of_names_holds_for_all_workers_together():
    kept = View("test_reqs", (("name", "/kept"),))
    aggregator = Aggregator([kept])
    for worker in (1, 2):
        recorder = Recorder()
        for number in range(700):
            recorder.counter("test_reqs", {"name": f"/{worker}/{number}"}).value += 1
        recorder.counter("test_reqs", {"name": "/kept"}).value += 1
        aggregator.apply(worker, recorder.take_delta())
    totals = {view.selector[0][1]: sink.sum for view, sink in aggregator.views() if view.selector}
    assert len(totals) == 1002
    assert (totals["other"], totals["/kept"]) == (400, 2)
    assert aggregator.folded_tags == {"name"}
    assert aggregator.sink(View("test_reqs")).sum == 1402


def test_causes_that_are_never_the_same_stay_bounded():
    aggregator, recorder = Aggregator(), Recorder()
    for second in range(3):
        for number in range(600):
            recorder.failure("transport", "a", f"cause {second} {number}")
        aggregator.apply(1, recorder.take_delta())
    failures = aggregator.failures
    assert len(failures) == 1001
    assert failures[0] == ("transport", "", "other", 800)
    assert sum(failure.times for failure in failures) == 1800


def test_messages_of_exceptions_are_pooled_and_hold_no_secret():
    recorder = Recorder(mask=lambda text: text.replace("key 12345", "***"))
    for order in range(1000, 1010):
        recorder.failure("exceptions", "shop.js:3", f"Error: order {order} of key 12345 failed")
    assert recorder.take_delta().failures == (
        ("exceptions", "shop.js:3", "Error: order {id} of *** failed", 10),
    )
