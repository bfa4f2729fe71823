from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_config.buckets import bucket_bounds
from loadr_core.metrics import Timeline
from loadr_core.metrics.heat import HeatBook, band_end, band_of
from loadr_core.metrics.histogram import Histogram
from loadr_core.recording import Recorder
from loadr_core.spi import request_layout

LAYOUT = request_layout("test")


def histogram(*values):
    """A histogram of values in microseconds that have a bucket each."""
    recorder, made = Recorder(), Histogram()
    recorder.rows(LAYOUT, {}).rows.extend((0.0, value / 1e6, 0.0, 0.0) for value in values)
    for trend in recorder.take_delta().trends:
        if trend.metric == "test_req_duration":
            made.add(trend.values)
    return made


def counted(heat):
    """The counts of all columns by the end of their band, in milliseconds."""
    total = Counter()
    for column in heat.columns:
        for place, count in enumerate(column.counts, column.first):
            total[heat.upto_ms[place]] += count
    return +total


@given(st.integers(0, 3_600_000_000))
def test_a_value_is_in_its_band(value):
    band = band_of(value)
    assert value < band_end(band)
    assert band == 0 or value >= band_end(band - 1)


@given(st.integers(0, 21 * 1024))
def test_no_bucket_of_a_histogram_lies_in_two_bands(index):
    lowest, highest = bucket_bounds(index)
    assert band_of(lowest) == band_of(highest)


def test_bands_are_a_quarter_of_an_octave():
    assert [band_end(band_of(value)) for value in (1000, 1024, 1279, 1280, 2047)] == [
        1024,
        1280,
        1280,
        1536,
        2048,
    ]


def test_columns_hold_what_their_interval_counted():
    book = HeatBook()
    book.add(1.0, histogram(1000, 1000, 2000))
    book.add(2.0, histogram())
    heat = book.heat_map(3.0, histogram(1100))
    assert [column.elapsed_secs for column in heat.columns] == [1.0, 2.0, 3.0]
    assert heat.from_ms == 0.896
    assert heat.upto_ms == [1.024, 1.28, 1.536, 1.792, 2.048]
    assert [(column.first, column.counts) for column in heat.columns] == [
        (0, [2, 0, 0, 0, 1]),
        (0, []),
        (1, [1]),
    ]


def test_no_latency_gives_no_map():
    assert HeatBook().heat_map(1.0, histogram()) is None
    assert Timeline().heat_map() is None


@pytest.mark.parametrize("most", [2, 3, 4, 5, 10])
@pytest.mark.parametrize("intervals", [1, 4, 5, 8, 21, 64, 100])
def test_columns_become_fewer_and_lose_nothing(most, intervals):
    book = HeatBook(most)
    for second in range(intervals):
        book.add(second + 1.0, histogram(1 << (second % 12)))
    heat = book.heat_map(intervals + 1.0, histogram(1))
    assert len(heat.columns) <= most + 1
    ends = [column.elapsed_secs for column in heat.columns]
    widths = {end - start for start, end in zip([0.0, *ends], ends[:-2], strict=False)}
    assert len(widths) <= 1, "columns are equally wide, but for the last ones"
    assert ends[-1] == intervals + 1.0
    expected = Counter(band_end(band_of(1 << (second % 12))) / 1000 for second in range(intervals))
    expected[band_end(0) / 1000] += 1
    assert counted(heat) == expected


def test_the_timeline_draws_every_second_and_what_came_late():
    timeline, recorder = Timeline(), Recorder()
    series = recorder.rows(LAYOUT, {})

    def take(count, elapsed):
        series.rows.extend([(0.0, 0.001, 0.0, 0.0)] * count)
        timeline.apply(recorder.take_delta(), elapsed)

    take(3, 1.0)
    timeline.close(1.0, 1)
    take(2, 1.0)
    take(4, 2.0)
    timeline.close(2.0, 1)
    heat = timeline.heat_map()
    assert [(column.elapsed_secs, sum(column.counts)) for column in heat.columns] == [(1.0, 5), (2.0, 4)]
