"""What a plan will do: tables for every executor and step, laws for their totals."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_config.models import TestPlan
from loadr_config.outlook import MANY, Count, outlook, plan_outlook, requests_of, shortest_pause
from loadr_config.ramps import integer_steps

REQUEST = {"request": {"url": "/"}}
SECOND = {"think_time": {"type": "constant", "duration": 1}}


def plan_of(**scenarios):
    return TestPlan.model_validate({"js": {"script": "x"}, "scenarios": scenarios})


def scenario_of(executor, flow=(REQUEST,), **knobs):
    return plan_of(s={"executor": executor, "flow": list(flow), **knobs}).scenarios["s"]


def of(executor, **knobs):
    return outlook(scenario_of(executor, **knobs))


ANY = Count(0, None)
RAMP = [{"duration": "10s", "target": 5}, {"duration": "10s", "target": 0}]
JUMP = [
    {"duration": "10s", "target": 10},
    {"duration": "0s", "target": 2},
    {"duration": "5s", "target": 2},
]


@pytest.mark.parametrize(
    ("executor", "knobs", "words", "duration", "max_vus", "iterations"),
    [
        ("constant-vus", {"vus": 3, "duration": "1m"}, "3 VUs start iterations for 1m", 60, 3, ANY),
        (
            "per-vu-iterations",
            {"vus": 3, "iterations": 4},
            "3 VUs run 4 iterations each, for at most 10m",
            600,
            3,
            Count(12, 12),
        ),
        (
            "shared-iterations",
            {"vus": 1, "iterations": 1},
            "1 VU share 1 iteration, for at most 10m",
            600,
            1,
            Count(1, 1),
        ),
        ("ramping-vus", {"stages": RAMP}, "up to 5 VUs in 2 stages", 20, 5, ANY),
        (
            "constant-arrival-rate",
            {"rate": 0.5, "duration": "10s", "pre_allocated_vus": 2},
            "0.5 iterations start every second for 10s",
            10,
            2,
            Count(5, 5),
        ),
        (
            "constant-arrival-rate",
            {"rate": 90, "time_unit": "1m", "duration": "1s", "max_vus": 7},
            "90 iterations start every 1m for 1s",
            1,
            7,
            Count(2, 2),
        ),
        (
            "ramping-arrival-rate",
            {"stages": JUMP},
            "up to 10 iterations start every second in 3 stages",
            15,
            None,
            Count(60, 60),
        ),
        (
            "externally-controlled",
            {"max_vus": 9},
            "0 VUs at the start, scaled by hand up to 9, until it is stopped",
            None,
            9,
            ANY,
        ),
    ],
)
def test_what_each_executor_will_do(executor, knobs, words, duration, max_vus, iterations):
    future = of(executor, **knobs)
    assert (future.words, future.duration, future.max_vus, future.iterations) == (
        words,
        duration,
        max_vus,
        iterations,
    )


@pytest.mark.parametrize(
    ("executor", "knobs", "most"),
    [
        ("constant-vus", {"vus": 2, "duration": "10s", "flow": [SECOND]}, 20),
        ("constant-vus", {"vus": 2, "duration": "9500ms", "flow": [SECOND]}, 20),
        ("constant-vus", {"vus": 2, "duration": "10s", "pacing": {"iterations_per_second": 0.25}}, 3),
        (
            "constant-vus",
            {"vus": 2, "duration": "10s", "flow": [SECOND], "pacing": {"iterations_per_second": 99}},
            20,
        ),
        (
            "constant-vus",
            {"vus": 1, "duration": "10s", "think_time": {"type": "uniform", "min": 2, "max": 9}},
            5,
        ),
        ("constant-vus", {"vus": 1, "duration": "10s", "think_time": {"type": "gaussian", "mean": 2, "std_dev": 1}}, None),
        ("ramping-vus", {"stages": [{"duration": "10s", "target": 2}], "flow": [SECOND]}, 7),
    ],
)  # fmt: skip
def test_waits_and_pacing_bound_what_time_alone_does_not(executor, knobs, most):
    assert of(executor, **knobs).iterations == Count(0, most)


@given(
    st.integers(0, 12),
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 12)), min_size=1, max_size=5),
    st.floats(0.05, 20),
)
def test_no_vu_of_a_ramp_can_start_more_than_the_bound(start, stages, pause):
    """Every VU starts the next iteration a pause after the last one, from when it comes until it goes."""
    written = [{"duration": duration, "target": target} for duration, target in stages]
    think = {"think_time": {"type": "constant", "duration": pause}}
    future = of("ramping-vus", start_vus=start, stages=written, flow=[think])
    spans, present = [], [0.0] * start
    for moment, count in [*integer_steps(future.ramp), (future.ramp.duration, 0)]:
        present += [moment] * (count - len(present))
        while len(present) > count:
            spans.append(moment - present.pop())
    assert sum(math.ceil(span / pause - 1e-9) for span in spans) <= future.iterations.most


rates = st.floats(0, 5000)
stages = st.lists(st.tuples(st.integers(0, 600), rates), min_size=1, max_size=6)


@given(rates, stages, st.sampled_from([1, 60, 0.1]))
def test_a_ramping_rate_starts_the_area_under_its_line(start, stages, unit):
    written = [{"duration": duration, "target": target} for duration, target in stages]
    future = of("ramping-arrival-rate", start_rate=start, stages=written, time_unit=unit)
    values = [start, *(target for _, target in stages)]
    lengths = [duration for duration, _ in stages]
    area = sum((a + b) / 2 / unit * length for (a, b), length in zip(pairwise(values), lengths, strict=True))
    assert future.iterations.is_exact
    assert future.iterations.most == pytest.approx(area, rel=1e-9, abs=1)
    assert future.iterations.most <= area + 1e-6 * (1 + area)


@given(st.integers(1, 10**6), st.integers(1, 10**5))
def test_a_constant_rate_of_whole_numbers_starts_their_product(rate, seconds):
    assert of("constant-arrival-rate", rate=rate, duration=seconds).iterations == Count.exactly(
        rate * seconds
    )


@given(rates, stages, st.tuples(st.integers(1, 600), rates))
def test_a_further_stage_never_takes_starts_away(start, stages, more):
    written = [{"duration": duration, "target": target} for duration, target in [*stages, more]]
    shorter, longer = (
        of("ramping-arrival-rate", start_rate=start, stages=taken) for taken in (written[:-1], written)
    )
    assert longer.iterations.most >= shorter.iterations.most
    assert longer.duration > shorter.duration


def test_a_stage_without_length_adds_no_start_and_jumps():
    future = of("ramping-arrival-rate", start_rate=10, stages=[{"duration": 10, "target": 10}, {"duration": 0, "target": 99}, {"duration": 1, "target": 99}])  # fmt: skip
    assert future.iterations == Count(199, 199)
    assert [future.ramp.value(moment) for moment in (9.99, 10)] == [10, 99]


BRANCHES = [{"steps": [REQUEST]}, {"steps": [REQUEST] * 3}]


@pytest.mark.parametrize(
    ("step", "requests", "pause"),
    [
        (REQUEST, (1, 1), 2),
        (SECOND, (0, 0), 1),
        ({"think_time": {"type": "uniform", "min": 3, "max": 4}}, (0, 0), 3),
        ({"think_time": {"type": "gaussian", "mean": 3, "std_dev": 4}}, (0, 0), 0),
        ({"group": {"name": "g", "steps": [REQUEST, SECOND, REQUEST]}}, (2, 2), 5),
        ({"repeat": {"times": 3, "steps": [REQUEST, REQUEST]}}, (6, 6), 12),
        ({"repeat": {"times": 3, "steps": [{"js": "x"}]}}, (0, None), 0),
        ({"repeat": {"times": 0, "steps": [{"js": "x"}]}}, (0, 0), 0),
        ({"while": {"condition": "${x} < 1", "steps": [REQUEST], "max_iterations": 7}}, (0, 7), 0),
        ({"if": {"condition": "${x} < 1", "then": [REQUEST, SECOND]}}, (0, 1), 0),
        ({"if": {"condition": "${x} < 1", "then": [REQUEST, REQUEST], "else": [REQUEST]}}, (1, 2), 2),
        ({"random": {"choices": BRANCHES}}, (1, 3), 2),
        ({"switch": {"value": "${x}", "cases": {"a": [REQUEST], "b": [REQUEST] * 2}, "default": [REQUEST]}}, (1, 2), 2),
        ({"switch": {"value": "${x}", "cases": {"a": [REQUEST]}}}, (0, 1), 0),
        ({"foreach": {"items": [1, 2, 3], "steps": [REQUEST]}}, (3, 3), 6),
        ({"foreach": {"items": "${list}", "steps": [REQUEST]}}, (0, None), 0),
        ({"foreach": {"items": "${list}", "steps": [SECOND]}}, (0, 0), 0),
        ({"during": {"duration": "8s", "steps": [REQUEST]}}, (0, None), 8),
        ({"retry": {"times": 4, "steps": [REQUEST]}}, (1, 4), 2),
        ({"parallel": {"branches": [[REQUEST], [REQUEST, SECOND]]}}, (2, 2), 3),
        ({"js": "x()"}, (0, None), 0),
        ({"rendezvous": {"name": "r", "users": 1}}, (0, 0), 0),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)  # fmt: skip
def test_requests_and_waits_of_every_step(step, requests, pause):
    scenario = scenario_of(
        "constant-vus", vus=1, duration="1s", flow=[step], think_time={"type": "constant", "duration": 2}
    )
    assert requests_of(scenario.flow) == Count(*requests)
    assert shortest_pause(scenario.flow, scenario.think_time) == pause


def test_a_function_of_the_script_may_send_anything():
    assert of("constant-vus", vus=1, duration="1s", exec="f").requests == Count(1, None)


def test_the_think_time_of_the_plan_counts_where_the_scenario_has_none():
    plan = TestPlan.model_validate(
        {
            "defaults": {"think_time": {"type": "constant", "duration": 2}},
            "scenarios": {"s": {"executor": "constant-vus", "vus": 1, "duration": "10s", "flow": [REQUEST]}},
        }
    )
    assert plan_outlook(plan).iterations == Count(0, 5)


counts = st.builds(
    lambda least, more: Count(least, None if more is None else least + more),
    st.integers(0, 10**9),
    st.none() | st.integers(0, 10**9),
)


@given(counts, counts, counts)
def test_counts_add_and_choose_in_any_order(a, b, c):
    assert a + b == b + a
    assert (a + b) + c == a + (b + c)
    assert a | b == b | a
    assert (a | b) | c == a | (b | c)
    assert a * b == b * a
    assert a + Count(0, 0) == a
    assert a * Count(1, 1) == a
    assert a * Count(0, 0) == Count(0, 0)


def loop(vus, start, duration, grace):
    return {
        "executor": "constant-vus",
        "vus": vus,
        "start_time": start,
        "duration": duration,
        "graceful_stop": grace,
        "flow": [REQUEST],
    }


@pytest.mark.parametrize(
    ("scenarios", "duration", "longest", "most"),
    [
        ({"a": loop(3, 0, 10, 5)}, 10, 15, 3),
        ({"a": loop(3, 0, 10, 5), "b": loop(4, 20, 10, 0)}, 30, 30, 4),
        ({"a": loop(3, 0, 10, 15), "b": loop(4, 20, 10, 0)}, 30, 30, 7),
        ({"a": loop(3, 0, 10, 90), "b": loop(4, 20, 10, 0)}, 30, 100, 7),
        ({"a": loop(3, 0, 10, 5), "b": {"executor": "externally-controlled", "max_vus": 2, "flow": [REQUEST]}}, None, None, 5),
        ({"a": loop(3, 0, 10, 5), "b": {"executor": "constant-arrival-rate", "rate": 1, "duration": 1, "flow": [REQUEST]}}, 10, 31, None),
    ],
    ids=["one", "one after the other", "overlap in the grace", "long grace", "by hand", "own pool"],
)  # fmt: skip
def test_all_scenarios_together(scenarios, duration, longest, most):
    whole = plan_outlook(plan_of(**scenarios))
    assert (whole.duration, whole.longest, whole.max_vus) == (duration, longest, most)


HUGE = 10**300


@pytest.mark.parametrize(
    "scenario",
    [
        {"executor": "constant-vus", "vus": HUGE * HUGE, "duration": "99w", "flow": [SECOND]},
        {"executor": "ramping-vus", "stages": [{"duration": 1, "target": HUGE * HUGE}], "flow": [SECOND]},
        {"executor": "per-vu-iterations", "vus": HUGE, "iterations": HUGE * HUGE},
        {"executor": "shared-iterations", "vus": HUGE, "iterations": HUGE * HUGE},
        {"executor": "constant-arrival-rate", "rate": 1e308, "time_unit": 1e-9, "duration": "99w"},
        {"executor": "ramping-arrival-rate", "start_rate": 1e308, "time_unit": 1e-9, "stages": RAMP},
        {"executor": "externally-controlled", "vus": HUGE, "max_vus": HUGE * HUGE},
        {"executor": "constant-vus", "vus": 1, "duration": 9, "flow": [{"repeat": {"times": HUGE * HUGE, "steps": [REQUEST, SECOND]}}]},
    ],
    ids=lambda scenario: scenario["executor"],
)  # fmt: skip
def test_numbers_that_nobody_means_stay_bounded(scenario):
    whole = plan_outlook(plan_of(s={"flow": [REQUEST], **scenario}))
    for count in (whole.iterations, whole.requests):
        assert count.most is None or count.most <= MANY
    assert whole.max_vus is None or whole.max_vus <= MANY
