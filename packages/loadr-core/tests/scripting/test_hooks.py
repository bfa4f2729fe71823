"""Hooks of a script around the requests of a plan."""

from dataclasses import replace

import pytest

from loadr_core.spi import ScriptAbort, ScriptError
from loadr_testing.fakes import Answer, fake_scripts

PLAN = {"js": {"script": "code"}}


@pytest.fixture
def run(run_plan, scenario):
    def running(*requests, rule=lambda _request: Answer(), scripts, iterations=1, thresholds=(), **plan):
        flow = [{"request": request} for request in requests]
        document = scenario("per-vu-iterations", flow, vus=1, iterations=iterations)
        document |= {**PLAN, "thresholds": dict.fromkeys(thresholds, "rate>=0"), **plan}
        return run_plan(document, rule, scripts=scripts)

    return running


def changing(**changes):
    async def before_request(_host, request):
        return replace(request, **changes)

    return fake_scripts(before_request=before_request)


async def unchanged(_host, request):
    return request


@pytest.mark.parametrize(
    ("url", "whole"),
    [
        ("/a", "fake://target/a?q=x"),
        ("/a?", "fake://target/a?q=x"),
        ("/a?b=1#part", "fake://target/a?b=1&q=x"),
        ("?b=1", "fake://target/?b=1&q=x"),
    ],
)
def test_parameters_join_the_query(run, url, whole):
    seen = []

    async def before_request(_host, request):
        seen.append(request.url)
        return request

    run(
        {"url": url, "params": {"q": "x"}},
        scripts=fake_scripts(before_request=before_request),
        defaults={"http": {"base_url": "fake://target/"}},
    )
    assert seen == [whole]


def test_a_hook_sees_the_request_as_it_will_be_sent(run):
    seen = []

    async def before_request(host, request):
        seen.append((request, dict(host.tags)))
        return request

    done = run(
        {
            "name": "page",
            "url": "a/${iteration}",
            "method": "POST",
            "params": {"q": "x y"},
            "headers": {"X-Own": "${vu}"},
            "body": {"json": {"n": "${iteration}"}},
        },
        scripts=fake_scripts(before_request=before_request),
        defaults={"http": {"base_url": "fake://target/", "headers": {"X-Default": "d", "x-own": "none"}}},
    )
    ((request, tags),) = seen
    assert (request.name, request.method) == ("page", "POST")
    assert request.url == "fake://target/a/0?q=x%20y"
    assert dict(request.headers) == {"X-Default": "d", "X-Own": "1", "Content-Type": "application/json"}
    assert request.body == b'{"n":0}'
    assert tags["scenario"] == "main"
    (sent,) = done.handler.sent
    assert (sent.url, dict(sent.headers), sent.body) == (request.url, dict(request.headers), request.body)


@pytest.mark.parametrize(
    ("changes", "sent"),
    [
        ({"url": "fake://other/b?c=1"}, ("fake://other/b?c=1", {}, b"")),
        ({"headers": (("X-A", "1"), ("X-B", "2"))}, ("fake://target/", {"X-A": "1", "X-B": "2"}, b"")),
        ({"body": b"new"}, ("fake://target/", {}, b"new")),
    ],
    ids=["url", "headers", "body"],
)
def test_what_a_hook_has_changed_is_sent(changes, sent, run):
    done = run({"url": "/"}, scripts=changing(**changes))
    (request,) = done.handler.sent
    assert (request.url, dict(request.headers), request.body) == sent


def test_requests_of_one_shape_are_compiled_once_and_have_their_own_values(run):
    count = iter(range(100))

    async def before_request(_host, request):
        number = next(count)
        return replace(request, headers=(("X-N", str(number)),), body=None if number % 2 else b"b")

    done = run({"url": "/"}, scripts=fake_scripts(before_request=before_request), iterations=4)
    sent = [(request.headers["X-N"], request.body) for request in done.handler.sent]
    assert sent == [("0", b"b"), ("1", b""), ("2", b"b"), ("3", b"")]


def test_a_hook_after_a_request_sees_response_and_request_before_they_are_judged(run):
    seen = []

    async def after_request(host, request, response):
        seen.append((request.url, response.status, response.body))
        host.scope.variables["from_hook"] = "body"

    done = run(
        {"url": "/", "assert": [{"type": "body_contains", "value": "${from_hook}"}]},
        rule=lambda _request: Answer(body=b"the body"),
        scripts=fake_scripts(before_request=unchanged, after_request=after_request),
    )
    assert seen == [("fake://target/", 200, b"the body")]
    assert done.rate("fake_req_failed") == (0, 1)


def failing(error):
    async def hook(_host, *_given):
        raise error

    return hook


ERROR = ScriptError("TypeError", "no such thing", "s.js:3")


def test_a_hook_that_fails_before_a_request_fails_it_unsent(run):
    done = run(
        {"url": "/", "name": "page"},
        {"url": "/next"},
        scripts=fake_scripts(before_request=failing(ERROR)),
        thresholds=["fake_req_failed{error_kind:script,name:page}"],
    )
    assert done.handler.sent == []
    assert done.rate("fake_req_failed", error_kind="script", name="page") == (1, 1)
    cause = ("transport", "page", "script: TypeError at s.js:3: no such thing")
    assert done.causes[cause] == 1
    assert done.total("iterations") == 1


def test_a_hook_that_fails_after_a_request_fails_it(run):
    done = run(
        {"url": "/", "name": "page"},
        scripts=fake_scripts(after_request=failing(ERROR)),
        thresholds=["fake_req_failed{error_kind:script,status:200}"],
    )
    assert done.rate("fake_req_failed", error_kind="script", status="200") == (1, 1)
    assert done.causes == {("exceptions", "s.js:3", "TypeError: no such thing"): 1}


@pytest.mark.parametrize(("hook", "sent"), [("before_request", 0), ("after_request", 1)])
def test_a_hook_may_end_the_test(hook, sent, run):
    scripts = fake_scripts(**{hook: failing(ScriptAbort("test", "enough"))})
    done = run({"url": "/"}, {"url": "/never"}, scripts=scripts, iterations=5)
    assert len(done.handler.sent) == sent
    assert done.total("fake_reqs") == sent
    assert done.engine.stop_signal.reason == "enough"
