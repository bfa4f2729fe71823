"""Against servers of others: nginx, which closes after five requests here, and nghttp2's own."""

import asyncio
import json

import pytest

from loadr_config.models import GraphqlBlock
from loadr_core.spi import Payload

pytestmark = [pytest.mark.process, pytest.mark.system]


@pytest.fixture
def secure(make_client, authority, tmp_path):
    """A client that trusts nginx's certificate; takes a version."""

    def make(version="auto", **defaults):
        tls = {"ca_file": str(authority.write_ca_file(tmp_path))}
        return make_client(version=version, tls=tls, **defaults)

    return make


@pytest.mark.parametrize(
    ("version", "place", "proto"),
    [
        ("auto", 0, "HTTP/2"),
        ("http1", 0, "HTTP/1.1"),
        ("http2", 0, "HTTP/2"),
        ("auto", 2, "HTTP/1.1"),
        ("http2-prior-knowledge", 0, "HTTP/2"),
        ("http2-prior-knowledge", 1, "HTTP/2"),
    ],
)
async def test_nginx(secure, nginx, version, place, proto):
    client = secure(version)
    # More than it serves on one connection: goodbyes in between are nobody's failure.
    responses = [await client.send(f"{nginx[place]}/small", timeout=30) for _ in range(12)]
    assert {(r.status, r.proto, r.error) for r in responses} == {(200, proto, None)}
    spoken = b"HTTP/2.0" if proto == "HTTP/2" else b"HTTP/1.1"
    assert {r.body for r in responses} == {b"small " + spoken}


async def test_nginx_offers_no_http_2(secure, nginx):
    response = await secure("http2").send(f"{nginx[2]}/small", timeout=30)
    assert (response.status, response.error_kind) == (0, "tls")
    assert "the server offers no version of HTTP that the plan allows" in response.error


async def test_http_1_to_a_port_of_nginx_for_http_2_in_the_clear(make_client, nginx):
    response = await make_client(version="http1").send(f"{nginx[1]}/small", timeout=30)
    if response.error is None:  # nginx takes both there from 1.25.1 on
        assert response.body == b"small HTTP/1.1"
    else:
        assert (response.status, response.error_kind) == (0, "connection")
        assert "speaks nothing but HTTP/2 here" in response.error


async def test_many_at_once(secure, nginx):
    client = secure()
    sending = [
        client.send(f"{nginx[0]}/{path}", timeout=60, keeps_body=True)
        for path in ["small", "bytes/2000000", "json"] * 8
    ]
    responses = await asyncio.gather(*sending)
    assert [(r.status, r.error) for r in responses] == [(200, None)] * 24
    assert all(len(r.body) == 2_000_000 for r in responses[1::3])
    assert all(json.loads(r.body) for r in responses[2::3])


async def test_a_redirect(secure, nginx):
    response = await secure().send(f"{nginx[0]}/moved", timeout=30)
    assert (response.status, response.body) == (200, b"small HTTP/2.0")
    assert [sample.status for sample in response.further] == [302]


async def test_cookies_and_compression(secure, nginx):
    client = secure()
    cookies = await client.send(f"{nginx[0]}/cookies/set?a=1", timeout=30, keeps_body=True)
    assert b'"a"' in cookies.body
    response = await client.send(f"{nginx[0]}/json", timeout=30, keeps_body=True)
    assert response.headers["content-encoding"] == "gzip"
    assert json.loads(response.body)


async def test_a_body_that_is_too_large_for_the_server(secure, nginx):
    client = secure()
    response = await client.send(f"{nginx[0]}/upload", body=bytes(3_000_000), timeout=30)
    assert (response.status, response.error) == (413, None)
    assert (await client.send(f"{nginx[0]}/small", timeout=30)).status == 200


async def test_graphql(secure, nginx):
    client = secure()
    for query, error in [("{ product(id: 1) { name } }", None), ("{ required }", "GraphQL: this field is")]:
        body = Payload.fixed(json.dumps({"query": query}).encode(), "application/json")
        response = await client.send(
            f"{nginx[0]}/graphql", body=body, block=GraphqlBlock(query=query), timeout=30
        )
        assert (response.proto, response.error_kind) == ("HTTP/2", error and "protocol")
        assert (response.error or "").startswith(error or "")


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 1_000_000])
async def test_nghttpd_sends_back(client, nghttpd, size):
    body = bytes(range(251)) * (size // 251 + 1)
    response = await client.send(f"{nghttpd}/page", method="POST", body=body[:size], timeout=60)
    assert (response.status, response.error) == (200, None)
    assert response.body == (body[:size])


async def test_nghttpd_many(client, nghttpd):
    responses = await asyncio.gather(*[client.send(f"{nghttpd}/page", timeout=60) for _ in range(250)])
    assert {(r.status, r.body) for r in responses} == {(200, b"page")}
    assert client.session.open_connections <= 6
