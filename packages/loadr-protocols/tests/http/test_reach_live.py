"""Hosts, local addresses, proxies and tunnels against real servers."""

import asyncio

import pytest

from loadr_core.spi import CompileError
from loadr_testing.servers import (
    Close,
    LoopbackAuthority,
    ReadHead,
    ReadRequest,
    ScriptedServer,
    Send,
    Stall,
    refused_port,
)

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
ONE = (ReadRequest(), Send(OK))


@pytest.fixture(scope="module")
def authority():
    return LoopbackAuthority()


async def test_hosts_change_only_the_address(make_client):
    async with ScriptedServer((*ONE, Stall())) as server:
        client = make_client(hosts={"Shop.Test": f"127.0.0.1:{server.port}"})
        response = await client.send("http://shop.test/x")
        assert response.body == b"ok"
        assert b"Host: shop.test\r\n" in server.requests[0].head
        assert response.remote[:2] == ("127.0.0.1", server.port)


async def test_hosts_keep_the_name_for_tls(make_client, authority, tmp_path):
    authority.write_ca_file(tmp_path)
    async with ScriptedServer((*ONE, Stall()), ssl_context=authority.server_context("shop.test")) as server:
        client = make_client(
            tmp_path, hosts={"shop.test": f"127.0.0.1:{server.port}"}, tls={"ca_file": "ca.pem"}
        )
        assert (await client.send("https://shop.test/x")).body == b"ok"


async def test_local_addresses_are_used_in_turn(make_client):
    seen = []

    async def serve(reader, writer):
        seen.append(writer.get_extra_info("peername")[0])
        await reader.readuntil(b"\r\n\r\n")
        writer.write(OK)
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    client = make_client(local_ips=["127.0.0.2", "127.0.0.3"], keep_alive=False)
    for _ in range(3):
        assert (await client.send(f"http://127.0.0.1:{port}/")).body == b"ok"
    assert seen == ["127.0.0.2", "127.0.0.3", "127.0.0.2"]
    server.close()
    await server.wait_closed()


@pytest.mark.parametrize(
    ("ip", "words"),
    [("203.0.113.9", "cannot use the local address 203.0.113.9"), ("::1", "local_ips has no IPv4 address")],
)
async def test_local_addresses_that_cannot_be_used(make_client, ip, words):
    client = make_client(local_ips=[ip])
    response = await client.send("http://127.0.0.1:9/")
    assert response.error_kind == "connection"
    assert words in response.error


async def test_a_proxy_gets_whole_urls_in_the_clear(make_client, column):
    async with ScriptedServer((*ONE, *ONE, *ONE, Stall())) as proxy:
        client = make_client(proxy=f"http://user:secret@127.0.0.1:{proxy.port}")
        request = client.compile("http://shop.test:81/x?y", headers=[("A", "b")])
        for _ in range(2):
            response = await request.send(client.session, client.scope)
            assert response.body == b"ok"
        assert (await client.send("http://shop.test:81/z", method="POST", body=b"data")).body == b"ok"
        heads = [each.head.decode() for each in proxy.requests]
        assert [head.split(" HTTP")[0] for head in heads] == [
            "GET http://shop.test:81/x?y",
            "GET http://shop.test:81/x?y",
            "POST http://shop.test:81/z",
        ]
        assert all("\r\nHost: shop.test:81\r\n" in head for head in heads)
        assert all("\r\nProxy-Authorization: Basic dXNlcjpzZWNyZXQ=\r\n" in head for head in heads)
        assert proxy.requests[2].body == b"data"
        assert proxy.connections == 1
        assert column(response, "bytes_sent") == len(heads[1])


async def test_a_proxys_tunnel_for_tls(make_client, authority, tunnels, tmp_path, column):
    authority.write_ca_file(tmp_path)
    async with (
        ScriptedServer((*ONE, *ONE, Stall()), ssl_context=authority.server_context()) as server,
        tunnels(b"HTTP/1.1 100 Wait\r\n\r\nHTTP/1.1 200 Go ahead\r\nX: y\r\n\r\n") as proxy,
    ):
        client = make_client(tmp_path, proxy=f"http://u:p@127.0.0.1:{proxy.port}", tls={"ca_file": "ca.pem"})
        first, second = [await client.send(server.url) for _ in range(2)]
        assert (first.body, second.body) == (b"ok", b"ok")
        (head,) = proxy.heads
        assert head.startswith(
            f"CONNECT 127.0.0.1:{server.port} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n".encode()
        )
        assert b"Proxy-Authorization: Basic dTpw\r\n" in head
        assert b"Proxy-Authorization" not in server.requests[0].head
        assert server.requests[0].head.startswith(b"GET / HTTP/1.1\r\n")
    assert column(first, "bytes_sent") > column(second, "bytes_sent") + len(head)
    assert column(first, "connecting") > 0
    assert column(first, "tls") > 0


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        ((Send(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"),), "connection", "refused a tunnel to 127.0.0.1:9: 407 Proxy Authentication Required"),
        ((Send(b"SSH-2.0\r\n\r\n"),), "protocol", "not an HTTP/1.x status line"),
        ((Send(b"HTTP/1.1 200"), Close()), "protocol", "closed inside the answer to CONNECT"),
        ((Send(b"x" * 70_000),), "protocol", "does not end"),
    ],
    ids=["refused", "no HTTP", "cut", "endless"],
)  # fmt: skip
async def test_a_proxy_that_gives_no_tunnel(make_client, answer, kind, words):
    async with ScriptedServer((ReadHead(), *answer)) as proxy:
        client = make_client(proxy=f"127.0.0.1:{proxy.port}")
        response = await client.send("https://127.0.0.1:9/")
    assert response.error_kind == kind
    assert f"the proxy 127.0.0.1:{proxy.port}" in response.error
    assert words in response.error


async def test_a_proxy_that_is_not_there(make_client):
    with refused_port() as port:
        client = make_client(proxy=f"http://127.0.0.1:{port}")
        for url in ("http://shop.test/", "https://shop.test/"):
            response = await client.send(url)
            assert response.error_kind == "connection_refused"
            assert response.error == f"the proxy 127.0.0.1:{port} refused the connection"


async def test_a_proxy_that_does_not_answer(make_client):
    async with ScriptedServer((ReadHead(), Stall())) as proxy:
        client = make_client(proxy=f"http://127.0.0.1:{proxy.port}")
        response = await client.send("https://127.0.0.1:9/", timeout=0.2)
        assert response.error_kind == "timeout"


async def test_the_environments_proxy(make_client, monkeypatch):
    async with ScriptedServer((*ONE, Stall())) as proxy:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
        monkeypatch.setenv("no_proxy", "localhost")
        assert (await make_client(proxy="env").send("http://shop.test/")).body == b"ok"
        with refused_port() as port:
            response = await make_client(proxy="env").send(f"http://localhost:{port}/")
        assert response.error == f"localhost:{port} refused the connection"


async def test_a_proxy_of_another_kind_is_the_plans_mistake(make_client):
    with pytest.raises(CompileError, match=r"defaults\.http\.proxy: socks5 is not a kind of proxy"):
        make_client(proxy="socks5://127.0.0.1")
