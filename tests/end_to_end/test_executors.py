"""What a run counts is what the target has seen, for every executor."""

import pytest
from hdrh.histogram import HdrHistogram

pytestmark = pytest.mark.process

# The knobs, the iterations where they are known, and the most VUs at once.
CASES = {
    "constant-vus": ({"vus": 3, "duration": "1s"}, None, 3),
    "ramping-vus": (
        {"start_vus": 1, "stages": [{"duration": "500ms", "target": 4}, {"duration": "500ms", "target": 2}]},
        None,
        4,
    ),
    "per-vu-iterations": ({"vus": 3, "iterations": 7}, 21, 3),
    "shared-iterations": ({"vus": 4, "iterations": 30}, 30, 4),
    "constant-arrival-rate": ({"rate": 40, "duration": "1s", "pre_allocated_vus": 30}, 40, None),
    "ramping-arrival-rate": (
        {"start_rate": 20, "stages": [{"duration": "1s", "target": 60}], "pre_allocated_vus": 30},
        40,
        None,
    ),
    "externally-controlled": ({"vus": 2, "max_vus": 5, "duration": "1s"}, None, 2),
}


@pytest.mark.parametrize(
    ("executor", "knobs", "iterations", "max_vus"), [(k, *v) for k, v in CASES.items()], ids=CASES
)
def test_all_counts_agree(executor, knobs, iterations, max_vus, plans, run, target, step):
    held = {"type": "status", "equals": 200}
    missed = {"type": "body_contains", "value": "nowhere in it", "name": "missed"}
    plan = plans.one(
        step("/json", name="json", checks=[held, missed]),
        step("/delay/10", method="POST", body={"json": {"a": 1}}),
        executor=executor,
        **knobs,
    )
    done, result = run(plan)
    seen = target.count()

    assert done.code == 0, done
    assert result.iterations == result.total("iterations") == result.total("iteration_duration")
    if iterations is not None:
        assert result.iterations == iterations
    assert seen == 2 * result.iterations > 0
    assert result.total("http_reqs") == result.total("http_req_duration") == seen
    assert (
        result.total("http_reqs", name="json") == result.total("http_req_duration", name="json") == seen / 2
    )
    assert result.metric("http_req_failed").agg.rate == 0
    for metric in result.summary.metrics:
        if metric.histogram is not None:
            assert HdrHistogram.decode(metric.histogram).get_total_count() == metric.agg.count, metric.metric
    checks = {check.name: (check.passes, check.fails) for check in result.summary.checks}
    assert checks == {"status is 200": (seen / 2, 0), "missed": (0, seen / 2)}
    assert result.total("checks") == seen
    (scenario,) = result.summary.scenarios
    assert scenario.executor == executor
    assert scenario.max_vus == max_vus if max_vus is not None else 0 < scenario.max_vus <= 30
    assert sum(round(point.rps) for point in result.summary.timeline) > 0


def test_scenarios_run_together_and_are_told_apart(plans, run, target, step):
    plan = plans.document(
        {
            "scenarios": {
                "first": {
                    "executor": "per-vu-iterations",
                    "vus": 2,
                    "iterations": 3,
                    "flow": [step("/json")],
                },
                "later": {
                    "executor": "shared-iterations",
                    "vus": 2,
                    "iterations": 5,
                    "start_time": "300ms",
                    "flow": [
                        {
                            "group": {
                                "name": "outer",
                                "steps": [{"group": {"name": "inner", "steps": [step("/")]}}],
                            }
                        },
                        {"think_time": {"type": "constant", "duration": "10ms"}},
                    ],
                },
            },
            "thresholds": {
                "http_reqs{scenario:first}": "count==6",
                "http_reqs{scenario:later}": "count==5",
                "http_reqs{group:::outer::inner}": "count==5",
                "group_duration{group:::outer}": "count==5",
            },
        }
    )
    done, result = run(plan)
    assert done.code == 0, done
    assert {s.name: s.iterations for s in result.summary.scenarios} == {"first": 6, "later": 5}
    assert target.count() == 11


def test_connections_are_kept_unless_the_plan_says_otherwise(plans, run, step):
    for keep_alive, connected in ((True, 2), (False, 8)):
        plan = plans.document(
            {
                "http": {"keep_alive": keep_alive},
                "scenarios": {
                    "s": {"executor": "per-vu-iterations", "vus": 2, "iterations": 4, "flow": [step("/")]}
                },
            }
        )
        done, result = run(plan, "-q")
        assert done.code == 0, done
        connecting = HdrHistogram.decode(result.metric("http_req_connecting").histogram)
        assert connecting.get_total_count() - connecting.get_count_at_value(0) == connected


def test_a_target_that_stands_still_shows_in_the_corrected_time_alone(plans, run, target, step):
    """One user, 50 starts a second: every response takes 100 ms, so each start waits longer than the last."""
    plan = plans.one(
        step("/delay/100"),
        executor="constant-arrival-rate",
        rate=50,
        duration="1s",
        pre_allocated_vus=1,
        when_busy="wait",
    )
    done, result = run(plan)
    (scenario,) = result.summary.scenarios
    assert done.code == 0, done
    assert scenario.iterations + scenario.dropped == 50
    assert target.count() == scenario.iterations < 15
    service, corrected, delay = (
        result.metric(name).agg
        for name in ("http_req_duration", "http_req_corrected_duration", "iteration_start_delay")
    )
    assert service.count == corrected.count == delay.count
    assert corrected.sum == pytest.approx(service.sum + delay.sum, rel=1e-3)
    # Start n is due at n / 50 and begins after n responses; a slow machine makes n smaller, not the delay.
    assert delay.max > 300
    note = next(note for note in result.summary.notes if "http_req_corrected_duration" in note)
    assert f"{scenario.dropped} starts were dropped and are in neither" in note
    assert "only the second shows a target that kept later starts waiting" in " ".join(done.stdout.split())


def test_a_pool_that_sizes_itself_says_what_it_needed(plans, run, target, step):
    plan = plans.one(step("/delay/100"), executor="constant-arrival-rate", rate=50, duration="1s")
    done, result = run(plan)
    assert done.code == 0, done
    (scenario,) = result.summary.scenarios
    assert scenario.iterations + scenario.dropped == 50
    assert scenario.max_vus >= 5
    note = f"scenario {scenario.name!r} sized its own pool and needed {scenario.max_vus} VUs at once"
    assert [text for text in result.summary.notes if text.startswith(note)]
