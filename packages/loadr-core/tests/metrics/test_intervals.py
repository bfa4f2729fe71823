from loadr_config.intervals import RateCounts, SeriesKey
from loadr_config.metrics import MetricKind
from loadr_core.metrics import Aggregator
from loadr_core.metrics.intervals import IntervalBook
from loadr_core.recording import Recorder
from loadr_core.spi import request_layout

LAYOUT = request_layout("http")


def delta(name, count, seconds=0.05):
    recorder = Recorder()
    recorder.rows(LAYOUT, {"name": name, "method": "GET"}).rows.extend([(0.0, seconds, 1.0, 1.0)] * count)
    cell = recorder.rate("checks", {"check": "ok"})
    cell.hits, cell.total = count - 1, count
    return recorder.take_delta()


def applied(book, *deltas):
    aggregator = Aggregator()
    for worker, gained in enumerate(deltas):
        aggregator.apply(worker, gained)
        book.apply(gained, lambda number, worker=worker: aggregator.tags_of(worker, number))


def key(metric, name="", kind=MetricKind.TREND):
    return SeriesKey(metric, name, kind)


def test_what_all_workers_gained_is_added_by_metric_and_name():
    book = IntervalBook()
    applied(book, delta("a", 10), delta("a", 5, 0.1), delta("b", 1))
    interval = book.close(1.5, 4)
    assert (interval.ended_at, interval.seconds, interval.active_vus) == (1.5, 1.5, 4)
    a = interval.series[key("http_req_duration", "a")]
    assert list(a.counts) == [10, 5]
    assert list(a.indices) == sorted(a.indices)
    assert round(a.sum) == 10 * 50_000 + 5 * 100_000
    assert sum(interval.series[key("http_req_duration", "b")].counts) == 1
    assert interval.series[key("http_reqs", "a", MetricKind.COUNTER)] == 15.0
    assert interval.series[key("checks", "", MetricKind.RATE)] == RateCounts(13, 16)


def test_phases_are_left_to_the_summary():
    book = IntervalBook()
    applied(book, delta("a", 1))
    trends = {name for name, _, kind in book.close(1.0, 1).series if kind is MetricKind.TREND}
    assert "http_req_duration" in trends
    assert not {name for name in trends if name.startswith(("http_req_wait", "http_req_send", "loadr_"))}


def test_an_interval_begins_where_the_last_one_ended():
    book = IntervalBook()
    applied(book, delta("a", 1))
    book.close(1.0, 1)
    assert book.is_empty
    assert book.close(2.25, 1).seconds == 1.25
    applied(book, delta("b", 1))
    assert not book.is_empty
    assert {name for _, name, kind in book.close(2.25, 0).series if kind is MetricKind.TREND} == {"b"}
