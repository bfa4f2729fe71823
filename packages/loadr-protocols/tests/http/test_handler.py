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
    ("defaults", "words"),
    [
        ({"follow_redirects": True}, "follow_redirects"),
        ({"compression": True, "cookies": True}, r"compression, defaults\.http\.cookies"),
        ({"cache": True}, "cache"),
        ({"discard_response_bodies": True}, "discard_response_bodies"),
        ({"tracing": True}, "tracing"),
        ({"proxy": "http://p"}, "proxy"),
        ({"hosts": {"a": "127.0.0.1"}}, "hosts"),
        ({"dns": {"ttl": "1s"}}, "dns"),
        ({"local_ips": ["127.0.0.1"]}, "local_ips"),
        ({"version": "http2"}, "version http2"),
        ({"tls": {"min_version": "1.3"}}, r"tls\.min_version"),
        ({"tls": {"server_name": "x"}}, r"tls\.server_name"),
    ],
)
async def test_what_would_have_no_effect_is_refused(make_client, defaults, words):
    client = make_client(**defaults)
    with pytest.raises(CompileError, match=rf"not supported yet: defaults\.http\.{words}"):
        client.compile("http://h/")


@pytest.mark.parametrize(
    "defaults",
    [
        {"follow_redirects": False},
        {"compression": False},
        {"cookies": False},
        {"version": "http1"},
        {"version": "auto"},
    ],
)
async def test_what_is_so_anyway_is_accepted(make_client, defaults):
    assert make_client(**defaults).compile("http://h/").method == "GET"


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
