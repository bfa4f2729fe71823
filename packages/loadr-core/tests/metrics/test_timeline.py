"""The timeline of a long run: bounded, and with nothing averaged or lost."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loadr_core.metrics import Histogram, Timeline
from loadr_core.metrics.timeline import point_seconds
from loadr_core.recording import Recorder
from loadr_core.spi import RowLayout, TrendColumn, request_layout
from loadr_core.spi.rows import unjudged

LAYOUT = request_layout("http")


def long_run(seconds, jitter=lambda _: 0.0, step=1):
    """A request of some 10 us times `n` in second `n`; the timeline, what `close` gave, and the deltas with their ends."""
    timeline, recorder = Timeline(), Recorder(in_bulk=False)
    series = recorder.rows(LAYOUT, {"name": "a"})
    shown, deltas = [], []
    for second in range(step, seconds + 1, step):
        end = second + jitter(second)
        series.rows.append((0.0, (second % 100) / 1e5, 1.0, 1.0))
        delta = recorder.take_delta()
        timeline.apply(delta, end)
        shown.append(timeline.close(end, active_vus=second % 7))
        deltas.append((end, delta))
    return timeline, shown, deltas


@pytest.mark.parametrize(
    ("elapsed", "seconds"),
    [
        (0, 1),
        (3599.9, 1),
        (3600, 4),
        (14_399, 4),
        (14_400, 16),
        (57_599, 16),
        (57_600, 64),
        (10**6, 1024),
    ],
)
def test_points_get_longer_as_a_run_does(elapsed, seconds):
    assert point_seconds(elapsed) == seconds


def test_a_day_has_some_thousand_points_and_its_requests():
    timeline, shown, _ = long_run(86_400, step=16)
    ends = [0.0, *(point.elapsed_secs for point in timeline.points)]
    lengths = [later - earlier for earlier, later in pairwise(ends)]
    assert [lengths.count(length) for length in (16.0, 64.0)] == [3600, 450]
    requests = sum(point.rps * length for point, length in zip(timeline.points, lengths, strict=True))
    assert requests == pytest.approx(5400, rel=1e-4)
    assert len(shown) == 5400, "who looks on sees every second"
    assert shown[-1].rps == 0.0625


def test_a_longer_point_is_made_of_its_own_histogram():
    timeline, _, deltas = long_run(3700)
    last = timeline.points[-1]
    pooled = Histogram()
    for end, delta in deltas:
        for trend in delta.trends:
            if end > 3696 and trend.metric == "http_req_duration":
                pooled.add(trend.values)
    assert (last.elapsed_secs, last.active_vus) == (3700, 3700 % 7)
    assert pooled.total == 4
    assert last.latency_p50 == pooled.percentile(50) / 1000
    assert last.latency_avg == pytest.approx(pooled.mean() / 1000)


@settings(max_examples=10)
@given(st.integers(3590, 3640), st.sampled_from([0.0, 0.01, 0.05]))
def test_the_running_point_is_there_and_ends_now(seconds, late):
    timeline, shown, _ = long_run(seconds, jitter=lambda second: late * (second % 2), step=5)
    ends = [point.elapsed_secs for point in timeline.points]
    assert ends[-1] == shown[-1].elapsed_secs
    assert ends == sorted(set(ends))


def test_what_comes_late_mends_the_longer_point():
    timeline, _, deltas = long_run(3602)
    assert (timeline.points[-1].elapsed_secs, timeline.points[-1].rps) == (3602, 1.0)
    timeline.apply(deltas[0][1], 3602.01)
    assert timeline.points[-1].rps == 1.5
    assert len(timeline.points) == 3601


def test_a_request_of_two_families_counts_once():
    layout = RowLayout(
        "graphql",
        ("start", "end"),
        "end",
        trends=(
            TrendColumn("http_req_duration", "end", "start"),
            TrendColumn("graphql_req_duration", "end", "start"),
        ),
        failures=("http_req_failed", "graphql_req_failed"),
    )
    timeline, recorder = Timeline(), Recorder(in_bulk=False)
    recorder.rows(layout, {"name": "a"}).rows.append((0.0, 1.0))
    recorder.rows(request_layout("tcp"), {"name": "b"}).rows.append((0.0, 1.0, 0.0, 0.0))
    timeline.apply(recorder.take_delta(), 1.0)
    assert timeline.close(1.0, 1).rps == 2
    assert sum(sum(column.counts) for column in timeline.heat_map().columns) == 2


def test_requests_without_a_verdict_and_without_a_time_count_beside_each_other():
    timeline, recorder = Timeline(), Recorder(in_bulk=False)
    recorder.rows(LAYOUT, {"name": "judged"}).rows.append((0.0, 1.0, 1.0, 1.0))
    recorder.rows(unjudged(LAYOUT), {"name": "not judged"}).rows.extend([(0.0, 1.0, 1.0, 1.0)] * 10)
    unsent = recorder.rate("http_req_failed", {"name": "judged", "error_kind": "template"})
    unsent.total = unsent.hits = 5
    timeline.apply(recorder.take_delta(), 1.0)
    point = timeline.close(1.0, 1)
    assert (point.rps, point.error_rate) == (16, 5 / 16)
