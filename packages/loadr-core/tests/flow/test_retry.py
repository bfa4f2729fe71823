"""retry: attempts until success."""

import pytest

from loadr_testing.fakes import Answer


def failing(times, path="/"):
    """A rule: the first requests to a path fail."""
    left = times

    def rule(request):
        nonlocal left
        if request.url.startswith(path) and left:
            left -= 1
            return Answer(status=500)
        return Answer()

    return rule


@pytest.mark.parametrize(
    ("failures", "sent"), [(0, ["/0"]), (1, ["/0", "/1"]), (2, ["/0", "/1", "/2"]), (9, ["/0", "/1", "/2"])]
)
def test_without_until_an_attempt_succeeds_when_no_request_in_it_failed(failures, sent, urls, get):
    retry = {"retry": {"steps": [get("/${attempt}")]}}
    assert urls(retry, answer=failing(failures)) == sent


@pytest.mark.parametrize(
    ("request_keys", "answer"),
    [
        ({}, Answer(status=404)),
        ({}, Answer(status=0, error_kind="timeout")),
        ({"assert": [{"type": "status", "equals": 201}]}, Answer()),
        ({"url": "/${gone}"}, Answer()),
    ],
    ids=["status", "transport", "assert", "a reference without a value"],
)
def test_every_kind_of_failed_request_fails_the_attempt(request_keys, answer, run_flow, get):
    retry = {
        "retry": {
            "times": 4,
            "steps": [get("/") | {"request": {"url": "/", **request_keys}}, get("/ok")],
        }
    }
    done = run_flow(retry, answer=lambda request: Answer() if request.url == "/ok" else answer)
    assert [sent.url for sent in done.handler.sent].count("/ok") == 4


def test_a_failed_check_fails_no_attempt(urls, get):
    checked = get("/", checks=[{"type": "status", "equals": 999}])
    assert urls({"retry": {"steps": [checked]}}) == ["/"]


def test_one_failed_request_among_others_fails_the_attempt(urls, get):
    retry = {"retry": {"times": 2, "steps": [get("/bad"), get("/good")]}}
    assert urls(retry, answer=failing(1, "/bad")) == ["/bad", "/good", "/bad", "/good"]


def test_failures_before_do_not_count(urls, get):
    assert urls(get("/before"), {"retry": {"steps": [get("/in")]}}, answer=failing(1)) == ["/before", "/in"]


def test_a_retry_that_succeeded_in_the_end_is_still_a_failure_for_the_retry_around_it(urls, get):
    inner = {"retry": {"times": 2, "steps": [get("/")]}}
    assert len(urls({"retry": {"times": 3, "steps": [inner]}}, answer=failing(1))) == 3


def test_until_decides_alone(urls, get):
    retry = {"retry": {"times": 5, "until": "${attempt} >= 2", "steps": [get("/${attempt}")]}}
    assert urls(retry) == ["/0", "/1", "/2"]
    assert urls(retry, answer=failing(3)) == ["/0", "/1", "/2"]


def test_until_of_a_variable_that_is_not_there_yet_is_not_met(urls, get):
    assert len(urls({"retry": {"until": "${state} == 'done'", "steps": [get("/")]}})) == 3


def test_backoff_is_waited_between_attempts_only(run_flow, get):
    retry = {"retry": {"backoff": "2s", "steps": [get("/")]}}
    done = run_flow(
        retry, get("/after"), answer=lambda r: Answer(seconds=0.5, status=200 if r.url == "/after" else 500)
    )
    assert [(round(sent.at, 6), sent.url) for sent in done.handler.sent] == [
        (0.0, "/"),
        (2.5, "/"),
        (5.0, "/"),
        (5.5, "/after"),
    ]


@pytest.mark.parametrize("reach", ["abort_iteration", "abort_scenario", "abort_test"])
def test_an_abort_is_no_failed_attempt(reach, run_flow, get, abort):
    retry = {"retry": {"times": 3, "steps": [abort(reach), get("/in")]}}
    done = run_flow(retry, get("/after"))
    assert [sent.url for sent in done.handler.sent] == ["/abort"]
