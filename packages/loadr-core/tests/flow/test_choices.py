"""random: how a branch is chosen, and what its samples carry."""

from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_core.flow import choose
from loadr_core.segments import Segment
from loadr_core.spi import Scope, VuContext


def random_step(strategy, *weights, name=None):
    choices = [
        {"steps": [{"request": {"url": f"/{n}"}}], **({} if weight is None else {"weight": weight})}
        for n, weight in enumerate(weights)
    ]
    if name is not None:
        choices[0]["name"] = name
    return {"random": {"strategy": strategy, "choices": choices}}


def test_weights_are_relative_and_one_by_default(urls):
    counts = Counter(urls(random_step("weighted", 3, None, 0), iterations=4000))
    assert counts.keys() == {"/0", "/1"}
    # The binomial's standard deviation is 27 here: five of them are one run in two million.
    assert abs(counts["/0"] - 3000) < 140


def test_uniform_takes_all_branches_equally_often(urls):
    counts = Counter(urls(random_step("uniform", None, None, None, None), iterations=4000))
    assert len(counts) == 4
    assert all(abs(count - 1000) < 140 for count in counts.values())


@pytest.mark.parametrize("strategy", ["weighted", "uniform"])
def test_the_seed_decides(strategy, urls):
    step = random_step(strategy, None, None)
    first, again, other = (urls(step, iterations=100, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_a_choice_follows_vu_and_iteration_whatever_worker_it_runs_on(run_flow):
    step = random_step("uniform", None, None, None)

    def chosen(segment):
        sent = run_flow(step, vus=4, iterations=25, segment=segment).handler.sent
        return {(request.vu, request.iteration): request.url for request in sent}

    together = chosen(Segment(0, 2)) | chosen(Segment(1, 2))
    assert len(together) == 100
    assert together == chosen(Segment())


def test_round_robin_has_one_counter_for_all_vus_of_a_scenario(urls):
    counts = Counter(urls(random_step("round_robin", None, None, None), vus=5, iterations=3))
    assert counts == {"/0": 5, "/1": 5, "/2": 5}


def test_round_robin_goes_in_order_and_each_step_counts_for_itself(urls):
    step = random_step("round_robin", None, None, None)
    assert urls(step, step, iterations=4) == ["/0", "/0", "/1", "/1", "/2", "/2", "/0", "/0"]


def test_round_robin_of_two_scenarios_counts_apart(run_plan, scenario):
    one = scenario("per-vu-iterations", flow=[random_step("round_robin", None, None)], vus=1, iterations=1)
    config = one["scenarios"]["main"]
    done = run_plan({"scenarios": {"a": config, "b": config}})
    assert [sent.url for sent in done.handler.sent] == ["/0", "/0"]


def test_round_robin_begins_elsewhere_in_every_worker(urls):
    step = random_step("round_robin", None, None, None)
    firsts = [urls(step, vus=3, segment=Segment(index, 3))[0] for index in range(3)]
    assert firsts == ["/0", "/1", "/2"]


def test_samples_carry_the_branch(run_flow):
    inner = random_step("round_robin", None, name="deep")
    outer = {
        "random": {
            "strategy": "round_robin",
            "choices": [
                {
                    "name": "buy",
                    "steps": [{"request": {"url": "/a", "checks": [{"type": "status", "equals": 200}]}}],
                },
                {
                    "steps": [
                        {"request": {"url": "/b"}},
                        {"group": {"name": "g", "steps": [inner, {"request": {"url": "/c"}}]}},
                    ]
                },
            ],
        }
    }
    selectors = [
        "fake_reqs{branch:buy}",
        "fake_reqs{branch:branch-1}",
        "fake_reqs{branch:branch-1,group:::g}",
        "fake_reqs{branch:deep,group:::g}",
        "group_duration{branch:branch-1,group:::g}",
    ]
    thresholds = dict.fromkeys(selectors, "count>0") | {"checks{branch:buy}": "rate>0"}
    done = run_flow(outer, {"request": {"url": "/after"}}, iterations=4, thresholds=thresholds)
    assert done.total("fake_reqs", branch="buy") == 2
    assert done.total("fake_reqs", branch="branch-1") == 4
    assert done.total("fake_reqs", branch="branch-1", group="::g") == 2
    assert done.total("fake_reqs", branch="deep", group="::g") == 2
    assert done.rate("checks", branch="buy") == (2, 2)
    assert done.trend("group_duration", branch="branch-1", group="::g").total == 2
    assert done.total("fake_reqs") == 12


class Extreme(Random):
    """A generator that gives one number for ever."""

    def __init__(self, number):
        super().__init__(0)
        self.number = number

    def random(self):
        return self.number


@given(st.lists(st.floats(0, 1e300), min_size=1, max_size=6), st.sampled_from([0.0, 0.5, 1 - 2**-53]))
def test_a_branch_of_weight_zero_is_never_taken_at_whatever_draw(weights, draw):
    if not any(weights) or sum(weights) == float("inf"):
        weights = [1.0]
    scope = Scope(VuContext(1, "s"))
    scope._random, scope._seeded_for = Extreme(draw), 0
    assert weights[choose.weighted(weights)(scope)] > 0
    assert choose.uniform(len(weights))(scope) in range(len(weights))
