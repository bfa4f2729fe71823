"""The cache of a VU against real servers."""

import pytest

from loadr_protocols.http.cache import CACHE_LAYOUT, MOST_BYTES, MOST_ENTRIES, HttpCache
from loadr_protocols.http.head import ResponseHead
from loadr_protocols.http.outgoing import Outgoing
from loadr_protocols.http.response import HttpResponse
from loadr_protocols.http.url import Origin
from loadr_testing.servers import ReadRequest, ScriptedServer, Send, Stall


def answer(status=200, body=b"", *fields):
    lines = "".join(f"{field}\r\n" for field in (*fields, f"Content-Length: {len(body)}"))
    return (ReadRequest(), Send(f"HTTP/1.1 {status} X\r\n{lines}\r\n".encode("latin-1") + body))


def played(*answers):
    return ScriptedServer((*(action for each in answers for action in each), Stall()))


@pytest.fixture
def browser(make_client):
    return make_client(cache=True)


async def test_a_fresh_hit_costs_nothing(browser):
    async with played(answer(200, b"page", "Cache-Control: max-age=60", "Set-Cookie: a=1")) as server:
        first, second = [await browser.send(server.url, keeps_body=True) for _ in range(2)]
        assert len(server.requests) == 1
    assert (first.proto, first.layout) == ("HTTP/1.1", None)
    assert (second.status, second.body, second.proto, second.layout) == (200, b"page", "cache", CACHE_LAYOUT)
    assert len(second.row) == len(CACHE_LAYOUT.columns)
    assert second.further == []
    assert second.duration == 0


async def test_a_stale_one_is_asked_for_and_the_304_is_a_request(browser):
    fields = ("Cache-Control: max-age=0", 'ETag: "v1"', "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT")
    async with played(
        answer(200, b"page", *fields),
        answer(304, b"", "Cache-Control: max-age=60"),
        answer(200, b"new", 'ETag: "v2"'),
    ) as server:
        responses = [await browser.send(server.url, keeps_body=True) for _ in range(3)]
        assert len(server.requests) == 2
        asked = server.requests[1].head
    assert b'\r\nIf-None-Match: "v1"\r\n' in asked
    assert b"\r\nIf-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n" in asked
    assert [(r.status, r.body, r.proto) for r in responses] == [
        (200, b"page", "HTTP/1.1"),
        (200, b"page", "cache"),
        (200, b"page", "cache"),
    ]
    assert [(hop.status, hop.expected, hop.layout) for hop in responses[1].further] == [(304, True, None)]
    assert responses[1].duration > 0


async def test_what_has_changed_replaces_what_was_kept(browser):
    async with played(
        answer(200, b"one", 'ETag: "1"'), answer(200, b"two", 'ETag: "2"'), answer(304)
    ) as server:
        bodies = [(await browser.send(server.url, keeps_body=True)).body for _ in range(3)]
        assert bodies == [b"one", b"two", b"two"]
        assert b'If-None-Match: "2"' in server.requests[2].head


FRESH = "Cache-Control: max-age=60"


@pytest.mark.parametrize(
    ("first", "second", "requests"),
    [
        ({}, {}, 1),
        ({}, {"headers": [("Cache-Control", "no-cache")]}, 2),
        ({}, {"headers": [("Range", "bytes=0-1")]}, 2),
        ({"headers": [("Pragma", "no-cache")]}, {}, 2),
        ({"method": "POST"}, {"method": "POST"}, 2),
        ({}, {"method": "HEAD"}, 2),
        ({"keeps_body": False}, {"keeps_body": True}, 2),
        ({"keeps_body": True}, {"keeps_body": False}, 1),
    ],
)
async def test_which_requests_are_answered(browser, first, second, requests):
    raw = (ReadRequest(), Send(f"HTTP/1.1 200 X\r\n{FRESH}\r\nContent-Length: 0\r\n\r\n".encode()))
    async with played(raw, raw) as server:
        for spec in (first, second):
            assert (await browser.send(server.url, **spec)).status == 200
        assert len(server.requests) == requests


async def test_a_change_forgets_the_url(browser):
    async with played(answer(200, b"a", FRESH), answer(204), answer(200, b"b", FRESH)) as server:
        assert (await browser.send(server.url, keeps_body=True)).body == b"a"
        await browser.send(server.url, method="DELETE")
        assert (await browser.send(server.url, keeps_body=True)).body == b"b"


async def test_vary(browser):
    async with played(
        answer(200, b"de", FRESH, "Vary: Accept-Language"), answer(200, b"en", FRESH)
    ) as server:
        languages = ["de", "de", "en"]
        bodies = [
            (await browser.send(server.url, headers=[("Accept-Language", each)], keeps_body=True)).body
            for each in languages
        ]
        assert bodies == [b"de", b"de", b"en"]
        assert len(server.requests) == 2


async def test_a_kept_redirect_leads_on_without_asking(browser):
    async with played(
        answer(301, b"", "Location: /b", FRESH), answer(200, b"b"), answer(200, b"b2")
    ) as server:
        first, second = [await browser.send(server.url, keeps_body=True) for _ in range(2)]
        assert [request.head.split(b" ")[1] for request in server.requests] == [b"/", b"/b", b"/b"]
    assert (first.body, second.body) == (b"b", b"b2")
    assert [hop.proto for hop in second.further] == ["cache"]
    assert second.duration > 0


async def test_each_vu_has_its_own(browser):
    async with played(answer(200, b"", FRESH), answer(200, b"", FRESH)) as server:
        await browser.send(server.url)
        other = browser.handler.open_session(browser.vu)
        await browser.compile(server.url).send(other, browser.scope)
        assert len(server.requests) == 2
        await other.close()


async def test_without_it_nothing_is_kept(client):
    async with played(answer(200, b"", FRESH), answer(200, b"", FRESH)) as server:
        for _ in range(2):
            await client.send(server.url)
        assert len(server.requests) == 2


def test_it_is_bounded():
    cache = HttpCache()
    head = ResponseHead(b"HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\n")
    origin = Origin("http", "h", 80)

    def keep(number, body):
        request = Outgoing(origin, "GET", f"/{number}", (), b"")
        cache.take(request, HttpResponse(head, body, (0.0,)), 0.0, reads_body=True)

    for number in range(MOST_ENTRIES + 5):
        keep(number, b"")
    assert repr(cache) == f"<HttpCache {MOST_ENTRIES} responses, 0 bytes>"
    for number in range(5):
        keep(number, bytes(MOST_BYTES // 3))
    assert cache._bytes <= MOST_BYTES
    keep("huge", bytes(MOST_BYTES + 1))
    assert cache.find(Outgoing(origin, "GET", "/huge", (), b""), reads_body=True) is None
