"""Flows run by one VU, told by the requests that they send."""

import pytest

from loadr_testing.fakes import Answer


@pytest.fixture
def run_flow(run_plan, scenario):
    """Run a flow; `answer` may depend on the request, `more` are keys of the plan."""

    def run(*flow, iterations=1, vus=1, answer=lambda _request: Answer(), segment=None, seed=1, **more):
        plan = scenario("per-vu-iterations", flow=list(flow), vus=vus, iterations=iterations)
        places = {} if segment is None else {"segment": segment}
        return run_plan({**plan, **more}, answer, seed=seed, **places)

    return run


@pytest.fixture
def urls(run_flow):
    """Run a flow; the paths that it asked for, in order."""

    def run(*flow, **options):
        return [request.url for request in run_flow(*flow, **options).handler.sent]

    return run


@pytest.fixture
def get():
    """Make a request step."""
    return lambda url, **more: {"request": {"url": url, **more}}


@pytest.fixture
def abort():
    """Make a request step that ends the iteration, or more."""

    def make(reach="abort_iteration", url="/abort", **more):
        condition = {"type": "status", "equals": 999, "on_failure": reach}
        return {"request": {"url": url, "assert": [condition], **more}}

    return make
