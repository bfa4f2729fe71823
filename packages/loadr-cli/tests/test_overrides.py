"""What the command line changes in a plan."""

import pytest

from loadr_cli.overrides import OverrideError, Overrides
from loadr_config.models import SharedIterations, TestPlan

FLOW = [{"request": {"url": "http://host/"}}]
CONSTANT = {"executor": "constant-vus", "vus": 2, "duration": "10s", "tags": {"a": "b"}, "flow": FLOW}
EACH = {"executor": "per-vu-iterations", "vus": 2, "iterations": 3, "flow": FLOW}
RAMP = {"executor": "ramping-vus", "start_vus": 3, "stages": [{"duration": "1h", "target": 9}], "flow": FLOW}
BY_HAND = {"executor": "externally-controlled", "vus": 1, "max_vus": 5, "flow": FLOW}
ARRIVALS = {"executor": "constant-arrival-rate", "rate": 5, "duration": "1s", "flow": FLOW}


def plan(**scenarios):
    return TestPlan.model_validate({"scenarios": scenarios})


def applied(scenario, **overrides):
    return Overrides(**overrides).apply(plan(main=scenario)).scenarios["main"]


def test_without_overrides_the_plan_stays_as_it_is():
    unchanged = plan(a=CONSTANT, b=EACH)
    assert Overrides().apply(unchanged) == unchanged


@pytest.mark.parametrize(
    ("scenario", "overrides", "expected"),
    [
        (CONSTANT, {"vus": 7}, {"vus": 7, "duration": 10.0}),
        (CONSTANT, {"duration": 60.0}, {"vus": 2, "duration": 60.0}),
        (EACH, {"iterations": 9, "vus": 1}, {"vus": 1, "iterations": 9, "max_duration": 600.0}),
        (ARRIVALS, {"duration": 60.0}, {"rate": 5, "duration": 60.0}),
        (BY_HAND, {"duration": 60.0}, {"vus": 1, "duration": 60.0}),
        (EACH, {"duration": 5.0}, {"iterations": 3, "max_duration": 5.0}),
    ],
)
def test_an_override_sets_the_executors_own_knob(scenario, overrides, expected):
    changed = applied(scenario, **overrides)
    assert {knob: getattr(changed, knob) for knob in expected} == expected


def test_iterations_make_a_looping_scenario_share_them():
    changed = applied(CONSTANT, iterations=50, duration=30.0)
    assert isinstance(changed, SharedIterations)
    assert (changed.vus, changed.iterations, changed.max_duration) == (2, 50, 30.0)
    assert changed.tags == {"a": "b"}
    assert changed.flow == applied(CONSTANT).flow
    assert changed.executor == "shared-iterations"


def test_several_scenarios_need_a_choice():
    with pytest.raises(OverrideError, match="there are several: a, b") as refused:
        Overrides(vus=3, iterations=4).apply(plan(a=CONSTANT, b=EACH))
    assert refused.value.hint == "choose one with --scenario NAME"


def test_an_executor_without_the_knob_is_refused():
    with pytest.raises(OverrideError, match="--vus cannot change scenario 'main'"):
        applied(ARRIVALS, vus=3)


@pytest.mark.parametrize(
    ("scenario", "vus", "start"), [(CONSTANT, None, 1), (CONSTANT, 4, 4), (RAMP, None, 3), (RAMP, 5, 5)]
)
def test_stages_make_a_scenario_ramp(scenario, vus, start):
    changed = applied(scenario, vus=vus, stages=((10.0, 5), (1.5, 0)))
    assert (changed.executor, changed.start_vus) == ("ramping-vus", start)
    assert [(stage.duration, stage.target) for stage in changed.stages] == [(10.0, 5), (1.5, 0)]
    assert changed.flow == applied(CONSTANT).flow


@pytest.mark.parametrize(
    ("scenario", "overrides", "message"),
    [
        (CONSTANT, {"stages": ((1.0, 1),), "duration": 1.0}, "--duration and --stage exclude each other"),
        (CONSTANT, {"stages": ((1.0, 1),), "iterations": 1}, "--iterations and --stage exclude each other"),
        (ARRIVALS, {"stages": ((1.0, 1),)}, "--stage cannot change scenario 'main'"),
        (EACH, {"stages": ((1.0, 1),)}, "--stage cannot change scenario 'main'"),
    ],
)
def test_stages_that_fit_nothing_are_refused(scenario, overrides, message):
    with pytest.raises(OverrideError, match=message):
        applied(scenario, **overrides)


def test_a_script_gets_stages_as_k6_has_them():
    options = Overrides(vus=2, stages=((0.5, 1), (90.0, 0))).as_options()
    assert options == {
        "vus": 2,
        "stages": [{"duration": "500ms", "target": 1}, {"duration": "90000ms", "target": 0}],
    }
