import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_config.summary import TimelinePoint
from loadr_report.html.axes import time_ticks, value_ticks
from loadr_report.html.charts import Series, chart
from loadr_report.html.timeline import timeline


def paths(markup):
    return re.findall(r'<path d="([^"]*)"', markup.html)


def point(secs, **values):
    return TimelinePoint(
        **(
            {"elapsed_secs": secs, "rps": 1.0, "iterations_ps": 1.0, "active_vus": 1, "error_rate": 0.0}
            | values
        )
    )


@pytest.mark.parametrize(
    ("top", "ticks"),
    [
        (0, [0, 0.5, 1]),
        (1, [0, 0.5, 1]),
        (489, [0, 200, 400, 600]),
        (50, [0, 20, 40, 60]),
        (100, [0, 50, 100]),
        (float("nan"), [0, 0.5, 1]),
    ],
)
def test_ticks_of_values_are_round(top, ticks):
    assert value_ticks(top) == ticks


@given(st.floats(min_value=1e-9, max_value=1e15))
def test_ticks_reach_the_top_and_are_few(top):
    ticks = value_ticks(top)
    assert 2 <= len(ticks) <= 5
    assert ticks[-1] >= top * (1 - 1e-9)


@pytest.mark.parametrize(
    ("end", "ticks"),
    [(1, [0, 1]), (30, [0, 5, 10, 15, 20, 25, 30]), (3600, [0, 600, 1200, 1800, 2400, 3000, 3600])],
)
def test_ticks_of_time_are_those_of_clocks(end, ticks):
    assert time_ticks(end) == ticks


@given(st.floats(min_value=1, max_value=1e9))
def test_ticks_of_time_are_few_for_any_run(end):
    assert 1 <= len(time_ticks(end)) <= 7


def test_a_line_runs_from_corner_to_corner():
    drawn = chart("T", [0, 5, 10], [Series("a", "first", [0, 1, 2]), Series("b", "second", [2, 1, 0])], str)
    assert paths(drawn) == ["M0.0 100.0L500.0 50.0L1000.0 0.0", "M0.0 0.0L500.0 50.0L1000.0 100.0"]


def test_a_line_alone_is_filled():
    drawn = chart("T", [0, 10], [Series("a", "first", [1, 1])], str)
    assert paths(drawn) == ["M0.0 0.0L1000.0 0.0V100H0.0Z", "M0.0 0.0L1000.0 0.0"]


def test_a_gap_breaks_the_line_and_a_lone_point_is_a_dot():
    values = [None, 1, None, None, 1, 1]
    drawn = chart(
        "T", [0, 2, 4, 6, 8, 10], [Series("a", "first", values), Series("b", "second", [None] * 6)], str
    )
    assert paths(drawn) == ["M200.0 0.0h0 M800.0 0.0L1000.0 0.0", ""]
    assert "peak no samples" in drawn.html


def test_a_chart_is_told_to_those_who_cannot_see_it():
    drawn = chart("Speed", [0, 65], [Series("a", "first", [1, 7])], lambda value: f"{value:g} m")
    assert 'role="img" aria-label="Speed over 01:05: a peaks at 7 m"' in drawn.html


@pytest.mark.parametrize("count", [0, 1])
def test_a_run_of_one_point_has_no_timeline(count):
    assert timeline([point(1.0)] * count) is None


def test_a_long_run_is_thinned_without_losing_a_peak():
    points = [point(second + 1.0, latency_p99=900.0 if second == 1777 else 10.0) for second in range(3600)]
    drawn = timeline(points)
    assert "peak 900ms" in drawn.html
    assert "Each point stands for 6 seconds" in drawn.html
    assert len(drawn.html) < 100_000


def test_a_short_run_keeps_every_second():
    drawn = timeline([point(second + 1.0) for second in range(600)])
    assert "Each point" not in drawn.html
    assert paths(drawn)[0].count("L") == 599
