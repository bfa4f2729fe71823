import json
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_config.intervals import Interval, RateCounts, SeriesKey, TrendCounts
from loadr_config.metrics import MetricKind
from loadr_report.store.codec import CorruptError, SeriesTable, added, file_of, intervals_of, record_of

texts = st.text(st.characters(codec="utf-8"), max_size=6)


@st.composite
def trends(draw):
    counted = draw(st.dictionaries(st.integers(0, 23_000), st.integers(1, 2**40), max_size=6))
    indices = sorted(counted)
    total = float(draw(st.integers(0, 2**50)))
    return TrendCounts(array("q", indices), array("q", [counted[index] for index in indices]), total)


VALUES = {
    MetricKind.TREND: trends(),
    MetricKind.RATE: st.builds(RateCounts, st.integers(0, 10**9), st.integers(0, 10**9)),
    MetricKind.COUNTER: st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15),
}
keys = st.builds(SeriesKey, texts, texts, st.sampled_from(list(VALUES)))


@st.composite
def runs(draw):
    """Intervals that follow each other, some without anything."""
    known = draw(st.lists(keys, max_size=5, unique_by=lambda key: key[:2]))
    intervals, now = [], 0.0
    for _ in range(draw(st.integers(0, 5))):
        seconds = draw(st.integers(0, 10**8)) / 1e6
        chosen = [key for key in known if draw(st.booleans())]
        now += seconds
        intervals.append(
            Interval(
                now, seconds, draw(st.integers(0, 10**6)), {key: draw(VALUES[key.kind]) for key in chosen}
            )
        )
    return intervals


def written(intervals):
    table = SeriesTable()
    return file_of([record_of(interval, table) for interval in intervals], table)


@given(runs())
def test_every_run_reads_back(intervals):
    assert list(intervals_of(written(intervals))) == intervals


@given(runs(), st.data())
def test_what_is_cut_off_is_never_read_as_a_whole_run(intervals, data):
    file = written(intervals)
    cut = file[: data.draw(st.integers(0, len(file) - 1))]
    try:
        found = list(intervals_of(cut))
    except CorruptError:
        return
    assert len(found) < len(intervals), "only whole records may be missing"


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"LDRI2\x00", id="another version"),
        pytest.param(b"LDRI1\x02{}", id="header without series"),
        pytest.param(b"LDRI1\x0d" + json.dumps({"series": 3}).encode(), id="series are no list"),
        pytest.param(b'LDRI1\x0d{"series":[]}' + b"\x04\x00\x00\x01\x05", id="unknown series"),
        pytest.param(b'LDRI1\x0d{"series":[]}' + b"\x04\x00\x00\x00\x00", id="record too long"),
    ],
)
def test_what_follows_no_grammar_is_refused(file):
    with pytest.raises(CorruptError):
        list(intervals_of(file))


@given(trends(), trends(), trends())
def test_adding_does_not_depend_on_the_grouping(first, second, third):
    key = SeriesKey("http_req_duration", "a", MetricKind.TREND)
    one, two, three = (
        Interval(at, 1.0, 3, {key: trend}) for at, trend in enumerate((first, second, third), start=1)
    )
    assert added(added(one, two), three) == added(one, added(two, three))


def test_neighbours_are_added_series_by_series():
    hits = SeriesKey("checks", "", MetricKind.RATE)
    count = SeriesKey("iterations", "", MetricKind.COUNTER)
    first = Interval(1.0, 1.0, 5, {hits: RateCounts(3, 4)})
    second = Interval(2.5, 1.5, 6, {hits: RateCounts(1, 1), count: 7.0})
    assert added(first, second) == Interval(2.5, 2.5, 6, {hits: RateCounts(4, 5), count: 7.0})
