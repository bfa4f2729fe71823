import random
from array import array
from functools import reduce

import pytest

from loadr_config.intervals import Interval, RateCounts, SeriesKey, TrendCounts
from loadr_config.metrics import MetricKind
from loadr_report.store import RunRecorder
from loadr_report.store.codec import added, intervals_of

TREND = SeriesKey("http_req_duration", "item", MetricKind.TREND)
RATE = SeriesKey("http_req_failed", "item", MetricKind.RATE)


def second(number, buckets=40):
    draw = random.Random(number)
    indices = array("q", sorted(draw.sample(range(2000), buckets)))
    counts = array("q", (draw.randint(1, 200) for _ in indices))
    return Interval(
        float(number + 1),
        1.0,
        10,
        {TREND: TrendCounts(indices, counts, 5e6), RATE: RateCounts(1, sum(counts))},
    )


def recorded(seconds, limit):
    recorder = RunRecorder(limit)
    for interval in seconds:
        recorder.add(interval)
    return recorder


@pytest.mark.parametrize("length", [1, 2, 7, 64, 500])
@pytest.mark.parametrize("limit", [1 << 30, 2_000, 100])
def test_nothing_is_lost_however_little_room_there_is(length, limit):
    seconds = [second(number) for number in range(length)]
    found = list(intervals_of(recorded(seconds, limit).file()))
    assert reduce(added, found) == reduce(added, seconds)


def test_a_long_run_stays_within_its_room_in_intervals_of_one_length():
    limit = 20_000
    recorder = recorded((second(number) for number in range(3_000)), limit)
    file = recorder.file()
    # While neighbours are being joined, new intervals come: a few more bytes than the limit.
    assert len(file) < 1.25 * limit
    lengths = [interval.seconds for interval in intervals_of(file)]
    assert sum(lengths) == 3_000
    assert max(lengths) <= 4 * min(lengths[:-1])


def test_a_run_that_fits_keeps_its_seconds():
    seconds = [second(number) for number in range(60)]
    assert list(intervals_of(recorded(seconds, 1 << 20).file())) == seconds


def test_the_last_few_milliseconds_go_to_the_last_second():
    rest = Interval(2.004, 0.004, 0, {RATE: RateCounts(1, 2)})
    seconds = [second(0), second(1)]
    found = list(intervals_of(recorded([*seconds, rest], 1 << 20).file()))
    assert found == [seconds[0], added(seconds[1], rest)]


def test_a_run_without_intervals_is_a_file_too():
    assert list(intervals_of(RunRecorder().file())) == []


def test_repr_tells_how_far_it_is():
    assert repr(recorded([second(0), second(1)], 1 << 20)).startswith("<RunRecorder of 1 intervals, ")
