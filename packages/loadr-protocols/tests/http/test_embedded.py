"""Pages and what they need, with both parsers, against a real server."""

import asyncio

import pytest

from loadr_config.models import Embedded
from loadr_core.spi import CompileError
from loadr_protocols.http import page
from loadr_protocols.http.page import find_parser, resources
from loadr_testing.servers import LoopbackServer

PAGE = b"""<!doctype html><html><head><base href="/base/">
<link rel="stylesheet" href="style.css?v=1"><link rel="Shortcut ICON" href="/icon.png"><link rel="canonical" href="no">
<link rel=stylesheet><script src="//cdn.test/app.js"></script><script>inline()</script></head>
<body background="back.png"><img src=a.png><img src="a.png#x"><img src="data:image/png;base64,xx"><img>
<input type=IMAGE src="button.png"><input type=text src=no><iframe src="frame.html"></iframe>
<video src=v.mp4 poster=p.jpg><source src=s.webm><track src=t.vtt></video><object data=o.svg></object>
<embed src=e.swf><audio src=a.mp3></audio><a href="no"></a><img src="http://[bad/"></body></html>"""

URLS = {
    "http://h/base/style.css?v=1",
    "http://h/icon.png",
    "http://cdn.test/app.js",
    "http://h/base/back.png",
    "http://h/base/a.png",
    "http://h/base/button.png",
    "http://h/base/frame.html",
    "http://h/base/v.mp4",
    "http://h/base/p.jpg",
    "http://h/base/s.webm",
    "http://h/base/t.vtt",
    "http://h/base/o.svg",
    "http://h/base/e.swf",
    "http://h/base/a.mp3",
}


@pytest.mark.parametrize("parse", [page._with_selectolax, page._with_lxml])
def test_what_a_page_needs(parse):
    assert set(resources(parse(PAGE), "http://h/page")) == URLS


@pytest.mark.parametrize("parse", [page._with_selectolax, page._with_lxml])
@pytest.mark.parametrize("markup", [b"", b" ", b"\x00\xff", b"<", b"<img src=", b"no markup"])
def test_whatever_is_called_html(parse, markup):
    assert resources(parse(markup), "http://h/") == []


def test_an_endless_page():
    elements = [("img", {"src": f"{number}.png"}) for number in range(10_000)]
    assert len(resources(elements, "http://h/")) == page.MOST_RESOURCES


async def test_without_a_parser_the_plan_is_refused(client, monkeypatch):
    monkeypatch.setattr(page, "find_spec", lambda name: None)
    assert find_parser() is None
    with pytest.raises(CompileError, match="needs a parser of HTML") as error:
        client.compile("http://h/", embedded=Embedded())
    assert error.value.hint == "install one: pip install 'loadr[extract]'"


class Site(LoopbackServer):
    """A site with a page of resources; knows how many were asked for at once."""

    def __init__(self, markup, content_type="text/html; charset=utf-8"):
        super().__init__()
        self.markup = markup
        self.content_type = content_type
        self.heads = {}
        self.now = self.most = 0

    async def serve(self, _, reader, writer):
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                path = head.split(" ")[1]
                self.heads.setdefault(path, []).append(head)
                if path == "/":
                    writer.write(
                        self._answer(
                            200, self.markup, f"Content-Type: {self.content_type}", "Set-Cookie: page=1"
                        )
                    )
                    continue
                self.now += 1
                self.most = max(self.most, self.now)
                await asyncio.sleep(0.01)
                self.now -= 1
                status = 404 if "missing" in path else 200
                writer.write(self._answer(status, b"x" * 10, "Cache-Control: max-age=60"))
        except (asyncio.IncompleteReadError, ConnectionResetError):
            writer.close()

    def _answer(self, status, body, *fields):
        lines = "".join(f"{field}\r\n" for field in fields)
        return f"HTTP/1.1 {status} X\r\n{lines}Content-Length: {len(body)}\r\n\r\n".encode() + body


MARKUP = (
    b"".join(b"<img src=/%d.png?v=1>" % number for number in range(8)) + b"<script src=/missing.js></script>"
)


async def test_a_page_with_its_resources(client):
    async with Site(MARKUP) as site:
        response = await client.send(
            f"{site.url}/", embedded=Embedded(concurrency=3), headers=[("X-User", "1")]
        )
        assert (response.status, response.body) == (200, MARKUP)
        assert len(site.heads) == 10
        head = site.heads["/0.png?v=1"][0]
        assert site.most == 3
    assert f"\r\nReferer: {site.url}/\r\n" in head
    assert "\r\nCookie: page=1\r\n" in head
    assert "\r\nX-User: 1\r\n" in head
    found = {sample.name: (sample.status, sample.method, sample.expected) for sample in response.further}
    assert found == {
        **{f"{site.url}/{number}.png": (200, "GET", True) for number in range(8)},
        f"{site.url}/missing.js": (404, "GET", False),
    }
    assert response.duration == response.row[9] - response.row[6]


async def test_only_what_is_allowed(client):
    async with Site(MARKUP) as site:
        await client.send(f"{site.url}/", embedded=Embedded(allow=r"/[01]\.png"))
        assert sorted(site.heads) == ["/", "/0.png?v=1", "/1.png?v=1"]


async def test_what_is_no_page_is_left_alone(client):
    async with Site(MARKUP, "text/plain") as site:
        response = await client.send(f"{site.url}/", embedded=Embedded())
        assert (list(site.heads), response.further) == (["/"], [])


async def test_with_a_cache_the_second_visit_loads_the_page_only(make_client):
    client = make_client(cache=True)
    async with Site(MARKUP) as site:
        for _ in range(2):
            response = await client.send(f"{site.url}/", embedded=Embedded(allow="png"))
        assert {path: len(heads) for path, heads in site.heads.items() if "png" in path} == {
            f"/{n}.png?v=1": 1 for n in range(8)
        }
        assert {sample.proto for sample in response.further} == {"cache"}


async def test_a_host_that_is_not_there_is_the_resources_failure(client):
    async with Site(b"<img src=http://nowhere.invalid/x.png><img src=http://:0/>") as site:
        response = await client.send(f"{site.url}/", embedded=Embedded())
    assert (response.status, response.error_kind) == (200, None)
    assert [(sample.name, sample.error_kind, sample.expected) for sample in response.further] == [
        ("http://nowhere.invalid/x.png", "dns", False)
    ]
