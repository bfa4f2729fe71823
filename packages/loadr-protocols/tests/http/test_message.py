"""The bytes of requests, fixed and rendered."""

import pytest

from loadr_core.spi import CompileError, FilePiece, Payload, RenderError, RequestSpec, Scope, Text, VuContext
from loadr_protocols.http.errors import RequestTooLarge
from loadr_protocols.http.message import RequestMessage
from loadr_protocols.http.url import Origin

HOST = b"Host: h\r\nUser-Agent: t\r\nAccept: */*\r\n"


def rendered(source):
    """A text whose `${iteration}` and `${name}` come from the scope."""

    def render(scope):
        text = source.replace("${iteration}", str(scope.iteration))
        for name, value in scope.variables.items():
            text = text.replace("${" + name + "}", value)
        if "${" in text:
            raise RenderError(f"no value for {text}")
        return text

    return Text(source, None, render)


def text(source):
    return rendered(source) if "${" in source else Text.fixed(source)


def message(url, *, method="GET", headers=(), params=(), body=None, base_url=None, defaults=()):
    spec = RequestSpec(
        name=Text.fixed("n"),
        method=method,
        url=text(url),
        headers=tuple((name, text(value)) for name, value in headers),
        params=tuple((name, text(value)) for name, value in params),
        body=body,
    )
    return RequestMessage(method, spec, base_url=base_url, default_headers=dict(defaults), agent="t")


def small(limit, body):
    spec = RequestSpec(name=Text.fixed("n"), method="POST", url=Text.fixed("http://h/"), body=body)
    return RequestMessage("POST", spec, base_url=None, default_headers={}, agent="t", max_size=limit)


def scope(**variables):
    made = Scope(VuContext(1, "s"))
    made.variables.update(variables)
    return made


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param({"url": "http://h"}, b"GET / HTTP/1.1\r\n" + HOST + b"\r\n", id="plain"),
        pytest.param(
            {"url": "/x", "base_url": "http://h/api"},
            b"GET /api/x HTTP/1.1\r\n" + HOST + b"\r\n",
            id="base_url",
        ),
        pytest.param(
            {"url": "http://h", "method": "POST"},
            b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 0\r\n\r\n",
            id="no body where one is anticipated",
        ),
        pytest.param(
            {"url": "http://h", "method": "DELETE"}, b"DELETE / HTTP/1.1\r\n" + HOST + b"\r\n", id="no body"
        ),
        pytest.param(
            {"url": "http://h", "body": Payload.fixed(b"", "text/plain")},
            b"GET / HTTP/1.1\r\n" + HOST + b"Content-Type: text/plain\r\nContent-Length: 0\r\n\r\n",
            id="empty body",
        ),
        pytest.param(
            {
                "url": "http://h",
                "method": "POST",
                "body": Payload.fixed(b"{}", "application/json"),
                "headers": [("content-type", "x/y"), ("Content-Length", "99")],
            },
            b"POST / HTTP/1.1\r\n" + HOST + b"content-type: x/y\r\nContent-Length: 2\r\n\r\n{}",
            id="own content type; the length is computed",
        ),
        pytest.param(
            {"url": "http://h", "headers": [("hOST", "other"), ("ACCEPT", "a"), ("X", "1"), ("x", "2")]},
            b"GET / HTTP/1.1\r\nUser-Agent: t\r\nhOST: other\r\nACCEPT: a\r\nX: 1\r\nx: 2\r\n\r\n",
            id="own fields",
        ),
        pytest.param(
            {"url": "http://h", "headers": [("x", "own")], "defaults": [("X", "default"), ("Y", "default")]},
            b"GET / HTTP/1.1\r\n" + HOST + b"Y: default\r\nx: own\r\n\r\n",
            id="own over default",
        ),
        pytest.param(
            {"url": "http://us%65r:p%3Ass@h/"},
            b"GET / HTTP/1.1\r\nHost: h\r\nAuthorization: Basic dXNlcjpwOnNz\r\n" + HOST[9:] + b"\r\n",
            id="userinfo",
        ),
        pytest.param(
            {"url": "http://u:p@h/", "headers": [("authorization", "Own")]},
            b"GET / HTTP/1.1\r\n" + HOST + b"authorization: Own\r\n\r\n",
            id="own authorization",
        ),
        pytest.param(
            {"url": "http://h/?a=1#f", "params": [("b", "x y/&="), ("c", "ü")]},
            b"GET /?a=1&b=x%20y%2F%26%3D&c=%C3%BC HTTP/1.1\r\n" + HOST + b"\r\n",
            id="parameters",
        ),
    ],
)
def test_fixed(given, expected):
    assert message(**given).fixed == (Origin("http", "h", 80), expected)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param({"url": "http://h/${iteration}"}, b"GET /0 HTTP/1.1\r\n" + HOST + b"\r\n", id="path"),
        pytest.param({"url": "http://${v}/x"}, b"GET /x HTTP/1.1\r\n" + HOST + b"\r\n", id="host"),
        pytest.param(
            {"url": "${v}", "base_url": "http://h/"}, b"GET /h HTTP/1.1\r\n" + HOST + b"\r\n", id="base"
        ),
        pytest.param(
            {"url": "http://h/", "params": [("a", "${v}"), ("b", "${iteration}")]},
            b"GET /?a=h&b=0 HTTP/1.1\r\n" + HOST + b"\r\n",
            id="parameters",
        ),
        pytest.param(
            {"url": "http://h/", "headers": [("X", "${v}!"), ("Y", "y")]},
            b"GET / HTTP/1.1\r\n" + HOST + b"X: h!\r\nY: y\r\n\r\n",
            id="header",
        ),
        pytest.param(
            {
                "url": "http://h/",
                "method": "PUT",
                "body": Payload(None, lambda s: s.variables["v"].encode(), None),
            },
            b"PUT / HTTP/1.1\r\n" + HOST + b"Content-Length: 1\r\n\r\nh",
            id="body",
        ),
    ],
)
def test_rendered(given, expected):
    made = message(**given)
    assert made.fixed is None
    assert made.render(scope(v="h")) == (Origin("http", "h", 80), expected)


def test_the_host_may_change_from_use_to_use():
    made = message("http://${v}")
    for value, origin, target in [
        ("a/1", Origin("http", "a", 80), b"/1"),
        ("a/2", Origin("http", "a", 80), b"/2"),
        ("ab/3", Origin("http", "ab", 80), b"/3"),
        ("a:81/4", Origin("http", "a", 81), b"/4"),
        ("a", Origin("http", "a", 80), b"/"),
        ("a?5", Origin("http", "a", 80), b"/?5"),
        ("a@b/6", Origin("http", "b", 80), b"/6"),
    ]:
        where, wire = made.render(scope(v=value))
        assert where == origin
        assert wire.split(b" ")[1] == target
        assert b"Host: " + origin.authority.encode() + b"\r\n" in wire


@pytest.mark.parametrize(
    ("given", "words"),
    [
        pytest.param({"url": "http://h/${v}"}, "url: a URL cannot contain a line break", id="path"),
        pytest.param({"url": "http://${v}/"}, "url: a URL cannot contain a line break", id="host"),
        pytest.param({"url": "http://h/", "headers": [("X", "${v}")]}, "header X.*line break", id="header"),
    ],
)
@pytest.mark.parametrize("value", ["a\r\nEvil: 1", "a\nb", "a\rb", "a\0b"], ids=["CRLF", "LF", "CR", "NUL"])
def test_nothing_breaks_out_of_its_line(given, words, value):
    with pytest.raises(RenderError, match=words):
        message(**given).render(scope(v=value))


def test_parameters_may_hold_line_breaks():
    _, wire = message("http://h/", params=[("a", "${v}")]).render(scope(v="x\r\ny"))
    assert wire.startswith(b"GET /?a=x%0D%0Ay HTTP/1.1\r\n")


def test_a_missing_value():
    with pytest.raises(RenderError, match="no value"):
        message("http://h/${gone}").render(scope())


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"url": "/x"}, "url: .* no scheme and there is no base_url"),
        ({"url": "http://h/\n"}, "line break"),
        ({"url": "http://h/", "headers": [("X Y", "1")]}, "not a header name"),
        ({"url": "http://h/", "headers": [("", "1")]}, "not a header name"),
        ({"url": "http://h/", "headers": [("X", "1\r\n2")]}, "line break"),
        ({"url": "http://h/", "headers": [("Transfer-Encoding", "chunked")]}, "cannot be set"),
    ],
)
def test_refused_before_the_run(given, words):
    with pytest.raises(CompileError, match=words):
        message(**given)


@pytest.mark.parametrize(
    ("value", "closes"), [("close", True), ("TE, Close", True), ("keep-alive", False), ("${v}", False)]
)
def test_closes(value, closes):
    assert message("http://h/", headers=[("connection", value)]).closes is closes


def test_bodies_up_to_a_size(tmp_path):
    words = "the body of 1,001 bytes is longer than max_request_size, 1,000 bytes"
    assert small(1000, Payload.fixed(b"x" * 1000)).fixed
    with pytest.raises(CompileError, match=words):
        small(1000, Payload.fixed(b"x" * 1001))
    grows = small(1000, Payload(None, lambda used: used.variables["text"].encode(), None))
    assert grows.render(scope(text="x" * 1000))
    streams = small(
        1000, Payload.streamed(lambda used: (b"x", FilePiece(tmp_path, used.variables["size"])), None)
    )
    assert streams.render_head(scope(size=999))
    for render, used in ((grows.render, scope(text="x" * 1001)), (streams.render_head, scope(size=1000))):
        with pytest.raises(RequestTooLarge, match=words) as told:
            render(used)
        assert told.value.error_kind == "protocol"
