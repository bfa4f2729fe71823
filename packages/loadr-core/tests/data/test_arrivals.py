"""Sources that end in scenarios whose iterations start on a schedule."""

import pytest

from loadr_core.segments import Segment
from loadr_testing.fakes import Answer

ROWS = [{"n": number} for number in range(20)]


def plan(vus=3, **keys):
    return {
        "data": {"d": {"type": "inline", "rows": ROWS, **keys}},
        "scenarios": {
            "main": {
                "executor": "constant-arrival-rate",
                "rate": 10,
                "duration": "1h",
                "pre_allocated_vus": vus,
                "max_vus": vus,
                "flow": [{"request": {"url": "/${data.d.n}"}}],
            }
        },
    }


def urls(done):
    return [request.url for request in done.handler.sent]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_end_of_a_shared_source_ends_the_scenario(run_plan, count):
    used, iterations = [], 0
    for index in range(count):
        done = run_plan(plan(on_eof="stop"), lambda _: Answer(seconds=0.25), segment=Segment(index, count))
        used += urls(done)
        iterations += done.total("iterations")
        assert done.duration < 10
        assert done.total("interrupted_iterations") == done.total("dropped_iterations") == 0
    assert sorted(used) == sorted(f"/{row['n']}" for row in ROWS)
    assert iterations == len(ROWS)


def test_running_iterations_finish_when_the_source_ends(run_plan):
    done = run_plan(plan(on_eof="stop", vus=40), lambda _: Answer(seconds=5))
    assert done.total("iterations") == len(ROWS)
    assert done.total("interrupted_iterations") == 0


@pytest.mark.parametrize("count", [1, 3])
def test_with_per_vu_the_scenario_ends_with_its_last_vu(run_plan, count):
    used = []
    for index in range(count):
        done = run_plan(plan(mode="per_vu", on_eof="stop"), segment=Segment(index, count))
        used += urls(done)
        assert done.duration < 60
        assert done.total("iterations") == len(urls(done))
    assert sorted(used) == sorted(f"/{row['n']}" for row in ROWS for _ in range(3))


def test_random_follows_the_start_whichever_vu_runs_it(run_plan):
    asked = plan(pick="random")
    asked["scenarios"]["main"]["duration"] = "3s"
    slow = urls(run_plan(asked, lambda _: Answer(seconds=0.25)))
    fast = urls(run_plan(asked, lambda _: Answer(seconds=0.01)))
    parts = [url for index in range(3) for url in urls(run_plan(asked, segment=Segment(index, 3)))]
    assert slow == fast
    assert sorted(parts) == sorted(fast)
    assert len(set(fast)) > 5
