"""`beforeRequest` and `afterRequest` of a plan's script."""

import asyncio

import pytest

from loadr_core.clock import SystemClock
from loadr_core.cookies import CookieJar
from loadr_core.spi import HookedRequest, Response, Scope, ScriptContext, ScriptError, ScriptSource, VuContext
from loadr_js.engine import JsEngine
from loadr_testing.fakes.scripts import FakeHost

REQUEST = HookedRequest("page", "POST", "http://h/x?q=1", (("X-A", "1"),), b'{"n": 1}')


class Answer(Response):
    def __init__(self):
        self.status, self.proto, self.error_kind, self.error, self.row = 201, "HTTP/1.1", None, None, ()

    @property
    def body(self):
        return b'{"id": 7}'

    @property
    def headers(self):
        return {"content-type": "application/json"}

    @property
    def duration(self):
        return 0.25


@pytest.fixture
def opened(tmp_path):
    def load(text, config=None):
        engine = JsEngine(ScriptContext(SystemClock(), tmp_path, config=config or {}))
        module = engine.load(ScriptSource(text, "s.js"))
        return module, module.open(FakeHost(Scope(VuContext(3, "main"), 5, CookieJar())))

    return load


@pytest.fixture
def before(opened):
    def hook(body, request=REQUEST, kind="function"):
        _, script = opened(f"export {kind} beforeRequest(req) {{ {body} }}")
        return asyncio.run(script.before_request(request))

    return hook


@pytest.mark.parametrize(
    ("body", "url", "headers", "content"),
    [
        ("", REQUEST.url, {"X-A": "1"}, REQUEST.body),
        ("req.url += '&a=' + req.method + req.name", "http://h/x?q=1&a=POSTpage", {"X-A": "1"}, REQUEST.body),
        ("req.headers.B = 2; delete req.headers['X-A']", REQUEST.url, {"B": "2"}, REQUEST.body),
        ("req.headers = {C: ['a', true], D: null}", REQUEST.url, {"C": "a, true"}, REQUEST.body),
        ("req.body = JSON.parse(req.body).n + 'ü'", REQUEST.url, {"X-A": "1"}, "1ü".encode()),
        (
            "req.body = {a: 1}",
            REQUEST.url,
            {"X-A": "1", "Content-Type": "application/json"},
            b'{"a": 1}',
        ),
        ("req.body = null", REQUEST.url, {"X-A": "1"}, None),
        ("return {...req, url: 'http://o/'}", "http://o/", {"X-A": "1"}, REQUEST.body),
    ],
)
def test_what_is_changed_or_returned_is_sent(body, url, headers, content, before):
    changed = before(body)
    assert (changed.url, dict(changed.headers), changed.body) == (url, headers, content)
    assert (changed.name, changed.method) == ("page", "POST")


def test_an_async_hook_may_wait(before):
    assert before("await null; req.url = 'http://later/'", kind="async function").url == "http://later/"


def test_a_body_that_is_no_text_is_kept(before):
    request = HookedRequest("n", "PUT", "http://h/", (), b"\xff\x00")
    assert before("req.headers.T = typeof req.body", request).body == b"\xff\x00"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("req.url = 3", "left a url that is no text: 3"),
        ("req.method = 'GET'", "cannot change the method"),
        ("req.headers = 'a'", "left headers that are no object"),
        ("return 'x'", "must return nothing, or the request"),
        ("null.x", "cannot read property"),
    ],
)
def test_a_hook_that_leaves_no_request_fails(body, message, before):
    with pytest.raises(ScriptError, match=message):
        before(body)


def test_a_hook_after_a_request_has_response_and_request(opened):
    _, script = opened(
        "export function afterRequest(res, req) {"
        " session.vars.seen = [res.status, res.json('id'), res.request.method, res.url, req.name, req.headers['X-A']] }"
    )
    asyncio.run(script.after_request(REQUEST, Answer()))
    assert script.host.scope.variables["seen"] == [201, 7, "POST", REQUEST.url, "page", "1"]


def test_a_script_that_is_run_directly_has_no_hooks(opened):
    text = "export function beforeRequest() {} export function afterRequest() {}"
    assert opened(text)[0].hooks == {"before_request", "after_request"}
    assert opened(text, {"as_script": True})[0].hooks == frozenset()
