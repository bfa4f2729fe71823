import json
from dataclasses import replace

import pytest

from loadr_report.compare import (
    Comparison,
    Measure,
    Outcome,
    Row,
    comparison_document,
    comparison_markdown,
    comparison_page,
    comparison_text,
)

ROWS = (
    Row(Measure("http_req_duration", "", "p95"), 48.0, 53.1, 0.106, 0.051, 0.164, Outcome.WORSE),
    Row(
        Measure("http_reqs", "", "per_second", more_is_better=True),
        200,
        199,
        -0.005,
        -0.01,
        0.001,
        Outcome.SAME,
    ),
    Row(Measure("http_req_failed", "", "rate"), 0.01, 0.012, 0.002, -0.001, 0.005, Outcome.INCONCLUSIVE),
    Row(Measure("ws_req_duration", "x", "p99"), 1.0, 2.0, 1.0, None, None, Outcome.INCONCLUSIVE, "too few"),
)


@pytest.fixture
def comparison():
    return Comparison(("a1", "a2"), ("b1",), Outcome.WORSE, ROWS, warnings=("b1 is suspect: slow",))


def test_text(comparison):
    head, table, tail = comparison_text(comparison).split("\n\n")
    assert head == "base  a1, a2\nnew   b1"
    assert [line.split("  ") for line in table.splitlines()][1][0] == "http_req_duration p95"
    assert table.splitlines()[1].split("  ")[-1] == "worse"
    assert "+5.1% to +16.4%  worse" in table
    assert "+0.20 pp  -0.10 pp to +0.50 pp  inconclusive" in table
    assert "  -  inconclusive (too few)" in table
    assert tail == (
        "warning: b1 is suspect: slow\n"
        "worse: 95 % confidence over 4 figures together, changes below 5 % count as none\n"
    )


def test_markdown(comparison):
    text = comparison_markdown(comparison)
    assert text.startswith("## ❌ worse\n\nNew `b1` against base `a1`, `a2`.\n\n> ⚠️ b1 is suspect")
    assert "| `http_req_duration p95` | 48ms | 53.1ms | +10.6% | +5.1% to +16.4% | ❌ worse |" in text


def test_data(comparison):
    document = json.loads(json.dumps(comparison_document(comparison)))
    assert document["verdict"] == "worse"
    assert document["figures"][0] == {
        "metric": "http_req_duration",
        "name": "",
        "figure": "p95",
        "more_is_better": False,
        "base": 48.0,
        "new": 53.1,
        "change": 0.106,
        "change_is": "relative",
        "low": 0.051,
        "high": 0.164,
        "verdict": "worse",
        "reason": "",
    }


def test_page(comparison):
    page = comparison_page(comparison)
    assert "<title>worse: loadr compare</title>" in page
    assert "b1 is suspect: slow" in page
    assert "content=\"default-src 'none'; style-src 'sha256-" in page


@pytest.mark.parametrize("form", [comparison_text, comparison_markdown, comparison_page])
def test_hostile_names_are_only_text(comparison, hostile, form):
    row = replace(ROWS[0], measure=Measure("http_req_duration", hostile, "p95"))
    text = form(replace(comparison, base=(hostile,), warnings=(hostile,), rows=(row,)))
    assert "\x1b" not in text
    assert "\u202e" not in text
    if form is comparison_page:
        assert "</script><b>" not in text
