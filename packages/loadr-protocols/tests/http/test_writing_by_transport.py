"""Where a socket's number is nothing that `os.write` takes, as on Windows, the transport writes everything."""

import asyncio

import pytest

from loadr_core.spi import Payload
from loadr_protocols.http import link
from loadr_testing.servers import (
    Gate,
    LoopbackAuthority,
    Pause,
    ReadBytes,
    ReadHead,
    ReadRequest,
    Reset,
    ScriptedServer,
    Send,
    Stall,
)

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
ONE = (ReadRequest(), Send(OK))
LARGE = bytes(range(256)) * (8 << 12)  # 8 MiB: more than the buffers of both sockets hold


@pytest.fixture(autouse=True)
def by_transport(monkeypatch):
    monkeypatch.setattr(link, "_WRITES_DIRECTLY", False)


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_requests_over_one_connection(make_client, tmp_path, column, scheme):
    authority = LoopbackAuthority()
    authority.write_ca_file(tmp_path)
    client = make_client(tmp_path, tls={"ca_file": "ca.pem"}, version="http1")
    context = authority.server_context() if scheme == "https" else None
    async with ScriptedServer((*ONE * 3, Stall()), ssl_context=context) as server:
        for body in (b"", b"first", LARGE):
            response = await client.send(server.url, method="POST", body=Payload.fixed(body), timeout=30)
            assert (response.status, response.body, response.error) == (200, b"ok", None)
            stamps = [column(response, name) for name in ("start", "sent", "first", "end")]
            assert stamps == sorted(stamps)
            assert column(response, "bytes_sent") > len(body)
        assert [request.body for request in server.requests] == [b"", b"first", LARGE]
        assert server.connections == 1
    (pool,) = client.session.pools.values()
    assert all(connection._write_to < 0 for connection in pool.idle)


async def test_a_request_is_sent_when_its_last_byte_is(make_client, column):
    client, gate = make_client(), Gate()
    script = (ReadHead(), Pause(gate), ReadBytes(len(LARGE)), Send(OK), Stall())
    async with ScriptedServer(script, read_ahead=4096) as server:
        sending = asyncio.create_task(client.send(server.url, method="POST", body=LARGE, timeout=30))
        await gate.reached()
        stalled = client.handler.context.clock.now()
        gate.open()
        response = await sending
    assert column(response, "start") < stalled < column(response, "sent")


@pytest.mark.parametrize("ending", [(), (Reset(),)], ids=["closed", "reset"])
async def test_a_connection_that_was_closed_while_idle_is_replaced(client, ending):
    async with ScriptedServer((*ONE, *ending), (*ONE, Stall())) as server:
        for _ in range(2):
            response = await client.send(server.url)
            assert (response.status, response.error) == (200, None)
        assert server.connections == 2
