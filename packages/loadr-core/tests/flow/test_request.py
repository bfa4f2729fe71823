"""The request step: judging and recording."""

import pytest

from loadr_core.flow.request import RequestStep
from loadr_core.recording import Recorder
from loadr_core.spi import CompiledRequest, Sample, Scope, VuContext, request_layout
from loadr_core.spi.text import RenderError
from loadr_testing.fakes import Answer

STATUS_200 = {"type": "status", "equals": 200}


@pytest.fixture
def run_request(run_plan, scenario):
    """Run one request by one VU as often as asked."""

    def run(request, rule=lambda _request: Answer(), iterations=1, **extra):
        flow = [{"request": {"url": "/", **request}}]
        plan = scenario("per-vu-iterations", flow=flow, vus=1, iterations=iterations)
        return run_plan({**plan, **extra}, rule)

    return run


def test_a_passing_request(run_request):
    done = run_request({"checks": [STATUS_200]}, iterations=3)
    assert done.rate("checks") == (3, 3)
    assert done.rate("http_req_failed") == (0, 3)
    assert done.rate("fake_req_failed") == (0, 3)
    assert done.trend("fake_req_duration").percentile(50) == pytest.approx(10_000, rel=1e-3)
    assert done.causes == {}


def test_a_failed_check_only_counts(run_request):
    done = run_request(
        {"name": "page", "checks": [{**STATUS_200, "name": "is ok"}]}, lambda _: Answer(status=302)
    )
    assert done.rate("checks") == (0, 1)
    assert done.rate("http_req_failed") == (0, 1)
    assert done.causes == {("checks", "page", "is ok"): 1}


def test_an_unexpected_status_fails_each_time(run_request):
    done = run_request({"name": "page"}, lambda _: Answer(status=500), iterations=3)
    assert done.rate("http_req_failed") == (3, 3)
    assert done.causes == {("status", "page", "500"): 3}


def test_expected_statuses_of_the_request_decide(run_request):
    done = run_request({"expected_statuses": [404]}, lambda _: Answer(status=404))
    assert done.rate("http_req_failed") == (0, 1)


def test_a_transport_error_has_status_zero_and_its_kind(run_request):
    plan = {"thresholds": {"http_req_failed{error_kind:timeout,status:0}": "rate<1"}}
    done = run_request(
        {"name": "page"}, lambda _: Answer(status=0, error_kind="timeout"), iterations=2, **plan
    )
    assert done.rate("http_req_failed", error_kind="timeout", status="0") == (2, 2)
    assert done.causes == {("transport", "page", "timeout: made by the rule: timeout"): 2}


def test_a_failed_assert_fails_the_request(run_request):
    plan = {"thresholds": {"http_req_failed{error_kind:assert}": "rate<1"}}
    done = run_request({"name": "page", "assert": [STATUS_200]}, lambda _: Answer(status=201), **plan)
    assert done.rate("http_req_failed", error_kind="assert") == (1, 1)
    assert done.causes == {("checks", "page", "assert: status is 200"): 1}


def test_the_kind_of_a_transport_error_is_kept_when_an_assert_fails_too(run_request):
    plan = {"thresholds": {"http_req_failed{error_kind:dns}": "rate<1"}}
    done = run_request({"assert": [STATUS_200]}, lambda _: Answer(status=0, error_kind="dns"), **plan)
    assert done.rate("http_req_failed", error_kind="dns") == (1, 1)


@pytest.mark.parametrize(
    ("on_failure", "requests", "iterations"),
    [("continue", 6, 3), ("abort_iteration", 3, 3), ("abort_scenario", 1, 1), ("abort_test", 1, 1)],
)
def test_what_a_failed_assert_ends(on_failure, requests, iterations, run_plan, scenario):
    failing = {"url": "/", "assert": [{"type": "status", "equals": 999, "on_failure": on_failure}]}
    flow = [{"request": failing}, {"request": {"url": "/second"}}]
    done = run_plan(scenario("per-vu-iterations", flow=flow, vus=1, iterations=3))
    assert len(done.handler.sent) == requests
    assert done.total("iterations") == iterations


def test_abort_scenario_leaves_the_others_alone_and_abort_test_does_not(run_plan):
    def plan(on_failure):
        failing = {"url": "/f", "assert": [{"type": "status", "equals": 999, "on_failure": on_failure}]}
        common = {"executor": "constant-vus", "vus": 1, "duration": "1s"}
        return {
            "scenarios": {
                "failing": {**common, "flow": [{"request": failing}]},
                "other": {**common, "flow": [{"request": {"url": "/o"}}]},
            }
        }

    rule = lambda _: Answer(seconds=0.125)  # noqa: E731
    assert run_plan(plan("abort_scenario"), rule).total("iterations", scenario="other") == 8
    aborted = run_plan(plan("abort_test"), rule)
    assert aborted.total("iterations", scenario="other") == 1
    assert aborted.engine.stop_signal.reason == "assert failed in '/f': status is 999"


def test_samples_carry_their_tags(run_request):
    selector = (
        "{suite:x,zone:eu,method:PUT,status:200,proto:FAKE/1,expected_response:true,scenario:main,name:page}"
    )
    plan = {"thresholds": {f"fake_reqs{selector}": "count>0"}}
    done = run_request({"name": "page", "method": "PUT", "tags": {"zone": "eu", "suite": "x"}}, **plan)
    selected = [view for view, sink in done.aggregator.views() if len(view.selector) == 8]
    assert [view.metric for view in selected] == ["fake_reqs"]


def test_a_templated_name_is_a_series_each_and_an_unnamed_request_is_its_template(run_request):
    named = run_request({"name": "page ${iteration}"}, iterations=3)
    unnamed = run_request({"url": "/page/${iteration}"}, iterations=3)
    assert [named.total("fake_reqs", name=f"page {number}") for number in range(3)] == [1, 1, 1]
    assert unnamed.total("fake_reqs", name="/page/${iteration}") == 3


def test_a_reference_without_a_value_fails_the_request_and_the_run_goes_on(run_request):
    plan = {"thresholds": {"http_req_failed{error_kind:extract}": "rate<1"}}
    done = run_request({"name": "page", "url": "/${token}"}, iterations=2, **plan)
    assert done.handler.sent == []
    assert done.total("iterations") == 2
    assert done.rate("http_req_failed", error_kind="extract") == (2, 2)
    assert done.causes == {("transport", "page", "extract: variable 'token' has no value"): 2}


def test_a_bug_in_a_protocol_is_counted_by_class_and_place_and_the_run_goes_on(run_request):
    def broken(request):
        raise ZeroDivisionError

    done = run_request({}, broken, iterations=2)
    assert done.total("vu_exceptions") == 2
    ((category, site, cause),) = done.causes
    assert (category, cause) == ("exceptions", "ZeroDivisionError")
    assert site.startswith("test_request.py:")


def test_the_exchanges_of_a_redirect_are_samples_of_their_own(run_request):
    hop = Sample((0.0, 0.5, 10.0, 20.0), 303, "FAKE/1", "POST", expected=True)
    thresholds = {
        "fake_reqs{status:303,method:POST,expected_response:true,name:login}": "count>0",
        "fake_reqs{status:200,method:GET,name:login}": "count>0",
        "data_received": "count>0",
    }
    request = {"name": "login", "method": "POST", "expected_statuses": [200]}
    done = run_request(
        request, lambda _: Answer(method="GET", further=(hop,)), iterations=2, thresholds=thresholds
    )
    counts = {view.selector: sink.sum for view, sink in done.aggregator.views() if view.metric == "fake_reqs"}
    assert [count for selector, count in counts.items() if len(selector) > 2] == [2, 2]
    assert done.total("fake_reqs") == 4
    assert done.total("data_received") == 40
    assert done.rate("http_req_failed") == (0, 4)
    assert done.causes == {}


def test_a_failed_exchange_beside_the_own_one_is_counted_with_its_cause(run_request):
    resources = (
        Sample((0.0, 0.5, 1.0, 1.0), 404, "FAKE/1", "GET", name="/logo.png"),
        Sample((0.0, 0.5, 1.0, 1.0), 0, "FAKE/1", "GET", "timeout", "too slow", name="/style.css"),
    )
    done = run_request({"name": "page ${vu}"}, lambda _: Answer(further=resources))
    assert done.rate("http_req_failed") == (2, 3)
    assert done.total("fake_reqs", name="page 1") == 1
    assert done.total("fake_reqs", name="/logo.png") == 1
    assert done.causes == {
        ("status", "/logo.png", "404"): 1,
        ("transport", "/style.css", "timeout: too slow"): 1,
    }


class Unmade(CompiledRequest):
    """A request for which a value is missing."""

    method = "GET"
    layout = request_layout("fake")

    def expects(self, status):
        return True

    async def send(self, session, scope):
        raise RenderError("nobody set it")


@pytest.mark.parametrize(("is_judged", "counted"), [(True, 1), (False, 0)])
async def test_a_request_that_cannot_be_made_is_judged_as_others(is_judged, counted):
    recorder = Recorder(in_bulk=False)
    step = RequestStep(
        Unmade(), 0, name="page", tags={}, templated_tags={}, checks=(), judge=None, recorder=recorder,
        is_judged=is_judged,
    )  # fmt: skip
    scope = Scope(VuContext(1, "main"))
    scope.sessions.append(None)
    assert await step.run(scope) is None
    delta = recorder.take_delta()
    assert sum(rate.total for rate in delta.rates) == 2 * counted  # of all protocols, and of its own
    assert delta.requests_made == counted
    assert len(delta.failures) == 1
