import itertools

import pytest

from loadr_testing.fakes import Answer

REQUEST = {"request": {"url": "/"}}


def times(done):
    return [round(request.at, 6) for request in done.handler.sent]


def run_flow(run_plan, scenario, flow, iterations=1, defaults=None, **knobs):
    plan = scenario("per-vu-iterations", flow=flow, vus=1, iterations=iterations, **knobs)
    plan["defaults"] = {"http": {"base_url": "fake://target"}, **(defaults or {})}
    return run_plan(plan, lambda _: Answer(seconds=0.1))


def test_a_constant_pause(run_plan, scenario):
    flow = [REQUEST, {"think_time": {"type": "constant", "duration": "2s"}}, REQUEST]
    assert times(run_flow(run_plan, scenario, flow)) == [0.0, 2.1]


def test_think_time_follows_every_request_and_the_scenario_overrides_the_default(run_plan, scenario):
    default = {"think_time": {"type": "constant", "duration": "1s"}}
    own = {"type": "constant", "duration": "5s"}
    assert times(run_flow(run_plan, scenario, [REQUEST, REQUEST], defaults=default)) == [0.0, 1.1]
    assert times(run_flow(run_plan, scenario, [REQUEST, REQUEST], defaults=default, think_time=own)) == [
        0.0,
        5.1,
    ]


@pytest.mark.parametrize(
    ("think_time", "low", "high"),
    [
        ({"type": "uniform", "min": "1s", "max": "2s"}, 1.0, 2.0),
        ({"type": "gaussian", "mean": "1s", "std_dev": "5s"}, 0.0, 50.0),
    ],
    ids=["uniform", "gaussian, cut at zero"],
)
def test_random_pauses_stay_in_their_range_and_follow_the_seed(think_time, low, high, run_plan, scenario):
    flow = [REQUEST, {"think_time": think_time}]
    first = times(run_flow(run_plan, scenario, flow, iterations=50))
    again = times(run_flow(run_plan, scenario, flow, iterations=50))
    pauses = [after - before - 0.1 for before, after in itertools.pairwise(first)]
    assert first == again
    assert all(low - 1e-6 <= pause <= high for pause in pauses)
    assert len(set(pauses)) > 10


def test_groups_tag_their_samples_with_the_path_and_are_timed(run_plan, scenario):
    inner = {
        "group": {
            "name": "inner",
            "steps": [{"request": {"url": "/i", "checks": [{"type": "status", "equals": 200}]}}],
        }
    }
    flow = [{"group": {"name": "outer", "steps": [REQUEST, inner]}}]
    plan = scenario("per-vu-iterations", flow=flow, vus=1, iterations=1)
    plan["thresholds"] = {
        "group_duration{group:::outer}": "avg>0",
        "group_duration{group:::outer::inner}": "avg>0",
        "fake_reqs{group:::outer::inner}": "count>0",
    }
    done = run_plan(plan, lambda _: Answer(seconds=0.1))
    assert done.trend("group_duration", group="::outer").mean() == pytest.approx(200_000)
    assert done.trend("group_duration", group="::outer::inner").mean() == pytest.approx(100_000)
    assert done.total("fake_reqs", group="::outer::inner") == 1
    assert done.rate("checks", check="status is 200", group="::outer::inner") == (1, 1)


def test_an_aborted_group_records_no_time(run_plan, scenario):
    failing = {
        "request": {"url": "/", "assert": [{"type": "status", "equals": 1, "on_failure": "abort_iteration"}]}
    }
    flow = [{"group": {"name": "g", "steps": [failing, REQUEST]}}]
    done = run_plan(scenario("per-vu-iterations", flow=flow, vus=1, iterations=2))
    assert all(view.metric != "group_duration" for view, _ in done.aggregator.views())
    assert done.total("iterations") == 2


def test_a_templated_name_is_the_one_at_the_groups_begin(run_plan, scenario):
    """The variable in it may change inside; what is inside still belongs to the group."""
    checked = {
        "request": {
            "url": "/i",
            "checks": [{"type": "status", "equals": 200}],
            "extract": [{"chain": "x", "header": "X", "default": "d", "check": {"equals": "d"}}],
        }
    }
    inner = {
        "group": {"name": "inner", "steps": [{"repeat": {"times": 1, "counter": "id", "steps": [checked]}}]}
    }
    outer = {"group": {"name": "product ${id}", "steps": [REQUEST, inner, REQUEST]}}
    flow = [{"foreach": {"items": [7, 8], "var": "id", "steps": [outer]}}, REQUEST]
    plan = scenario("per-vu-iterations", flow=flow, vus=1, iterations=2)
    paths = [f"::product {number}{inside}" for number in (7, 8) for inside in ("", "::inner")]
    plan["thresholds"] = {
        f"{metric}{{group:{path}}}": bound
        for path in paths
        for metric, bound in (("fake_reqs", "count>0"), ("group_duration", "avg>0"), ("checks", "rate>0"))
    }
    done = run_plan(plan, lambda _: Answer(seconds=0.1))
    for path, requests in zip(paths, (2, 1, 2, 1), strict=True):
        assert done.total("fake_reqs", group=path) == 2 * requests
        assert done.trend("group_duration", group=path).total == 2
        assert done.rate("checks", group=path) == ((4, 4) if path.endswith("inner") else (0, 0))
    assert done.total("fake_reqs") == 2 * 7


def test_a_templated_name_without_a_value_ends_the_iteration(run_plan, scenario):
    flow = [{"group": {"name": "g ${gone}", "steps": [REQUEST]}}]
    done = run_plan(scenario("per-vu-iterations", flow=flow, vus=1, iterations=1))
    assert done.handler.sent == []
    reason = "RenderError: variable 'gone' has no value"
    assert done.causes == {("exceptions", "scenarios.main.flow[0].group.name", reason): 1}


def test_a_request_without_a_value_to_send_belongs_to_its_templated_group(run_plan, scenario):
    flow = [{"group": {"name": "g ${vu}", "steps": [{"request": {"url": "/${gone}"}}]}}]
    plan = scenario("per-vu-iterations", flow=flow, vus=1, iterations=1)
    done = run_plan({**plan, "thresholds": {"http_req_failed{group:::g 1}": "rate>0"}})
    assert done.rate("http_req_failed", group="::g 1") == (1, 1)


def test_more_paths_than_a_tag_may_have_values_are_folded(run_plan, scenario):
    flow = [{"group": {"name": "g ${iteration}", "steps": [REQUEST]}}]
    plan = scenario("per-vu-iterations", flow=flow, vus=1, iterations=1200)
    done = run_plan({**plan, "thresholds": {"group_duration{group:other}": "avg>0"}})
    assert done.trend("group_duration", group="other").total == 200
