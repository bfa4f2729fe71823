"""Whole exchanges with a real server: what is sent, what is read, what the row says."""

import asyncio
import socket

import pytest

from loadr_testing.servers import (
    Gate,
    HalfClose,
    Pause,
    ReadBytes,
    ReadHead,
    ReadRequest,
    ScriptedServer,
    Send,
    SendInPieces,
    Stall,
)

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
ONE = (ReadRequest(), Send(OK))

RESPONSES = [
    pytest.param(OK, b"ok", id="length"),
    pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", b"", id="empty"),
    pytest.param(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nT: 1\r\n\r\n",
        b"hello world",
        id="chunked",
    ),
    pytest.param(b"HTTP/1.1 204 No Content\r\n\r\n", b"", id="204"),
    pytest.param(b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", b"", id="304"),
    pytest.param(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\n\r\n" + OK, b"ok", id="interim"),
    pytest.param(b"HTTP/1.1 302 Found\r\nContent-Length: 2\r\n\r\nok", b"ok", id="no redirect"),
]


@pytest.mark.parametrize("size", [10**9, 7, 1], ids=["whole", "sevens", "bytes"])
@pytest.mark.parametrize(("raw", "body"), RESPONSES)
async def test_two_responses_over_one_connection(client, column, raw, body, size):
    answer = (ReadRequest(), SendInPieces(raw, size))
    async with ScriptedServer((*answer, *answer, Stall())) as server:
        for _ in range(2):
            response = await client.send(server.url)
            assert response.error is None
            assert response.body == body
            assert response.status == int(
                raw.split(b"\r\n\r\n")[-2 if b"103 Early" in raw else 0].split(b" ")[1]
            )
            assert column(response, "bytes_received") == len(raw)
        assert server.connections == 1


async def test_the_request_on_the_wire(make_client):
    client = make_client(headers={"X-Default": "1", "user-agent": "mine"})
    async with ScriptedServer((ReadRequest(), Send(OK), Stall())) as server:
        await client.send(
            f"{server.url}/a b?q=1#part",
            params=[("p", "x y&")],
            headers=[("x-DEFAULT", "2"), ("Y", "ö")],
            body=b"data",
        )
        assert (
            server.requests[0].head
            == (
                f"POST /a%20b?q=1&p=x%20y%26 HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nAccept: */*\r\n"
                "user-agent: mine\r\nAccept-Encoding: gzip, deflate, br, zstd\r\n"
                "x-DEFAULT: 2\r\nY: ö\r\nContent-Length: 4\r\n\r\n"
            ).encode()
        )
        assert server.requests[0].body == b"data"


async def test_a_rows_columns_add_up(client, column):
    async with ScriptedServer((*ONE, *ONE, Stall())) as server:
        first, second = [await client.send(server.url) for _ in range(2)]
        head = server.requests[0].head
    for response in (first, second):
        stamps = [column(response, name) for name in ("start", "sent", "first", "end")]
        assert stamps == sorted(stamps)
        assert response.duration == stamps[3] - stamps[0]
        assert column(response, "bytes_sent") == len(head)
        assert column(response, "bytes_received") == len(OK)
    assert column(first, "connecting") > 0
    assert column(first, "blocked") >= column(first, "connecting") + column(first, "looking_up")
    assert column(first, "tls") == 0
    assert second.row[:6] == (0, 0, 0, 0, 0, 0)


async def test_waiting_and_receiving_are_told_apart(client, column):
    gate, rest = Gate(), Gate()
    async with ScriptedServer(
        (ReadRequest(), Pause(gate), Send(OK[:-1]), Pause(rest), Send(OK[-1:]), Stall())
    ) as server:
        sending = asyncio.create_task(client.send(server.url))
        await gate.reached()
        arrived = client.handler.context.clock.now()
        gate.open()
        await rest.reached()
        rest.open()
        response = await sending
    assert column(response, "sent") <= arrived <= column(response, "first") < column(response, "end")


async def test_head_has_no_body(client):
    raw = b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"
    async with ScriptedServer((ReadRequest(), Send(raw), *ONE, Stall())) as server:
        response = await client.send(server.url, method="HEAD")
        assert (response.status, response.body, response.headers) == (200, b"", {"content-length": "500"})
        assert (await client.send(server.url)).body == b"ok"
        assert server.connections == 1


@pytest.mark.parametrize("size", [10**9, 7], ids=["whole", "sevens"])
async def test_body_until_close(client, size):
    raw = b"HTTP/1.1 200 OK\r\n\r\nall of it"
    async with ScriptedServer((ReadRequest(), SendInPieces(raw, size))) as server:
        for _ in range(2):
            response = await client.send(server.url)
            assert (response.status, response.body) == (200, b"all of it")
        assert server.connections == 2


async def test_large_bodies_both_ways(client, column):
    body = bytes(range(256)) * 20_000
    raw = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    async with ScriptedServer((ReadRequest(), Send(raw), *ONE, Stall())) as server:
        response = await client.send(server.url, body=body)
        assert response.body == body
        assert server.requests[0].body == body
        assert column(response, "bytes_sent") == len(body) + len(server.requests[0].head)
        assert column(response, "bytes_received") == len(raw)
        assert (await client.send(server.url)).body == b"ok"
        assert server.connections == 1


async def test_sending_lasts_until_a_slow_reader_has_taken_it(client, column):
    body = b"x" * 20_000_000
    gate = Gate()
    async with ScriptedServer(
        (ReadHead(), Pause(gate), ReadBytes(len(body)), Send(OK), Stall()), read_ahead=4096
    ) as server:
        sending = asyncio.create_task(client.send(server.url, body=body, timeout=30))
        await gate.reached()
        stalled = client.handler.context.clock.now()
        gate.open()
        response = await sending
        assert response.status == 200
        assert server.requests[1].head == body
    assert column(response, "start") < stalled < column(response, "sent") <= column(response, "first")


async def test_response_before_the_request_is_written(client, column):
    early = b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n"
    body = b"x" * 20_000_000
    async with ScriptedServer((ReadHead(), Send(early), Stall()), (*ONE, Stall()), read_ahead=4096) as server:
        response = await client.send(server.url, body=body)
        assert (response.status, response.error) == (413, None)
        assert column(response, "start") < column(response, "sent") <= column(response, "first")
        assert column(response, "bytes_sent") < len(body)
        # The half-sent request makes the connection unfit for another one.
        assert (await client.send(server.url)).status == 200
        assert server.connections == 2


async def test_surplus_ends_the_connection(client):
    async with ScriptedServer((ReadRequest(), Send(OK + b"more"), Stall()), (*ONE, Stall())) as server:
        for _ in range(2):
            assert (await client.send(server.url)).body == b"ok"
        assert server.connections == 2


async def test_half_closed_server_completes_a_response(client):
    async with ScriptedServer(
        (ReadRequest(), Send(b"HTTP/1.1 200 OK\r\n\r\nx"), HalfClose(), Stall())
    ) as server:
        assert (await client.send(server.url)).body == b"x"


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 on this machine")
async def test_ipv6(client):
    async with ScriptedServer((*ONE, Stall()), host="::1") as server:
        assert (await client.send(f"http://[::1]:{server.port}/")).body == b"ok"
        assert f"Host: [::1]:{server.port}\r\n".encode() in server.requests[0].head


async def test_names_are_looked_up(client, column):
    async with ScriptedServer((*ONE, Stall())) as server:
        response = await client.send(f"http://localhost:{server.port}/")
        assert response.body == b"ok"
        assert column(response, "looking_up") > 0
        assert f"Host: localhost:{server.port}\r\n".encode() in server.requests[0].head


async def test_no_delay(client):
    async with ScriptedServer((*ONE, Stall())) as server:
        await client.send(server.url)
        (pool,) = client.session.pools.values()
        (connection,) = pool.idle
        sock = connection._transport.get_extra_info("socket")
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
        assert repr(connection) == f"<HttpConnection 127.0.0.1:{server.port} idle>"


async def test_base_url(make_client):
    async with ScriptedServer((*ONE, *ONE, Stall())) as server:
        client = make_client(base_url=f"{server.url}/api/")
        await client.send("/users")
        await client.send("")
        assert [r.head.split(b" ")[1] for r in server.requests] == [b"/api/users", b"/api/"]
