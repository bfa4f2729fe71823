import pytest

from loadr_core.spi import Scope, Text, VuContext
from loadr_protocols.http.carrying import http_text, http_url


@pytest.mark.parametrize(
    ("url", "wire"),
    [
        ("ws://h/", "http://h/"),
        ("WSS://h/", "https://h/"),
        ("sse://h/x?y", "http://h/x?y"),
        ("sses://h", "https://h"),
        ("grpc://h:1", "http://h:1"),
        ("grpcs://h", "https://h"),
        ("https://h/", "https://h/"),
        ("/path", "/path"),
        ("ws", "ws"),
    ],
)
def test_url(url, wire):
    assert http_url(url) == wire


def test_a_text_that_is_known_stays_known():
    made = http_text(Text.fixed("grpc://h:1/"), "/a.B/C")
    assert (made.source, made.static) == ("grpc://h:1/", "http://h:1/a.B/C")


def test_a_text_that_is_rendered():
    scope = Scope(VuContext(1, "test"))
    made = http_text(Text("ws://${h}/", None, lambda _scope: "ws://h/"))
    assert (made.static, made.render(scope)) == (None, "http://h/")
