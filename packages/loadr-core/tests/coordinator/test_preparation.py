"""Members learn before the start whether NumPy is worth its import."""

from pathlib import Path

import pytest

from loadr_config.models import TestPlan
from loadr_core.coordinator import RunRequest
from loadr_core.coordinator.preparation import Preparation
from loadr_core.segments import Segment


def part_of(scenario, workers):
    whole = {"flow": [{"request": {"url": "http://host/"}}], "duration": "1m", **scenario}
    plan = TestPlan.model_validate({"scenarios": {"main": whole}})
    request = RunRequest(plan, Path(), {}, seed=1, workers=workers)
    return Preparation(request, {}).part(Segment(0, workers), keep_raw=False)


@pytest.mark.parametrize(
    ("rate", "workers", "in_bulk"),
    [
        pytest.param(2_000, 1, False, id="few"),
        pytest.param(2_001, 1, True, id="many"),
        pytest.param(4_000, 2, False, id="many, for two workers few each"),
    ],
)
def test_rows_are_folded_in_bulk_where_a_plan_may_make_many(rate, workers, in_bulk):
    scenario = {"executor": "constant-arrival-rate", "rate": rate, "max_vus": 10}
    assert part_of(scenario, workers).in_bulk is in_bulk


def test_what_only_the_target_bounds_is_folded_in_bulk():
    assert part_of({"executor": "constant-vus", "vus": 1}, 1).in_bulk
