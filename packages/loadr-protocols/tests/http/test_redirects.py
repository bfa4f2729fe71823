"""The table of redirects: Fetch, "HTTP-redirect fetch"; RFC 3986, section 5.4 for the locations."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_protocols.http.outgoing import Outgoing, with_cookies
from loadr_protocols.http.redirects import Redirection, redirection
from loadr_protocols.http.url import Origin, UrlError

HERE = Origin("http", "here.example", 80)

METHODS = [
    (301, "GET", "GET", True),
    (301, "HEAD", "HEAD", True),
    (301, "POST", "GET", False),
    (301, "PUT", "PUT", True),
    (301, "DELETE", "DELETE", True),
    (302, "GET", "GET", True),
    (302, "POST", "GET", False),
    (302, "PATCH", "PATCH", True),
    (303, "GET", "GET", True),
    (303, "HEAD", "HEAD", True),
    (303, "POST", "GET", False),
    (303, "PUT", "GET", False),
    (303, "DELETE", "GET", False),
    (307, "GET", "GET", True),
    (307, "POST", "POST", True),
    (308, "POST", "POST", True),
    (308, "PUT", "PUT", True),
]


@pytest.mark.parametrize(("status", "method", "following", "keeps"), METHODS)
def test_method_and_body(status, method, following, keeps):
    to = redirection(status, method, "/x", HERE, "/")
    assert (to.method, to.keeps_body) == (following, keeps)
    assert ("content-type" in to.drops) is not keeps


LOCATIONS = [
    ("/x?y", "http://here.example/x?y", "a path"),
    ("x", "http://here.example/a/x", "relative"),
    ("../x", "http://here.example/x", "a parent"),
    ("./", "http://here.example/a/", "the folder"),
    ("?y", "http://here.example/a/b?y", "a query"),
    ("//other.example/x", "http://other.example/x", "without scheme"),
    ("https://here.example/x", "https://here.example/x", "another scheme"),
    ("http://here.example:80/x", "http://here.example/x", "the scheme's own port"),
    ("http://HERE.example:8080", "http://here.example:8080/", "another port"),
    ("/x#part", "http://here.example/x", "a fragment"),
    ("/a b", "http://here.example/a%20b", "a space"),
    ("/caf\u00c3\u00a9", "http://here.example/caf%C3%A9", "octets of UTF-8"),
    ("/caf\u00e9", "http://here.example/caf%C3%A9", "octets of nothing in particular"),
    ("http://[::1]:81/x", "http://[::1]:81/x", "IPv6"),
]


@pytest.mark.parametrize(("location", "url", "why"), LOCATIONS, ids=[case[2] for case in LOCATIONS])
def test_locations(location, url, why):
    to = redirection(302, "GET", location, HERE, "/a/b?q")
    wire = b"GET /a/b?q HTTP/1.1\r\nHost: here.example\r\n\r\n"
    assert Outgoing.parse(HERE, wire).redirected(to).url == url


@pytest.mark.parametrize(
    "location", ["ftp://x/", "mailto:a@b", "http://a:b/", "http://[x]/", "http://h:99999/"]
)
def test_locations_where_no_request_can_go(location):
    with pytest.raises(UrlError):
        redirection(302, "GET", location, HERE, "/")


WIRE = (
    b"POST /a HTTP/1.1\r\nHost: alias.example\r\nAuthorization: Bearer x\r\nCookie: own=1\r\n"
    b"Content-Type: text/plain\r\nX-Kept: yes\r\nContent-Length: 4\r\n\r\nbody"
)


@pytest.mark.parametrize(
    ("location", "status", "lines", "body"),
    [
        ("/b", 307, ["Host: alias.example", "Authorization: Bearer x", "Cookie: own=1", "Content-Type: text/plain", "X-Kept: yes", "Content-Length: 4"], b"body"),
        ("/b", 303, ["Host: alias.example", "Authorization: Bearer x", "Cookie: own=1", "X-Kept: yes"], b""),
        ("http://other.example/b", 307, ["Host: other.example", "Content-Type: text/plain", "X-Kept: yes", "Content-Length: 4"], b"body"),
        ("https://here.example/b", 302, ["Host: here.example", "X-Kept: yes"], b""),
        ("http://here.example:8080/b", 302, ["Host: here.example:8080", "X-Kept: yes"], b""),
        ("http://u:p%40@other.example/b", 302, ["Host: other.example", "X-Kept: yes", "Authorization: Basic dTpwQA=="], b""),
    ],
    ids=["same origin", "to GET", "another host", "another scheme", "another port", "credentials in the URL"],
)  # fmt: skip
def test_what_goes_along(location, status, lines, body):
    sent = Outgoing.parse(HERE, WIRE).redirected(redirection(status, "POST", location, HERE, "/a"))
    head, _, rest = sent.wire().partition(b"\r\n\r\n")
    assert head.decode().split("\r\n")[1:] == lines
    assert rest == body


@pytest.mark.parametrize(
    ("own", "line", "expected"),
    [
        (None, "a=1; b=2", b"Cookie: a=1; b=2"),
        (b"cookie:  x=0", "a=1", b"cookie: x=0; a=1"),
        (b"Cookie: a=own", "a=1; b=2", b"Cookie: a=own; b=2"),
    ],
)
def test_cookies_join_those_of_the_plan(own, line, expected):
    wire = b"GET / HTTP/1.1\r\nHost: h\r\n" + (own + b"\r\n" if own else b"") + b"\r\nbody"
    sent = with_cookies(wire, line, has_own=own is not None)
    assert expected in sent.partition(b"\r\n\r\n")[0].split(b"\r\n")
    assert sent.endswith(b"\r\n\r\nbody")


@given(st.text(alphabet=st.characters(max_codepoint=255)), st.sampled_from([301, 302, 303, 307, 308]))
def test_whatever_the_location_the_next_request_is_one_request(location, status):
    location = location.replace("\r", "").replace("\n", "").replace("\x00", "")
    try:
        to = redirection(status, "POST", location, HERE, "/a")
    except UrlError:
        return
    assert isinstance(to, Redirection)
    wire = Outgoing.parse(HERE, WIRE).redirected(to).wire()
    assert Outgoing.parse(to.url.origin, wire).wire() == wire
    assert wire.count(b" HTTP/1.1\r\n") == 1
