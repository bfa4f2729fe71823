import re
from pathlib import Path

import pytest

from loadr_testing import demo_target
from loadr_testing.demo_target._application import DemoApplication
from loadr_testing.demo_target._reader import RequestReader
from loadr_testing.demo_target._replies import Response

README = Path(__file__).parents[2] / "README.md"


def visit(application: DemoApplication, data: bytes) -> None:
    (request,) = RequestReader().feed(data)
    application.remember(data, request, application.answer(request))


@pytest.mark.parametrize(
    ("request_", "remembered"),
    [
        pytest.param(b"GET /json HTTP/1.1\r\n\r\n", True, id="static"),
        pytest.param(b"GET /echo?a=b HTTP/1.1\r\nA: b\r\n\r\n", True, id="pure"),
        pytest.param(b"GET /json HTTP/1.1\r\nConnection: close\r\n\r\n", False, id="closing"),
        pytest.param(b"GET /json HTTP/1.1\r\nA: " + b"x" * 5000 + b"\r\n\r\n", False, id="long-request"),
        pytest.param(b"GET /echo HTTP/1.1\r\nA: " + b'"' * 4000 + b"\r\n\r\n", True, id="escaped"),
        pytest.param(b"GET /stats HTTP/1.1\r\n\r\n", False, id="counting"),
        pytest.param(b"GET /rate/5 HTTP/1.1\r\n\r\n", False, id="seeded"),
        pytest.param(b"GET /me HTTP/1.1\r\n\r\n", False, id="session"),
        pytest.param(b"GET /nothing HTTP/1.1\r\n\r\n", False, id="404"),
    ],
)
def test_remembers_what_may_be_repeated(request_, remembered):
    application = DemoApplication()
    visit(application, request_)
    assert (request_ in application.known) is remembered
    assert repr(application) == "<DemoApplication 1 requests, 0 connections>"


def test_forgets_before_it_grows_too_large():
    application = DemoApplication()
    for number in range(3000):
        visit(application, b"GET /echo?number=%d HTTP/1.1\r\n\r\n" % number)
        assert len(application.known) <= 1024


def test_what_is_remembered_is_what_was_answered():
    application = DemoApplication()
    data = b"HEAD /json HTTP/1.1\r\n\r\n"
    visit(application, data)
    assert application.known[data].endswith(b"Content-Length: 500\r\n\r\n")


def endpoints() -> list[str]:
    router = DemoApplication()._router
    return [*router._exact, *router._captured]


@pytest.mark.parametrize("path", endpoints())
def test_every_endpoint_is_documented(path):
    pattern = re.compile(re.escape(path) + (r"\{" if path.endswith("/") and path != "/" else r"[`?]"))
    assert pattern.search(README.read_text(encoding="utf-8")), "missing in README.md"
    assert pattern.search(demo_target.__doc__), "missing in the docstring"


def test_static_answers_are_values():
    answer = DemoApplication().answer(RequestReader().feed(b"GET / HTTP/1.1\r\n\r\n")[0])
    assert isinstance(answer.reply, Response)
