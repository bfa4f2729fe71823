"""parallel: branches at once, variables of their own, one end."""

import pytest

from loadr_core.segments import Segment
from loadr_testing.fakes import Answer


def sent(done):
    return [(round(request.at, 6), request.url) for request in done.handler.sent]


def by_url(seconds):
    """A rule: how long each path takes; 0.1 s where it says nothing."""
    return lambda request: Answer(seconds=seconds.get(request.url, 0.1))


def repeat(counter, *steps, times=1):
    return {"repeat": {"times": times, "counter": counter, "steps": list(steps)}}


def test_branches_run_at_once_and_the_slowest_one_is_waited_for(run_flow, get):
    parallel = {"parallel": {"branches": [[get("/a"), get("/b")], [get("/slow")], []]}}
    done = run_flow(parallel, get("/after"), answer=by_url({"/slow": 0.5}))
    assert sent(done) == [(0.0, "/a"), (0.0, "/slow"), (0.1, "/b"), (0.5, "/after")]


def test_branches_do_not_see_each_others_variables_until_they_are_merged(run_flow, get):
    first = [repeat("x", get("/a/${x}"), times=2)]
    second = [get("/wait"), get("/b/${x}")]
    done = run_flow(
        repeat("x"),
        {"parallel": {"branches": [first, second]}},
        get("/after/${x}"),
        answer=by_url({"/wait": 0.5}),
    )
    assert [url for _, url in sent(done)] == ["/a/0", "/wait", "/a/1", "/b/0", "/after/1"]


def test_the_later_branch_wins_also_when_it_was_the_quicker_one(run_flow, get):
    slow = [get("/slow"), repeat("x", times=3), repeat("y", times=5)]
    quick = [repeat("x", times=2)]
    done = run_flow(
        {"parallel": {"branches": [slow, quick]}}, get("/${x}/${y}"), answer=by_url({"/slow": 0.5})
    )
    assert sent(done)[-1][1] == "/1/4"


def test_a_branch_that_sets_the_old_value_again_has_set_it(run_flow, get):
    done = run_flow(
        repeat("x"), {"parallel": {"branches": [[repeat("x", times=3)], [repeat("x")]]}}, get("/${x}")
    )
    assert sent(done)[-1][1] == "/0"


def test_a_failed_request_in_a_branch_fails_the_attempt_around_it(run_flow, get):
    parallel = {"parallel": {"branches": [[get("/bad")], [get("/good")]]}}
    done = run_flow(
        {"retry": {"times": 2, "steps": [parallel]}},
        answer=lambda request: Answer(status=500 if request.url == "/bad" else 200),
    )
    assert [url for _, url in sent(done)] == ["/bad", "/good"] * 2


@pytest.mark.parametrize(
    ("reach", "iterations"), [("abort_iteration", 2), ("abort_scenario", 1), ("abort_test", 1)]
)
def test_an_abort_in_a_branch_ends_the_others_at_once(reach, iterations, run_flow, get, abort):
    parallel = {"parallel": {"branches": [[get("/long"), get("/never")], [get("/a"), abort(reach)]]}}
    done = run_flow(parallel, get("/after"), iterations=2, answer=by_url({"/long": 5}))
    assert [url for _, url in sent(done)] == ["/long", "/a", "/abort"] * iterations
    assert done.duration == pytest.approx(0.2 * iterations)
    assert done.total("iterations") == iterations
    assert done.total("interrupted_iterations") == 0


def test_what_branches_have_set_before_an_abort_is_kept(run_flow, get, abort):
    branches = [[repeat("x", times=3), get("/long")], [get("/a"), abort()]]
    done = run_flow({"parallel": {"branches": branches}}, iterations=1, answer=by_url({"/long": 5}))
    assert done.total("iterations") == 1
    again = run_flow(
        {"if": {"condition": "${x} == 2", "then": [get("/kept")]}},
        {"parallel": {"branches": branches}},
        iterations=2,
        answer=by_url({"/long": 5}),
    )
    assert "/kept" in [url for _, url in sent(again)]


def test_an_abort_wins_over_a_bug_and_the_first_abort_over_a_later_one(run_flow, get, abort):
    def rule(request):
        if request.url == "/bug":
            raise ZeroDivisionError
        return Answer()

    nested = {"parallel": {"branches": [[abort("abort_test", name="first")]]}}
    branches = [[get("/ok"), get("/bug")], [get("/ok"), abort("abort_scenario", name="second")], [nested]]
    done = run_flow({"parallel": {"branches": branches}}, iterations=3, answer=rule)
    assert done.engine.stop_signal.reason == "assert failed in 'first': status is 999"
    assert done.total("iterations") == 1


def test_a_bug_in_a_branch_is_counted_where_it_arose(run_flow, get):
    def rule(request):
        if request.url == "/bug":
            raise ZeroDivisionError
        return Answer(seconds=5)

    done = run_flow({"parallel": {"branches": [[get("/long")], [get("/bug")]]}}, get("/after"), answer=rule)
    ((category, site, cause),) = done.causes
    assert (category, cause) == ("exceptions", "ZeroDivisionError")
    assert site.startswith("test_parallel.py:")
    assert [url for _, url in sent(done)] == ["/long", "/bug"]


def test_a_value_that_is_missing_in_a_branch_is_told_with_its_place(run_flow, get):
    broken = {"foreach": {"items": "${gone}", "steps": []}}
    done = run_flow({"parallel": {"branches": [[get("/")], [broken]]}})
    ((_, site, cause),) = done.causes
    assert site == "scenarios.main.flow[0].parallel.branches[1][0].foreach.items"
    assert cause == "RenderError: variable 'gone' has no value"


def test_an_interrupted_iteration_interrupts_all_branches(run_plan, scenario, get):
    async def stop(engine, clock):
        await clock.sleep(1)
        engine.kill("enough")

    parallel = {"parallel": {"branches": [[get("/long")], [{"parallel": {"branches": [[get("/long")]]}}]]}}
    plan = scenario("per-vu-iterations", flow=[parallel], vus=1, iterations=1)
    done = run_plan(plan, lambda _: Answer(seconds=60), during=stop)
    assert done.duration == pytest.approx(1)
    assert done.total("interrupted_iterations") == 1


def test_draws_in_branches_do_not_depend_on_which_one_is_quicker_or_on_the_worker(run_flow, get):
    choice = {"random": {"choices": [{"steps": [get("/0")]}, {"steps": [get("/1")]}]}}
    branch = [get("/lag/${vu}"), repeat("n", choice, times=5)]
    step = {"repeat": {"times": 2, "steps": [{"parallel": {"branches": [branch, branch]}}]}}

    def draws(lag, segment=None):
        chosen = {}
        done = run_flow(step, vus=2, iterations=2, answer=by_url({"/lag/1": lag}), segment=segment)
        for request in done.handler.sent:
            key = (request.vu, request.iteration)
            chosen.setdefault(key, []).append(request.url)
        return {key: sorted(urls) for key, urls in chosen.items()}

    alone = draws(0.1)
    assert draws(0.35) == alone
    assert draws(0.1, Segment(0, 2)) | draws(0.1, Segment(1, 2)) == alone
    assert len({tuple(urls) for urls in alone.values()}) > 1
