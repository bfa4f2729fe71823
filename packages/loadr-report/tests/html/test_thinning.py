from hypothesis import given
from hypothesis import strategies as st

from loadr_config.summary import TimelinePoint
from loadr_report.html.thinning import Batches


def points(values):
    return [
        TimelinePoint(
            elapsed_secs=second + 1.0,
            rps=value or 0.0,
            iterations_ps=0.0,
            active_vus=1,
            error_rate=0.0,
            latency_p99=value,
        )
        for second, value in enumerate(values)
    ]


def p99(point):
    return point.latency_p99


def test_a_short_run_keeps_every_second():
    batches = Batches.of(points([3.0, None, 1.0]))
    assert (batches.size, batches.secs, batches.extremes(p99)) == (1, [1.0, 2.0, 3.0], [3.0, None, 1.0])


def test_a_long_run_keeps_the_extremes_of_each_batch_in_their_order():
    batches = Batches.of(points([1.0, 5.0, 2.0, 9.0, 4.0, 3.0, None, None, None, None, 7.0, None]), most=4)
    assert batches.size == 3
    assert batches.secs == [1.0, 3.0, 4.0, 6.0, 7.0, 9.0, 10.0, 12.0]
    assert batches.extremes(p99) == [1.0, 5.0, 9.0, 3.0, None, None, 7.0, 7.0]


@given(st.lists(st.none() | st.floats(0, 1e6), min_size=1, max_size=300), st.integers(1, 20))
def test_no_peak_and_no_dip_is_lost(values, most):
    batches = Batches.of(points(values), most)
    drawn = batches.extremes(p99)
    present = [value for value in values if value is not None]
    shown = [value for value in drawn if value is not None]
    assert min(shown, default=None) == min(present, default=None)
    assert max(shown, default=None) == max(present, default=None)
    assert len(drawn) == len(batches.secs) <= 2 * most
    assert batches.secs == sorted(batches.secs)


def test_a_day_is_a_few_thousand_points():
    batches = Batches.of(points([1.0] * 86_400))
    assert len(batches.secs) <= 3_000
