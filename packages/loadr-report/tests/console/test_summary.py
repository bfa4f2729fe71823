import io
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from loadr_config.metrics import MetricKind
from loadr_config.summary import (
    Aggregate,
    CheckSummary,
    FailureCount,
    Failures,
    Health,
    MetricSummary,
    ScenarioSummary,
    ThresholdSummary,
    WorkerSummary,
)
from loadr_report.console import render_summary

GOLDEN = Path(__file__).parent / "golden"


def rendered(summary, make_console, width=80, **options):
    console, out = make_console(width, **options)
    render_summary(summary, console)
    return out.getvalue()


@pytest.mark.parametrize("width", [80, 120])
def test_the_summary_reads_as_in_the_golden_file(make_summary, make_console, width):
    assert rendered(make_summary(), make_console, width) == (GOLDEN / f"summary_{width}.txt").read_text()


@pytest.mark.parametrize("width", [20, 40, 60, 80, 200])
def test_no_line_of_the_sample_is_wider_than_the_console(make_summary, make_console, width):
    lines = rendered(make_summary(), make_console, width).splitlines()
    widest = max(lines, key=cell_len)
    assert cell_len(widest) <= max(width, 65), widest  # seven columns of figures need 49 cells and a name


def test_the_last_line_says_passed_or_failed(make_summary, make_console):
    passed = make_summary(thresholds_passed=True, health=Health())
    assert rendered(passed, make_console).splitlines()[-1].startswith("✓ passed: ")
    failed = make_summary(aborted="stopped by a signal")
    last = rendered(failed, make_console, width=120).splitlines()[-1]
    assert last == (
        "✗ failed: 1 of 4 thresholds failed; stopped early: stopped by a signal; the generator is suspect"
    )


def test_a_run_with_nothing_in_it_still_has_a_verdict(make_summary, make_console):
    empty = make_summary(
        scenarios=[],
        metrics=[],
        checks=[],
        thresholds=[],
        thresholds_passed=True,
        failures=Failures(),
        notes=[],
    )
    text = rendered(empty, make_console)
    assert "metrics" not in text
    assert "✗ failed: not one iteration completed" in text


def test_colours_only_on_a_terminal_that_wants_them(make_summary, make_console, monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    options = {"force_terminal": True, "color_system": "truecolor"}
    assert "\x1b[" not in rendered(make_summary(), make_console)
    assert "\x1b[32m" in rendered(make_summary(), make_console, **options)
    assert "\x1b[32m" not in rendered(make_summary(), make_console, no_color=True, **options)


def test_hostile_names_arrive_as_letters(make_summary, make_console, hostile):
    metric = MetricSummary(metric=hostile, kind=MetricKind.COUNTER, agg=Aggregate(sum=1))
    summary = make_summary(
        name=hostile,
        run_id=hostile,
        aborted=hostile,
        metrics=[metric],
        notes=[hostile],
        checks=[CheckSummary(name=hostile, passes=1, fails=1, group=hostile)],
        thresholds=[ThresholdSummary(metric=hostile, expression=hostile, observed=1, passed=False)],
        failures=Failures(exceptions=[FailureCount(cause=hostile, count=1, name=hostile * 2)]),
        scenarios=[ScenarioSummary(name=hostile, executor=hostile, description=hostile)],
        health=Health(verdict="suspect", reasons=[hostile]),
    )
    text = rendered(summary, make_console, width=200)
    assert text.replace("\n", "").isprintable()
    shown = r"""</script><b>[red]x[/red]\x1b[2J\n\u202e'"&\ud800"""
    assert text.count(shown) >= 12


def test_a_console_without_unicode_gets_ascii(make_summary):
    raw = io.BytesIO()
    with io.TextIOWrapper(raw, encoding="ascii", errors="strict", write_through=True) as file:
        render_summary(make_summary(name="größe"), Console(file=file, width=80))
        text = raw.getvalue().decode("ascii")
    assert text.startswith(r"gr\xf6\xdfe  30s")
    assert "x failed: 1 of 4" in text
    assert "214us" in text


def test_wide_letters_keep_the_columns(make_summary, make_console):
    checks = [CheckSummary(name=name, passes=1, fails=0) for name in ("名前が正しい", "status")]
    lines = [
        line for line in rendered(make_summary(checks=checks), make_console).splitlines() if "✓ " in line
    ][:2]
    assert len({cell_len(line) for line in lines}) == 1


def test_a_long_name_has_a_line_of_its_own(make_summary, make_console):
    checks = [CheckSummary(name="word " * 30, passes=1, fails=1)]
    lines = rendered(make_summary(checks=checks), make_console).splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("  ✗ word"))
    assert lines[start + 1].startswith("    word")
    assert lines[start + 2].split() == ["50.00%", "1", "of", "2"]


def test_only_the_most_frequent_causes_are_listed(make_summary, make_console):
    causes = [FailureCount(cause=f"E{number}", count=100 - number) for number in range(12)]
    text = rendered(make_summary(failures=Failures(exceptions=causes)), make_console)
    assert "E9" in text
    assert "E10" not in text
    assert "and 2 other causes" in text


def test_a_threshold_that_stopped_the_run_says_so(make_summary, make_console):
    threshold = ThresholdSummary(metric="vus", expression="value<1", observed=5, passed=False, aborted=True)
    assert "✗ value<1  value=5  stopped the run" in rendered(
        make_summary(thresholds=[threshold]), make_console
    )


def test_remarks_stand_below_the_verdict(make_summary, make_console):
    text = rendered(make_summary(health=Health(remarks=["the target is too slow"])), make_console)
    assert "generator  trusted\n  · the target is too slow\n" in text


def test_several_workers_are_listed(make_summary, make_console):
    one = WorkerSummary(number=1, place="pid 7", iterations=20, requests=40, failed_requests=0, cpu_max=0.25)
    two = one.model_copy(
        update={
            "number": 2,
            "is_lost": True,
            "iteration_med": 1.5,
            "iteration_p95": 20.0,
            "lag_p99": 0.5,
        }
    )
    assert "pid 7" not in rendered(make_summary(workers=[one]), make_console)
    text = rendered(make_summary(workers=[one, two]), make_console, width=120)
    assert (
        "workers\n"
        "  1  pid 7\n"
        "    20 iterations, 40 requests, at most 25.00% of a core\n"
        "  2  pid 7  lost\n"
        "    20 iterations, 40 requests, at most 25.00% of a core, iterations 1.5ms med, 20ms p95, "
        "loop lag 500µs p99\n"
    ) in text
