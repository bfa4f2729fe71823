import pytest

from loadr_config.summary import Health, ScenarioProgress
from loadr_report.console import LiveView, PlainProgress, progress_view

LINE = (
    "00:05  40%  38 VUs  447 req/s  p50 1.2ms p95 4.4ms p99 20ms  "
    "errors 0.25%  checks 97.92%  1 threshold failing\n"
)


def test_a_plain_line_comes_every_few_seconds_of_run_time(make_snapshot, make_console):
    console, out = make_console(40)
    with PlainProgress(console) as view:
        for secs in (1.0, 4.999, 5.001, 6.0, 9.9, 10.0, 27.0, 29.0, 30.0):
            view.update(make_snapshot(secs))
    lines = out.getvalue().splitlines(keepends=True)
    assert lines[0] == LINE
    assert [line[:5] for line in lines] == ["00:05", "00:10", "00:27", "00:30"]


def test_a_plain_line_says_when_the_generator_is_suspect(make_snapshot, make_console):
    console, out = make_console()
    snapshot = make_snapshot(
        7, health=Health(verdict="suspect"), checks_passed=0, checks_failed=0, requests=0
    )
    PlainProgress(console, interval_secs=2).update(snapshot)
    assert "errors -  1 threshold failing  generator suspect" in out.getvalue()


@pytest.mark.parametrize(
    ("fractions", "shown"), [([], "0%"), ([0.2, 0.9], "20%"), ([1.5], "100%"), ([-1], "0%")], ids=str
)
def test_a_run_is_as_far_as_its_slowest_scenario(make_snapshot, make_console, fractions, shown):
    scenarios = [
        ScenarioProgress(name="s", executor="e", fraction=part, active_vus=1, iterations=1, state="running")
        for part in fractions
    ]
    console, out = make_console()
    PlainProgress(console).update(make_snapshot(5, scenarios=scenarios))
    assert out.getvalue().split("  ")[1] == shown


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        ({}, PlainProgress),
        ({"force_terminal": True}, LiveView),
        ({"force_terminal": True, "_environ": {"TERM": "dumb"}}, PlainProgress),
    ],
    ids=["file", "terminal", "dumb terminal"],
)
def test_the_view_suits_the_console(make_console, options, kind):
    console, _ = make_console(80, **({"_environ": {"TERM": "xterm"}} | options))
    assert type(progress_view(console)) is kind


def test_the_state_is_in_the_repr(make_console, make_snapshot):
    console, _ = make_console()
    view = PlainProgress(console)
    assert repr(view) == "PlainProgress(next line at 5s)"
    view.update(make_snapshot(11))
    assert repr(view) == "PlainProgress(next line at 15s)"
