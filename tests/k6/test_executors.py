"""Every executor beside k6's, with the same script: iterations done and dropped.

What is counted and not timed has to be equal. What depends on when a machine wakes a sleeper may differ by
the tolerance of its case: so many iterations, beside a tenth.
"""

import json
from pathlib import Path

import pytest

pytestmark = pytest.mark.process

SCRIPT = Path(__file__).parent / "executors" / "scenario.js"
STAGES = [{"duration": "500ms", "target": 4}, {"duration": "500ms", "target": 0}]

CASES = {
    # name: (scenario, seconds of an iteration, tolerance)
    "shared-iterations": ({"executor": "shared-iterations", "vus": 3, "iterations": 25}, 0.01, 0),
    "per-vu-iterations": ({"executor": "per-vu-iterations", "vus": 3, "iterations": 7}, 0.01, 0),
    "constant-vus": ({"executor": "constant-vus", "vus": 3, "duration": "1s"}, 0.1, 3),
    "constant-vus, interrupted": (
        {"executor": "constant-vus", "vus": 3, "duration": "1s", "gracefulStop": "0s"},
        5,
        0,
    ),
    "ramping-vus": ({"executor": "ramping-vus", "startVUs": 0, "stages": STAGES}, 0.05, 8),
    "constant-arrival-rate": (
        {"executor": "constant-arrival-rate", "rate": 40, "duration": "1s", "preAllocatedVUs": 20},
        0.01,
        2,
    ),
    "constant-arrival-rate, dropped": (
        {
            "executor": "constant-arrival-rate",
            "rate": 40,
            "duration": "1s",
            "preAllocatedVUs": 1,
            "maxVUs": 1,
            "gracefulStop": "0s",
        },
        5,
        2,
    ),
    "ramping-arrival-rate": (
        {
            "executor": "ramping-arrival-rate",
            "startRate": 0,
            "preAllocatedVUs": 20,
            "stages": [{"duration": "1s", "target": 60}],
        },
        0.01,
        3,
    ),
    "externally-controlled": (
        {"executor": "externally-controlled", "vus": 2, "maxVUs": 4, "duration": "1s"},
        0.1,
        3,
    ),
}


def counted(summary, metric):
    return summary["metrics"].get(metric, {}).get("values", {}).get("count", 0)


@pytest.mark.parametrize("case", CASES)
def test_iterations_are_done_and_dropped_as_by_k6(case, both):
    scenario, pause, tolerance = CASES[case]
    (code, ours), (their_code, theirs) = both(SCRIPT, {"SCENARIO": json.dumps(scenario), "PAUSE": str(pause)})
    for metric in ("iterations", "dropped_iterations"):
        expected = counted(theirs, metric)
        slack = tolerance and max(tolerance, expected * 0.1)
        assert counted(ours, metric) == pytest.approx(expected, abs=slack), metric
    if counted(theirs, "iterations"):
        assert code == their_code == 0
