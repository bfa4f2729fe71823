import pytest

from loadr_core.spi import CompileError, ProtocolHandler
from loadr_protocols.http import HttpHandler
from loadr_protocols.http.layout import HTTP_LAYOUT


def test_is_a_handler():
    assert issubclass(HttpHandler, ProtocolHandler)
    assert HttpHandler.name == "http"


@pytest.mark.parametrize(
    ("spec", "method"),
    [
        ({}, "GET"),
        ({"body": b""}, "POST"),
        ({"method": "PURGE"}, "PURGE"),
        ({"method": "GET", "body": b"x"}, "GET"),
    ],
    ids=["default", "with a body", "own", "GET with a body"],
)
async def test_method(client, spec, method):
    request = client.compile("http://h/", **spec)
    assert request.method == method
    assert request.layout is HTTP_LAYOUT
    assert repr(request) == f"<HttpRequest {method} fixed>"


async def test_expects(client):
    request = client.compile("http://h/", expected_statuses=((200, 299), (404, 404)))
    assert [status for status in (0, 199, 200, 299, 300, 404, 405) if request.expects(status)] == [
        200,
        299,
        404,
    ]


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ({"method": "CONNECT"}, "CONNECT"),
        ({"method": "A B"}, "not a method"),
        ({"block": object()}, "protocol block"),
    ],
)
async def test_refused(client, spec, words):
    with pytest.raises(CompileError, match=words):
        client.compile("http://h/", **spec)
