"""What HTTP/2 shares with HTTP/1.1: proxies, names, client certificates, credentials, the cache, pages."""

import asyncio

import pytest

from loadr_core.spi import Credentials, Text
from loadr_testing.servers import LoopbackAuthority


@pytest.fixture
def trusting(make_client, authority, tmp_path):
    """Makes a client that trusts the authority."""
    authority.write_ca_file(tmp_path)

    def make(tls=(), **defaults):
        return make_client(tmp_path, tls={"ca_file": "ca.pem", **dict(tls)}, **defaults)

    return make


def replies(*answers):
    """A behaviour: one (status, fields, body) after the other, and what was asked in `asked`."""

    async def behave(peer, _):
        for status, fields, body in answers:
            number = await peer.request()
            behave.asked.append(dict(tuple(field) for field in peer.blocks[number]))
            peer.send(peer.make.head(number, status, fields, ended=not body))
            if body:
                peer.send(peer.make.data(number, body))
        await peer.gone()

    behave.asked = []
    return behave


async def test_inside_of_a_proxys_tunnel(trusting, authority, frame_server, tunnels, column):
    behave = replies((200, [], b"one"), (200, [], b"two"))
    context = authority.server_context(alpn=("h2", "http/1.1"))
    async with frame_server(behave, ssl_context=context) as server, tunnels() as proxy:
        client = trusting(proxy=f"http://u:p@127.0.0.1:{proxy.port}")
        first, second = [await client.send(server.url) for _ in range(2)]
        assert [(r.proto, r.body) for r in (first, second)] == [("HTTP/2", b"one"), ("HTTP/2", b"two")]
        assert len(proxy.heads) == 1
        assert b"Proxy-Authorization: Basic dTpw" in proxy.heads[0]
    assert "proxy-authorization" not in behave.asked[0]
    assert column(first, "tls") > 0


async def test_a_proxy_for_plain_urls_speaks_http_1(make_client, frame_server):
    # Prior knowledge is of the origin; a proxy is asked as a proxy is.
    async def proxy(reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"GET http://h.example/ HTTP/1.1\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        await reader.read()
        writer.close()

    server = await asyncio.start_server(proxy, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        client = make_client(proxy=f"http://127.0.0.1:{port}")
        assert (await client.send("http://h.example/")).proto == "HTTP/1.1"
        await client.close()


async def test_another_address_and_another_name(trusting, authority, frame_server):
    names = []
    context = authority.server_context("shop.example", alpn=("h2",))
    context.sni_callback = lambda _connection, name, _context: names.append(name)
    behave = replies((200, [], b"ok"))
    async with frame_server(behave, ssl_context=context) as server:
        client = trusting(
            hosts={"api.example": f"127.0.0.1:{server.port}"}, tls={"server_name": "shop.example"}
        )
        assert (await client.send("https://api.example/x")).proto == "HTTP/2"
    assert names == ["shop.example"]
    assert behave.asked[0][":authority"] == "api.example"


async def test_a_client_certificate(trusting, authority, frame_server, tmp_path):
    authority.write_certificate(tmp_path, "client.example")
    context = authority.server_context(require_client_certificate=True, alpn=("h2",))
    async with frame_server(replies((200, [], b"ok")), ssl_context=context) as server:
        client = trusting(tls={"cert_file": "certificate.pem", "key_file": "key.pem"})
        response = await client.send(server.url)
        assert (response.proto, response.body) == ("HTTP/2", b"ok")


async def test_no_client_certificate(trusting, authority, frame_server):
    context = authority.server_context(require_client_certificate=True, alpn=("h2",))
    async with frame_server(replies((200, [], b"ok")), ssl_context=context) as server:
        response = await trusting().send(server.url)
    assert response.status == 0
    assert response.error_kind in {"tls", "connection", "connection_reset"}


async def test_a_certificate_that_is_not_trusted(make_client, frame_server):
    context = LoopbackAuthority().server_context(alpn=("h2",))
    async with frame_server(replies(), ssl_context=context) as server:
        response = await make_client().send(server.url)
    assert (response.status, response.error_kind) == (0, "tls")


async def test_the_cache(make_client, frame_server):
    client = make_client(version="http2-prior-knowledge", cache=True)
    fresh, tag = [("cache-control", "max-age=60")], [("etag", '"1"'), ("cache-control", "no-cache")]
    behave = replies((200, fresh, b"fresh"), (200, tag, b"tagged"), (304, tag, b""))
    async with frame_server(behave) as server:
        kept = [await client.send(f"{server.url}/kept", keeps_body=True) for _ in range(2)]
        asked = [await client.send(f"{server.url}/asked", keeps_body=True) for _ in range(2)]
    assert [response.body for response in (*kept, *asked)] == [b"fresh", b"fresh", b"tagged", b"tagged"]
    assert kept[1].proto == "cache"
    assert [fields.get("if-none-match") for fields in behave.asked] == [None, None, '"1"']


async def test_digest_credentials(make_client, frame_server):
    client = make_client(version="http2-prior-knowledge")
    challenge = ("www-authenticate", 'Digest realm="r", nonce="n", qop="auth", algorithm=SHA-256')
    behave = replies((401, [challenge], b""), (200, [], b"in"))
    async with frame_server(behave) as server:
        credentials = Credentials(Text.fixed("user"), Text.fixed("secret"))
        response = await client.send(server.url, credentials=credentials)
    assert (response.status, response.body) == (200, b"in")
    assert behave.asked[1]["authorization"].startswith('Digest username="user"')
