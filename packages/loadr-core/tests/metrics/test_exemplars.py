"""The slowest requests: those of all workers together are what sorting all requests would give."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_core.metrics import Aggregator
from loadr_core.metrics.exemplars import ExemplarBook, Origin, ServiceTime, SlowRequest
from loadr_core.recording import Recorder
from loadr_core.spi import CounterColumn, RowLayout, TrendColumn, request_layout

LAYOUT = request_layout("test")
ORIGIN = Origin(vu=1, iteration=1)
PHASED = RowLayout(
    name="http on a schedule",
    columns=("connecting", "start", "first", "end", "intended"),
    at="end",
    trends=(
        TrendColumn("http_req_connecting", "connecting"),
        TrendColumn("http_req_waiting", "first", "start"),
        TrendColumn("http_req_duration", "end", "start"),
        TrendColumn("http_req_corrected_duration", "end", "intended"),
        TrendColumn("plugin_req_duration", "end", "start"),
    ),
)

requests = st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xy"), st.integers(0, 50)), max_size=60)


def record(recorder, request, at):
    """As a request step does it."""
    name, zone, ms = request
    series = recorder.rows(LAYOUT, {"name": name, "zone": zone})
    row = (at, at + ms / 1000, 1.0, 2.0)
    series.rows.append(row)
    if row[series.end] - row[series.start] > series.slowest.bar:
        series.keep(row, Origin(vu=ms, iteration=0))


@given(st.lists(requests, max_size=3), st.integers(1, 5))
def test_the_slowest_of_all_workers_are_found(workers, pause):
    aggregator = Aggregator()
    for number, sample in enumerate(workers, 1):
        recorder = Recorder()
        for index, request in enumerate(sample):
            record(recorder, request, at=0.0)
            if index % pause == 0:
                aggregator.apply(number, recorder.take_delta())
        aggregator.apply(number, recorder.take_delta())
    found = aggregator.exemplars.slowest()
    for name in "ab":
        every = sorted((ms for sample in workers for of, _, ms in sample if of == name), reverse=True)
        assert [each.request.origin.vu for each in found if each.tags["name"] == name] == every[:5]
    assert [each.request.duration for each in found] == sorted(
        (each.request.duration for each in found), reverse=True
    )


@given(st.permutations([(worker, duration) for worker in range(3) for duration in range(4)]))
def test_the_order_in_which_workers_report_changes_nothing(order):
    book = ExemplarBook(limit=4)
    for worker, duration in order:
        book.add(worker, (("name", "a"),), SlowRequest(float(duration), float(worker), 0, ORIGIN, ()))
    assert [(found.request.duration, found.worker) for found in book.slowest()] == [
        (3.0, 0),
        (3.0, 1),
        (3.0, 2),
        (2.0, 0),
    ]


def test_a_report_carries_only_what_is_new():
    recorder = Recorder()
    for ms in (10, 30, 20):
        record(recorder, ("a", "x", ms), at=0.0)
    assert [slow.origin.vu for slow in recorder.take_delta().slow] == [10, 20, 30]
    assert recorder.take_delta().slow == ()
    record(recorder, ("a", "y", 15), at=1.0)
    assert [(slow.origin.vu, slow.at, slow.tags) for slow in recorder.take_delta().slow] == [(15, 1.015, 1)]


def test_a_target_that_gets_slower_with_every_request_costs_a_report_nothing():
    recorder = Recorder()
    for ms in range(1000):
        record(recorder, ("a", "x", ms), at=0.0)
    assert [slow.origin.vu for slow in recorder.take_delta().slow] == [995, 996, 997, 998, 999]


def test_names_beyond_the_budget_are_one_name():
    recorder = Recorder()
    for number in range(1_200):
        record(recorder, (f"/{number}", "x", number), at=0.0)
    aggregator = Aggregator()
    aggregator.apply(1, recorder.take_delta())
    found = aggregator.exemplars.slowest(most=100)
    assert len(found) == 100
    assert [each.tags["name"] for each in found[:2]] == ["other", "/999"], "one of each name comes first"
    assert [each.request.origin.vu for each in found[:2]] == [1199, 999]


def test_the_slowest_of_each_name_comes_before_the_second_of_any():
    book = ExemplarBook()
    for name, duration in (("a", 9.0), ("a", 8.0), ("a", 7.0), ("b", 1.0)):
        book.add(1, (("name", name),), SlowRequest(duration, 0.0, 0, ORIGIN, ()))
    assert [found.request.duration for found in book.slowest(most=3)] == [9.0, 8.0, 1.0]


def test_phases_are_named_as_in_the_metrics():
    service = ServiceTime.of(PHASED)
    assert dict(service.phases((0.5, 10.0, 10.25, 11.0, 9.0))) == {
        "connecting": 0.5,
        "waiting": 0.25,
        "corrected_duration": 2.0,
    }
    assert service.completed_at((0.5, 10.0, 10.25, 11.0, 9.0)) == 11.0


@pytest.mark.parametrize(
    "layout",
    [
        pytest.param(RowLayout("hits", ("at",), "at", counters=(CounterColumn("hits"),)), id="no time"),
        pytest.param(
            RowLayout("loop", ("a", "b"), "b", trends=(TrendColumn("group_duration", "b", "a"),)),
            id="no request",
        ),
        pytest.param(
            RowLayout("x", ("d",), "d", trends=(TrendColumn("x_req_duration", "d"),)), id="no two stamps"
        ),
    ],
)
def test_other_rows_are_never_kept(layout):
    series = Recorder().rows(layout, {"name": "a"})
    row = (1e9,) * len(layout.columns)
    assert not row[series.end] - row[series.start] > series.slowest.bar
