"""A protocol's own block reaches its handler, and its templates can be rendered."""


def test_a_plugins_block_is_rendered_for_each_request(run_plan, scenario):
    block = {"key": "k-${iteration}", "count": "${vars.n}", "list": ["${iteration}", True], "as it is": 7}
    flow = [{"request": {"url": "/", "plugin": block}}]
    plan = scenario("per-vu-iterations", flow=flow, vus=1, iterations=2)
    sent = run_plan({**plan, "variables": {"n": "5"}}).handler.sent
    assert [request.block for request in sent] == [
        {"key": "k-0", "count": 5, "list": [0, True], "as it is": 7},
        {"key": "k-1", "count": 5, "list": [1, True], "as it is": 7},
    ]


def test_without_a_block_there_is_none(run_plan, scenario):
    plan = scenario("per-vu-iterations", flow=[{"request": {"url": "/"}}], vus=1, iterations=1)
    assert [request.block for request in run_plan(plan).handler.sent] == [None]
