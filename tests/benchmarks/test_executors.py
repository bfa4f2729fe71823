"""How the benchmark `executors` compares, and that it compares every executor."""

import pytest
from benchmarks import executors, run
from benchmarks.harness.errors import BenchmarkError

from loadr_config.models import TestPlan

FLOW = [{"request": {"url": "http://x/"}}]
EXACT, ROUGH, GROWING = (
    executors.Case("case", {}, {}, tolerance=tolerance, grown=grown)
    for tolerance, grown in ((0, 0), (0.1, 0), (0.0, 5))
)


def test_it_is_offered_and_knows_every_executor():
    assert "executors" in run.names()
    plans = [
        TestPlan.model_validate({"scenarios": {"s": {**case.knobs, "flow": FLOW}}})
        for case in executors.CASES
    ]
    assert len({plan.scenarios["s"].executor for plan in plans}) == 7
    assert all(case.script["executor"] == case.knobs["executor"] for case in executors.CASES)


@pytest.mark.parametrize(
    ("case", "ours", "theirs", "alike"),
    [
        (EXACT, (10, 0, 2), (10, 0, 2), True),
        (EXACT, (10, 0, 2), (11, 0, 2), False),
        (EXACT, (10, 0, 2), (10, 0, 3), False),
        (ROUGH, (95, 0, 0), (104, 0, 0), True),
        (ROUGH, (80, 0, 0), (104, 0, 0), False),
        (ROUGH, (50, 45, 0), (50, 50, 0), True),
        (ROUGH, (50, 50, 0), (50, 30, 0), False),
        (GROWING, (100, 0, 0), (96, 4, 0), True),
        (GROWING, (96, 4, 0), (100, 0, 0), False),
    ],
)
def test_what_is_alike(case, ours, theirs, alike):
    assert executors.within(case, executors.Counts(*ours), executors.Counts(*theirs)) is alike


def test_the_last_word_of_k6_counts():
    output = "0/5 VUs, 3 complete and 0 interrupted iterations\n0/5 VUs, 12 complete and 5 interrupted iterations\n"
    assert executors.ends_of(output) == (12, 5)
    with pytest.raises(BenchmarkError, match="did not say"):
        executors.ends_of("nothing")
