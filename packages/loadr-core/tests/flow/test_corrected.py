"""Response times from the intended start: the first request of a late iteration carries its delay."""

import pytest

from loadr_core.flow.corrected import Correction, Corrections
from loadr_core.spi import RowLayout, Sample, TrendColumn, request_layout
from loadr_testing.fakes import Answer

HTTP = request_layout("http")
TWO_REQUESTS = [{"request": {"url": "/first"}}, {"request": {"url": "/second"}}]


def late_iterations(run_plan, scenario, flow=TWO_REQUESTS, rule=lambda _: Answer(seconds=0.25), **knobs):
    """One VU for two starts a second, of which each takes half a second more than it should."""
    plan = scenario(
        "constant-arrival-rate",
        flow=flow,
        rate=2,
        duration="2s",
        pre_allocated_vus=1,
        when_busy="wait",
        **knobs,
    )
    return run_plan(plan, rule, measures="http")


def values(done, metric):
    trend = done.trend(metric)
    return trend.total, trend.sum / 1e6


def test_without_delay_both_times_are_the_same(run_plan, scenario):
    done = late_iterations(run_plan, scenario, rule=lambda _: Answer(seconds=0.125))
    assert values(done, "http_req_corrected_duration") == values(done, "http_req_duration") == (8, 1.0)


def test_the_first_request_of_a_late_iteration_carries_its_delay(run_plan, scenario):
    done = late_iterations(run_plan, scenario, rule=lambda _: Answer(seconds=0.5))
    # One second an iteration: the starts that are due at 0, 0.5, 1 and 1.5 begin at 0 and at 1, the others never.
    assert done.total("dropped_iterations") == 2
    assert values(done, "iteration_start_delay") == (2, 0.5)
    assert values(done, "http_req_duration") == (4, 2.0)
    assert values(done, "http_req_corrected_duration") == (4, 2.5)
    assert done.trend("http_req_corrected_duration").max == pytest.approx(1_000_000, rel=1e-3)


def test_every_branch_that_comes_first_carries_the_delay(run_plan, scenario):
    flow = [{"parallel": {"branches": [[step] for step in TWO_REQUESTS]}}, {"request": {"url": "/third"}}]
    done = late_iterations(run_plan, scenario, flow, lambda _: Answer(seconds=0.5))
    assert values(done, "iteration_start_delay") == (2, 0.5)
    assert values(done, "http_req_duration") == (6, 3.0)
    assert values(done, "http_req_corrected_duration") == (6, 4.0)


def test_a_request_that_could_not_be_sent_leaves_the_delay_to_the_next(run_plan, scenario):
    flow = [{"request": {"url": "/${nothing}"}}, *TWO_REQUESTS]
    done = late_iterations(run_plan, scenario, flow, lambda _: Answer(seconds=0.5))
    assert values(done, "http_req_corrected_duration") == (4, 2.5)


@pytest.mark.parametrize(("began", "of_the_response"), [(-1.0, 0.0), (1.0, 0.5)], ids=["before", "after"])
def test_the_exchange_that_came_first_carries_the_delay(began, of_the_response, run_plan, scenario):
    def rule(request):
        start = request.at + began
        return Answer(seconds=1.0, further=(Sample((start, start + 0.25, 0.0, 0.0), 302, "FAKE/1", "GET"),))

    done = late_iterations(run_plan, scenario, [{"request": {"url": "/"}}], rule)
    assert values(done, "iteration_start_delay") == (2, 0.5)
    assert values(done, "http_req_duration") == (4, 2.5)
    assert values(done, "http_req_corrected_duration") == (4, 3.0)
    assert done.trend("http_req_corrected_duration").max == pytest.approx(
        (1 + of_the_response) * 1e6, rel=1e-3
    )


def test_closed_scenarios_have_no_corrected_time(run_plan, scenario):
    done = run_plan(scenario("per-vu-iterations", iterations=3), measures="http")
    assert done.total("http_reqs") == 3
    assert not [view for view, _ in done.aggregator.views() if view.metric == "http_req_corrected_duration"]
    assert not [view for view, _ in done.aggregator.views() if view.metric == "iteration_start_delay"]


def test_a_protocol_of_another_kind_is_measured_as_it_is(run_plan, scenario):
    done = run_plan(scenario("constant-arrival-rate", rate=2, duration="1s"))
    assert done.total("fake_reqs") == 2
    assert not [view for view, _ in done.aggregator.views() if view.metric == "http_req_corrected_duration"]


def test_a_corrected_row_has_one_column_more():
    correction = Correction(HTTP)
    assert correction.row((10.0, 11.0, 5.0, 6.0), 0.5) == (10.0, 11.0, 5.0, 6.0, 9.5)
    assert correction.layout.columns == (*HTTP.columns, "intended")
    assert correction.began((10.0, 11.0, 5.0, 6.0)) == 10.0
    assert repr(correction) == "<Correction of http>"


NOT_CORRECTED = {
    "no such time": RowLayout("x", ("a", "b"), at="b", trends=(TrendColumn("tcp_req_duration", "b", "a"),)),
    "a duration without a start": RowLayout(
        "x", ("a", "b"), at="b", trends=(TrendColumn("http_req_duration", "a"),)
    ),
}


@pytest.mark.parametrize("layout", NOT_CORRECTED.values(), ids=NOT_CORRECTED)
def test_what_has_no_service_time_stays_as_it_is(layout):
    correction = Correction(layout)
    assert correction.layout is layout
    assert correction.row((1.0, 2.0), 0.5) == (1.0, 2.0)
    assert correction.began((1.0, 2.0)) == 0.0


def test_corrections_are_made_once_per_layout():
    corrections = Corrections()
    assert corrections.of(HTTP) is corrections.of(HTTP)
    assert corrections.of(request_layout("tcp")) is not corrections.of(HTTP)
