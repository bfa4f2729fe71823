import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_config.metrics import MetricKind
from loadr_config.summary import (
    Aggregate,
    CheckSummary,
    FailureCount,
    Failures,
    Health,
    MetricSummary,
    ThresholdSummary,
)
from loadr_report import render_markdown
from loadr_report.markdown import code


def test_a_pull_request_sees_the_verdict_first(make_summary):
    text = render_markdown(
        make_summary(
            thresholds=[
                ThresholdSummary(metric="checks", expression="rate>0.9", observed=1.0, passed=True),
                ThresholdSummary(
                    metric="http_req_duration", expression="p(95)<2", observed=12.3456, passed=False
                ),
            ],
            thresholds_passed=False,
            checks=[CheckSummary(name="a|b", passes=3, fails=1, group="::g")],
            failures=Failures(transport=[FailureCount(cause="timeout: 5s", count=1234, name="item")]),
            health=Health(verdict="suspect", reasons=["late by 12 ms"]),
        )
    )
    lines = text.splitlines()
    assert lines[0] == "## ❌ `quickstart`: failed"
    assert lines[2] == "1 of 2 thresholds failed."
    assert lines[4].startswith("Requests **12k** (12,000 in all) · Throughput **400/s** (peak 489/s) · ")
    assert lines[6] == "**the generator is suspect**: late by 12 ms."
    assert "| ❌ | `http_req_duration` | `p(95)<2` | p(95)=12.346ms |" in lines
    assert lines.index("| ❌ | `http_req_duration` | `p(95)<2` | p(95)=12.346ms |") < lines.index(
        "| ✅ | `checks` | `rate>0.9` | rate=100.00% |"
    )
    assert r"| `g / a\|b` | 1 | 75.00% |" in lines
    assert "| `timeout: 5s` | `item` | 1,234 |" in lines
    assert lines[-1].startswith(
        "<sub>browse: 6,000 iterations, 2 interrupted, buy: 40 iterations, 3 dropped · 30s · seed 7 · run "
    )


@pytest.mark.parametrize(
    ("changes", "mark"),
    [
        ({"thresholds": [], "thresholds_passed": True, "health": Health()}, "✅"),
        ({"thresholds_passed": True, "health": Health(verdict="suspect", reasons=["x"])}, "⚠️"),
        ({"aborted": "by hand"}, "❌"),
    ],
)
def test_the_mark_tells_the_outcome(changes, mark, make_summary):
    assert render_markdown(make_summary(**changes)).startswith(f"## {mark} ")


def test_long_tables_end(make_summary):
    checks = [CheckSummary(name=f"c{number}", passes=0, fails=1) for number in range(45)]
    assert "… and 15 more." in render_markdown(make_summary(checks=checks))


def test_the_most_frequent_of_many_requests_are_shown(make_summary):
    metrics = [
        MetricSummary(
            metric="http_reqs",
            kind=MetricKind.COUNTER,
            tags={"name": f"r{number}"},
            agg=Aggregate(sum=number),
        )
        for number in range(1, 21)
    ]
    text = render_markdown(make_summary(metrics=metrics))
    assert re.findall(r"^\| `r(\d+)`", text, re.MULTILINE) == [str(number) for number in range(20, 5, -1)]
    assert "… and 5 more." in text


@given(st.text())
def test_code_has_no_fence_inside(text):
    shown = code(text)
    fence = re.match(r"`+", shown)[0]
    inner = shown[len(fence) : -len(fence)]
    assert shown.endswith(fence)
    assert fence not in re.findall(r"`+", inner)
    assert "\n" not in shown
    assert not re.search(r"(?<!\\)\|", inner)


def test_hostile_names_are_no_markup(make_summary, hostile):
    text = render_markdown(make_summary(name=hostile, aborted=hostile))
    assert "\x1b" not in text
    assert "\n</script>" not in text


def test_the_slowest_request_of_each_name_is_listed(make_summary):
    lines = render_markdown(make_summary()).splitlines()
    at = lines.index("<details><summary>Slowest requests</summary>")
    trace = "`4bf92f3577b34da6a3ce929d0e0e4736`"
    assert "</details>" in lines[at + 6 :]
    assert lines[at + 2 : at + 6] == [
        "| request | took | outcome | at | phases | trace |",
        "| --- | ---: | --- | ---: | --- | --- |",
        f"| `POST /orders` | 3.21s | timeout | 00:12 | blocked 321ms, waiting 3.21s | {trace} |",
        f"| `GET /` | 48.2ms | status 200 | 00:12 | blocked 4.82ms, waiting 48.2ms | {trace} |",
    ]


def test_without_tracing_there_is_no_column_for_it(make_summary):
    exemplars = [each.model_copy(update={"trace_id": None}) for each in make_summary().exemplars]
    text = render_markdown(make_summary(exemplars=[*exemplars, *exemplars]))
    assert "| request | took | outcome | at | phases |" in text.splitlines()
    assert text.count("| 3.21s |") == 1
