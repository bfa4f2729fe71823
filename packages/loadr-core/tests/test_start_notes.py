import pytest

from loadr_config.models import TestPlan
from loadr_config.summary import ScenarioSummary
from loadr_core.start_notes import start_notes

OPEN = {"executor": "constant-arrival-rate", "rate": 1, "duration": 1}
TIMES = (
    "http_req_duration counts from the sending of a request, http_req_corrected_duration from the moment at "
    "which its iteration was due: only the second shows a target that kept later starts waiting; "
)
CASES = {
    "closed": ({"executor": "constant-vus", "vus": 1, "duration": 1}, 0, False, []),
    "nothing dropped": ({**OPEN, "max_vus": 5}, 0, True, [TIMES + "no start was dropped"]),
    "one dropped": (
        {**OPEN, "max_vus": 2},
        1,
        True,
        [
            TIMES + "1 start was dropped and is in neither",
            (
                "scenario 's' dropped 1 starts: all of its 2 VUs were busy; the target is too slow for the rate, "
                "or max_vus is too small for the target"
            ),
        ],
    ),
    "a pool of its own": (OPEN, 0, False, ["scenario 's' sized its own pool and needed 2 VUs at once"]),
    "a pool of its own at its bound": (
        OPEN,
        1234,
        True,
        [
            TIMES + "1,234 starts were dropped and are in neither",
            (
                "scenario 's' sized its own pool and needed 2 VUs at once; it dropped 1,234 starts at the pool's "
                "bound, which max_vus can set"
            ),
        ],
    ),
}


@pytest.mark.parametrize(("scenario", "dropped", "corrected", "notes"), CASES.values(), ids=CASES)
def test_what_is_told(scenario, dropped, corrected, notes):
    plan = TestPlan.model_validate({"scenarios": {"s": {**scenario, "flow": [{"request": {"url": "/"}}]}}})
    summary = ScenarioSummary(name="s", executor=scenario["executor"], dropped=dropped, max_vus=2)
    assert start_notes(plan.scenarios, [summary], corrected=corrected) == notes
