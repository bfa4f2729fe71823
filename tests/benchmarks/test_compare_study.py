"""`loadr compare` keeps what docs/compare.md states: few false alarms, and it finds 10 % at p95."""

from dataclasses import replace

import pytest
from benchmarks import run
from benchmarks.compare_study import World, study

from loadr_report.compare import Outcome

PAIRS = 30
STATED_FALSE_ALARMS = 0.05
STATED_POWER = 0.8


def test_identical_runs_rarely_differ():
    found = study(World(), World(), PAIRS, seed=20)
    assert found.overall[Outcome.WORSE] + found.overall[Outcome.BETTER] <= STATED_FALSE_ALARMS


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(replace(World(), factor=1.1), id="all requests"),
        pytest.param(replace(World(), factor=1 / 1.1), id="for the better"),
    ],
)
def test_ten_per_cent_are_found_at_p95(changed):
    found = study(World(), changed, PAIRS, seed=21)
    outcome = Outcome.WORSE if changed.factor > 1 else Outcome.BETTER
    assert found.p95[outcome] >= STATED_POWER
    assert found.overall[outcome] >= STATED_POWER


def test_it_is_offered():
    assert "compare-study" in run.names()
