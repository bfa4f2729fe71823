import asyncio
import ssl

import pytest

from loadr_core.spi import CompileError
from loadr_testing.servers import (
    Gate,
    LoopbackAuthority,
    Pause,
    ReadRequest,
    Reset,
    ScriptedServer,
    Send,
    SendInPieces,
    Stall,
)

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
ONE = (ReadRequest(), Send(OK))


@pytest.fixture(scope="module")
def authority():
    return LoopbackAuthority()


@pytest.fixture
def client(make_client, authority, tmp_path):
    authority.write_ca_file(tmp_path)
    return make_client(tmp_path, tls={"ca_file": "ca.pem"})  # relative to the plan's folder


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=["1.2", "1.3"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_exchange(client, authority, column, host, version):
    context = authority.server_context(alpn=("http/1.1",))
    context.minimum_version = context.maximum_version = version
    async with ScriptedServer((*ONE, *ONE, Stall()), ssl_context=context) as server:
        url = f"https://{host}:{server.port}/"
        first, second = await client.send(url), await client.send(url)
        assert [first.body, second.body] == [b"ok", b"ok"]
        assert server.connections == 1
        head = server.requests[0].head
    assert column(first, "tls") > 0
    assert column(first, "blocked") >= column(first, "connecting") + column(first, "tls")
    assert second.row[:6] == (0, 0, 0, 0, 0, 0)
    # On the wire: records, and with the first request the handshake.
    assert column(second, "bytes_sent") > len(head)
    assert column(second, "bytes_received") > len(OK)
    assert column(first, "bytes_sent") > column(second, "bytes_sent")


async def test_any_certificate_where_the_plan_says_so(make_client, authority):
    client = make_client(tls={"insecure_skip_verify": True})
    context = authority.server_context("elsewhere.example", expired=True)
    async with ScriptedServer((*ONE, Stall()), ssl_context=context) as server:
        assert (await client.send(server.url)).body == b"ok"


@pytest.mark.parametrize("size", [10**9, 7, 1], ids=["whole", "sevens", "bytes"])
async def test_pieces(client, authority, size):
    raw = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
    async with ScriptedServer(
        (ReadRequest(), SendInPieces(raw, size), *ONE, Stall()), ssl_context=authority.server_context()
    ) as server:
        assert [(await client.send(server.url)).body for _ in range(2)] == [b"hello", b"ok"]


async def test_large_bodies_both_ways(client, authority):
    body = bytes(range(256)) * 20_000
    raw = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    async with ScriptedServer(
        (ReadRequest(), Send(raw), *ONE, Stall()), ssl_context=authority.server_context()
    ) as server:
        assert (await client.send(server.url, body=body, timeout=30)).body == body
        assert server.requests[0].body == body
        assert (await client.send(server.url)).body == b"ok"
        assert server.connections == 1


async def test_body_until_close(client, authority):
    async with ScriptedServer(
        (ReadRequest(), Send(b"HTTP/1.1 200 OK\r\n\r\nall of it")), ssl_context=authority.server_context()
    ) as server:
        assert (await client.send(server.url)).body == b"all of it"


async def test_body_until_a_close_without_the_closure_alert_may_be_cut(client, authority):
    async with ScriptedServer(
        (ReadRequest(), Send(b"HTTP/1.1 200 OK\r\n\r\nall of"), Reset()),
        ssl_context=authority.server_context(),
    ) as server:
        response = await client.send(server.url)
        assert response.error_kind in {"tls", "connection_reset"}


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_closed_while_idle(client, authority, method, until):
    async with ScriptedServer(ONE, (*ONE, Stall()), ssl_context=authority.server_context()) as server:
        assert (await client.send(server.url)).body == b"ok"
        await until(lambda: not client.session.open_connections)
        assert (await client.send(server.url, method=method)).body == b"ok"
        assert server.connections == 2


async def test_broken_records(client, authority):
    gate = Gate()
    async with ScriptedServer(
        (*ONE, ReadRequest(), Pause(gate), Stall()), ssl_context=authority.server_context()
    ) as server:
        assert (await client.send(server.url)).body == b"ok"
        sending = asyncio.create_task(client.send(server.url))
        await gate.reached()
        (pool,) = client.session.pools.values()
        (connection,) = pool._open
        connection.data_received(b"\x17\x03\x03\x00\x20" + b"x" * 32)
        assert (await sending).error_kind == "tls"


async def test_client_certificate_is_asked_for(client, authority):
    context = authority.server_context(require_client_certificate=True)
    context.maximum_version = ssl.TLSVersion.TLSv1_2  # later versions only tell after the handshake
    async with ScriptedServer((*ONE, Stall()), ssl_context=context) as server:
        response = await client.send(server.url)
        assert response.error_kind == "tls"


@pytest.mark.parametrize("content", [None, b"no certificate"], ids=["missing", "no certificate"])
async def test_unreadable_authorities_are_the_plans_mistake(make_client, tmp_path, content):
    if content is not None:
        (tmp_path / "ca.pem").write_bytes(content)
    client = make_client(tmp_path, tls={"ca_file": "ca.pem"})
    with pytest.raises(CompileError, match=r"tls.ca_file: cannot read .*ca.pem"):
        client.compile("http://127.0.0.1/")
