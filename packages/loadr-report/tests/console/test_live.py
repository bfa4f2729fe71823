import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from loadr_config.summary import Health, ScenarioProgress, ThresholdSummary
from loadr_report.console import LiveView
from loadr_report.console._history import sparkline

FRAME = """\
quickstart  00:12
  browse  ━━━━━━━━────────────  40%  running   50 VUs  2,400 iterations
  buy     ━━━━━━━━━━━━━━━━━━━━ 100%  done      0 VUs  40 iterations
  load     447 req/s  207 iterations/s  38 VUs  4,800 requests so far
  latency  p50 1.2ms p95 4.4ms p99 20ms
  errors   0.25%  12 of 4,800  checks 97.92%  100 missed
  ✗ http_req_duration: p(95)<3  p(95)=3.456ms
  generator  trusted  """

HISTORY = """\
  req/s    ▂▃▄▅▆▇██  ≤ 447
  p95      ▂ ▄▅▆▇██  ≤ 4.4ms
  errors   ▁▁▁█▁▁▁▁  ≤ 2.00%
  VUs      ▂▃▄▅▆▇██  ≤ 40
"""


def drawn(make_console, snapshot, width=80, title="quickstart"):
    console, out = make_console(width, force_terminal=True, color_system=None, _environ={"TERM": "xterm"})
    with LiveView(console, title) as view:
        out.seek(0)
        out.truncate()
        view.update(snapshot)
        return out.getvalue()


def test_a_frame_shows_the_run(make_console, make_snapshot):
    assert drawn(make_console, make_snapshot()).endswith(FRAME)


def test_a_suspect_generator_is_shown_with_its_reasons(make_console, make_snapshot):
    health = Health(verdict="suspect", reasons=["lag", "CPU"])
    assert drawn(make_console, make_snapshot(health=health)).endswith("generator  suspect: lag; CPU  ")
    slow = Health(remarks=["the target is too slow"])
    assert drawn(make_console, make_snapshot(health=slow)).endswith("· the target is too slow")


def test_a_scenario_that_somebody_paused_says_so(make_snapshot, make_console):
    (scenario, *others) = make_snapshot().scenarios
    paused = scenario.model_copy(update={"paused": True, "state": "running"})
    assert "paused" in drawn(make_console, make_snapshot(scenarios=[paused, *others]))
    done = paused.model_copy(update={"state": "done"})
    assert "paused" not in drawn(make_console, make_snapshot(scenarios=[done, *others]))


@pytest.mark.parametrize("width", [20, 60])
def test_a_line_is_cut_and_never_wrapped(make_console, make_snapshot, width):
    frame = drawn(make_console, make_snapshot(), width)
    assert frame.count("\n") == FRAME.count("\n")
    assert "…" in frame


def test_names_are_letters_and_long_ones_cut(make_console, make_snapshot, hostile):
    scenario = ScenarioProgress(
        name=hostile, executor="e", fraction=0.5, active_vus=1, iterations=1, state="stopping"
    )
    threshold = ThresholdSummary(metric=hostile, expression=hostile, observed=None, passed=True)
    snapshot = make_snapshot(scenarios=[scenario], thresholds=[threshold])
    frame = drawn(make_console, snapshot, width=200, title=hostile)
    assert r"</script><b>[red]x[/red…  ━━━━━━━━━━──────────  50%  stopping  1 VU  1 iteration" in frame
    assert "\x1b[2J" not in frame
    assert "\u202e" not in frame


def test_the_view_has_no_thread_and_leaves_nothing_behind(make_console, make_snapshot):
    console, out = make_console(force_terminal=True, color_system=None, _environ={"TERM": "xterm"})
    before = threading.active_count()
    with LiveView(console, "t") as view:
        view.update(make_snapshot())
        assert threading.active_count() == before
        assert repr(view) == "LiveView('t' at 00:12)"
    text = out.getvalue()
    assert text.startswith("\x1b[?25l")  # the cursor is hidden
    assert "\x1b[?25h" in text  # and shown again
    assert text.endswith("\x1b[1A\x1b[2K")  # the last frame is wiped


def history(make_snapshot, seconds, **changes):
    """Snapshots whose figures rise from second to second."""
    for second in range(1, seconds + 1):
        point = make_snapshot().point
        part = second / seconds
        figures = {
            "rps": point.rps * part,
            "latency_p95": None if second == 2 else point.latency_p95 * part,
            "error_rate": 0.02 if second == 4 else 0.0,
            "active_vus": 40 * second // seconds,
        }
        yield make_snapshot(second, point=point.model_copy(update=figures | changes))


def drawn_last(make_console, snapshots, width=80):
    console, out = make_console(width, force_terminal=True, color_system=None, _environ={"TERM": "xterm"})
    with LiveView(console, "t") as view:
        for snapshot in snapshots:
            out.seek(0)
            out.truncate()
            view.update(snapshot)
        return out.getvalue()


def test_the_history_is_drawn_once_there_is_some(make_console, make_snapshot):
    assert "req/s    ▁" not in drawn_last(make_console, history(make_snapshot, 1))
    assert HISTORY in drawn_last(make_console, history(make_snapshot, 8))


def test_what_never_failed_has_no_line_of_errors(make_console, make_snapshot):
    frame = drawn_last(make_console, history(make_snapshot, 8, error_rate=0.0))
    assert "VUs      ▂▃▄" in frame
    assert "errors   ▁" not in frame


@pytest.mark.parametrize(("width", "seconds"), [(30, 9), (80, 59), (400, 120)])
def test_the_history_is_as_long_as_there_is_room(make_console, make_snapshot, width, seconds):
    frame = drawn_last(make_console, history(make_snapshot, 130), width)
    (line,) = [line for line in frame.splitlines() if line.startswith("  VUs ")]
    assert sum(character in "▁▂▃▄▅▆▇█" for character in line) == seconds
    assert cell_len(line) <= width


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ([], ""),
        ([0.0, 0.0], "▁▁"),
        ([None, None], "  "),
        ([0.0, 50.0, 100.0], "▁▅█"),
        ([1.0, None, 1.0], "█ █"),
    ],
)
def test_sparklines(values, line):
    assert sparkline(values) == line


@given(st.lists(st.none() | st.floats(0, 1e300), max_size=50))
def test_a_sparkline_has_a_character_for_each_value(values):
    assert len(sparkline(values)) == len(values)


def test_the_generator_tells_of_itself(make_console, make_snapshot, make_summary):
    metrics = [metric for metric in make_summary().metrics if metric.metric == "loadr_loop_lag"]
    frame = drawn(make_console, make_snapshot(metrics=metrics))
    assert frame.endswith("generator  trusted  loop lag p99 2.56ms")
