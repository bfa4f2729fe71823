"""`before_request` and `after_request` of a plan's module."""

import asyncio

import pytest

from loadr_core.clock import SystemClock
from loadr_core.spi import HookedRequest, Scope, ScriptContext, ScriptError, ScriptSource, VuContext
from loadr_python.engine import PythonEngine
from loadr_testing.fakes.scripts import FakeHost

REQUEST = HookedRequest("page", "POST", "http://h/x", (("X-A", "1"),), b"body")


@pytest.fixture
def before(tmp_path):
    def hook(*lines, kind="def"):
        text = "\n    ".join([f"{kind} before_request(session, request):", *lines])
        module = PythonEngine(ScriptContext(SystemClock(), tmp_path)).load(ScriptSource(text, "t.py"))
        assert module.hooks == {"before_request"}
        return asyncio.run(module.open(FakeHost(Scope(VuContext(3, "main")))).before_request(REQUEST))

    return hook


def test_what_is_changed_is_sent(before):
    changed = before(
        "request.url += '?n=' + request.name",
        "request.headers['B'] = request.method",
        "request.body = request.body.decode() + 'ü'",
    )
    assert changed == HookedRequest(
        "page", "POST", "http://h/x?n=page", (("X-A", "1"), ("B", "POST")), "bodyü".encode()
    )


def test_a_coroutine_may_wait(before):
    assert before("await session.sleep(0)", "request.body = None", kind="async def").body is None


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("request.url = 1", "the url must be text, not int"),
        ("request.headers['B'] = 1", "the header 'B' must be text, not int"),
        ("request.body = {}", "the body must be bytes, text or None, not dict"),
        ("return 'x'", "has no attribute 'changed'"),
        ("request.method = 'GET'", "method"),
    ],
)
def test_what_cannot_be_sent_fails_the_request(line, message, before):
    with pytest.raises(ScriptError, match=message):
        before(line)
