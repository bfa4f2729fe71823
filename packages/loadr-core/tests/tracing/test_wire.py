import base64

import pytest

from loadr_config.secrets import Masker
from loadr_core.spi import WireExchange
from loadr_core.tracing.wire import LONGEST_BODY, MOST_BYTES, WireDebug, WireLimit, readable

MASKER = Masker(["sesame"])
BASIC = base64.b64encode(b"me:sesame").decode()


def exchange(**changes):
    fields = {
        "url": "http://h/",
        "request_head": "GET / HTTP/1.1",
        "request_body": b"",
        "response_head": "HTTP/1.1 200 OK",
        "response_body": b"",
        "seconds": 0.5,
    }
    return WireExchange(**{**fields, **changes})


HEADS = {
    "basic": (f"Authorization: Basic {BASIC}", "Authorization: Basic ***"),
    "a token of nobody's": ("authorization: Bearer abc.def-ghi", "authorization: Bearer ***"),
    "no scheme": ("Authorization: abcdefghij", "Authorization: ***"),
    "digest": ('Authorization: Digest username="me", uri="/"', "Authorization: Digest ***"),
    "a proxy's": ("Proxy-Authorization: Basic abcdefgh", "Proxy-Authorization: Basic ***"),
    "another field": ("X-Key: sesame", "X-Key: ***"),
    "nothing to hide": ("X-Key: authorization: none", "X-Key: authorization: none"),
}


@pytest.mark.parametrize(("line", "shown"), HEADS.values(), ids=HEADS)
def test_heads(line, shown):
    head = f"GET /?q=sesame HTTP/1.1\n{line}\nX-Last: 1"
    assert (
        readable(exchange(request_head=head), MASKER).request == f"GET /?q=*** HTTP/1.1\n{shown}\nX-Last: 1"
    )


def test_credentials_that_a_server_repeats_are_hidden_as_well():
    shown = readable(
        exchange(
            request_head=f"GET / HTTP/1.1\nAuthorization: Basic {BASIC}",
            response_head=f"HTTP/1.1 200 OK\nX-You-Sent: {BASIC}",
            response_body=f"you sent {BASIC}".encode(),
        ),
        MASKER,
    )
    assert BASIC not in repr(shown)
    assert shown.response_body == "you sent ***"


@pytest.mark.parametrize("user", ["me:pw", "me:p@w"])
def test_user_information_is_no_part_of_what_is_shown(user):
    assert readable(exchange(url=f"http://{user}@h/a?b=c@d"), MASKER).url == "http://h/a?b=c@d"


def test_an_error_is_masked():
    shown = readable(exchange(error="dns: no sesame.example", response_head=""), MASKER)
    assert (shown.error, shown.response) == ("dns: no ***.example", "")


BODIES = {
    "nothing": (b"", ""),
    "text": ("né sesame\n\t".encode(), "né ***\n\t"),
    "binary": (b"\x89PNG\0" * 300, "[1,500 bytes of binary data]"),
    "no UTF-8": (b"caf\xe9 noir", "[9 bytes of binary data]"),
    "a terminal's commands": (b"\x1b[2J", "[4 bytes of binary data]"),
    "cut in a character": ("né".encode()[:-1], "n"),
    "long": (b"a" * (LONGEST_BODY + 1500), "a" * LONGEST_BODY + "\n[cut: 1,500 characters more]"),
}


@pytest.mark.parametrize(("body", "shown"), BODIES.values(), ids=BODIES)
def test_bodies(body, shown):
    both = readable(exchange(request_body=body, response_body=body), MASKER)
    assert (both.request_body, both.response_body) == (shown, shown)


def test_a_secret_at_the_cut_is_hidden_whole():
    body = b"a" * (LONGEST_BODY - 3) + b"sesame"
    assert "ses" not in readable(exchange(response_body=body), MASKER).response_body


@pytest.mark.parametrize("bodies", [False, True])
def test_the_limit_lets_the_first_through(bodies):
    seen = []
    limit = WireLimit(seen.append, WireDebug(2, bodies=bodies))
    for number in range(4):
        limit(exchange(url=f"http://h/{number}", request_body=b"x" * (MOST_BYTES + 9), response_body=b"y"))
    assert [one.url for one in seen] == ["http://h/0", "http://h/1"]
    assert len(seen[0].request_body) == (MOST_BYTES if bodies else 0)
    assert seen[0].response_body == (b"y" if bodies else b"")
    assert repr(limit) == "<WireLimit: 0 left>"
