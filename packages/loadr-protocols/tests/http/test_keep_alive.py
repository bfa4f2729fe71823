"""Which connection a request goes over, and what becomes of the one before."""

import asyncio

import pytest

from loadr_testing.servers import Gate, Pause, ReadHead, ReadRequest, Reset, ScriptedServer, Send, Stall

# A timeout of 0.05 s, less the rounding of stamps that are far greater.
FULL_LENGTH = 0.05 - 1e-6

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
LAST = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"
ONE = (ReadRequest(), Send(OK))
SERVES = (*ONE * 20, Stall())

IDEMPOTENT = ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"]
OTHERS = ["POST", "PATCH", "PURGE"]


async def idle_connection_is_gone(client, until):
    """Let the loop see that the server has closed the idle connection."""
    (pool,) = client.session.pools.values()
    await until(lambda: not pool.open_connections)


async def test_one_connection_serves_all(client):
    async with ScriptedServer(SERVES) as server:
        request = client.compile(server.url)
        for _ in range(20):
            assert (await request.send(client.session, client.scope)).status == 200
        assert server.connections == 1
        assert repr(client.session) == "<HttpSession 1 connections to 1 origins>"


async def test_each_origin_has_its_own(client):
    async with ScriptedServer(SERVES) as one, ScriptedServer(SERVES) as other:
        for _ in range(3):
            await client.send(one.url)
            await client.send(other.url)
        assert (one.connections, other.connections) == (1, 1)


async def test_requests_of_a_session_share_connections(client):
    async with ScriptedServer(SERVES) as server:
        for path in ("/a", "/b", "/c"):
            await client.send(server.url + path)
        assert server.connections == 1


@pytest.mark.parametrize(
    ("defaults", "headers"),
    [({"keep_alive": False}, []), ({}, [("Connection", "Close")])],
    ids=["keep_alive false", "own header"],
)
async def test_no_connection_is_kept(make_client, defaults, headers):
    client = make_client(**defaults)
    async with ScriptedServer(SERVES) as server:
        for count in (1, 2, 3):
            response = await client.send(server.url, headers=headers)
            assert (response.status, server.connections) == (200, count)
            assert client.session.open_connections == 0
        assert all(b"connection: close\r\n" in request.head.lower() for request in server.requests)


async def test_the_server_says_close(client):
    async with ScriptedServer((ReadRequest(), Send(LAST), Stall())) as server:
        for count in (1, 2, 3):
            assert (await client.send(server.url)).status == 200
            assert server.connections == count


@pytest.mark.parametrize("method", [*IDEMPOTENT, *OTHERS])
async def test_closed_while_idle_is_replaced_for_every_method(client, method, until):
    async with ScriptedServer(ONE, SERVES) as server:
        assert (await client.send(server.url)).status == 200
        await idle_connection_is_gone(client, until)
        response = await client.send(server.url, method=method)
        assert (response.status, response.error) == (200, None)
        assert server.connections == 2


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_closed_unseen_is_found_before_a_byte_is_written(client, method, until):
    """The loop was busy while the server closed: it has not seen the end of the stream yet."""
    async with ScriptedServer(ONE, SERVES) as server:
        assert (await client.send(server.url)).status == 200
        (pool,) = client.session.pools.values()
        (connection,) = pool.idle
        connection._transport.pause_reading()
        await until(connection._is_readable)
        connection._ended -= 1  # as if it had been idle for a second
        response = await client.send(server.url, method=method)
        assert (response.status, response.error) == (200, None)
        assert [request.connection for request in server.requests] == [0, 1]


@pytest.mark.parametrize("ending", [(), (Reset(),)], ids=["closed", "reset"])
@pytest.mark.parametrize("method", IDEMPOTENT)
async def test_closed_after_the_request_is_reopened_once(client, column, method, ending):
    async with ScriptedServer((*ONE, ReadHead(), *ending), SERVES) as server:
        assert (await client.send(server.url)).status == 200
        response = await client.send(server.url, method=method)
        assert (response.status, response.error) == (200, None)
        assert [request.connection for request in server.requests] == [0, 0, 1]
        assert column(response, "blocked") > 0


@pytest.mark.parametrize(
    ("ending", "kind"), [((), "connection"), ((Reset(),), "connection_reset")], ids=["closed", "reset"]
)
@pytest.mark.parametrize("method", OTHERS)
async def test_closed_after_the_request_is_an_error_where_it_may_have_had_an_effect(
    client, method, ending, kind
):
    async with ScriptedServer((*ONE, ReadHead(), *ending), SERVES) as server:
        assert (await client.send(server.url)).status == 200
        response = await client.send(server.url, method=method)
        assert (response.status, response.error_kind) == (0, kind)
        assert server.connections == 1


async def test_reopened_once_only(client):
    async with ScriptedServer((*ONE, ReadHead()), (ReadHead(),)) as server:
        assert (await client.send(server.url)).status == 200
        response = await client.send(server.url)
        assert response.error_kind == "connection"
        assert server.connections == 2


async def test_a_response_that_began_is_not_asked_for_again(client):
    async with ScriptedServer((*ONE, ReadRequest(), Send(OK[:-1])), SERVES) as server:
        assert (await client.send(server.url)).status == 200
        assert (await client.send(server.url)).error_kind == "connection"
        assert server.connections == 1


async def test_a_new_connection_is_not_tried_twice(client):
    async with ScriptedServer((ReadHead(),)) as server:
        assert (await client.send(server.url)).error_kind == "connection"
        assert server.connections == 1


async def test_reopening_does_not_trust_the_other_idle_connections(client, until):
    gate = Gate()
    dying = (ReadRequest(), Pause(gate), Send(OK), ReadHead())
    async with ScriptedServer(dying, dying, SERVES) as server:
        both = [asyncio.create_task(client.send(server.url)) for _ in range(2)]
        await until(lambda: len(server.requests) == 2)
        gate.open()
        await asyncio.gather(*both)
        assert client.session.open_connections == 2
        assert (await client.send(server.url)).status == 200
        assert server.connections == 3


async def test_unsolicited_bytes_close_an_idle_connection(client, until):
    gate = Gate()
    tired = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n"
    async with ScriptedServer((*ONE, Pause(gate), Send(tired), Stall()), SERVES) as server:
        assert (await client.send(server.url)).status == 200
        gate.open()
        await idle_connection_is_gone(client, until)
        assert (await client.send(server.url, method="POST")).status == 200
        assert server.connections == 2


async def test_parallel_requests_have_a_connection_each_up_to_the_limit(make_client, column, until):
    client = make_client(connections_per_host=3)
    gate = Gate()
    async with ScriptedServer((ReadRequest(), Pause(gate), Send(OK), *SERVES)) as server:
        tasks = [asyncio.create_task(client.send(server.url)) for _ in range(8)]
        await until(lambda: len(server.requests) == 3)
        (pool,) = client.session.pools.values()
        assert repr(pool) == f"<OriginPool 127.0.0.1:{server.port} 0 idle of 3 open, 0 opening, 5 waiting>"
        gate.open()
        responses = await asyncio.gather(*tasks)
        assert [response.status for response in responses] == [200] * 8
        assert server.connections == 3
    waited = [response for response in responses if not column(response, "connecting")]
    assert len(waited) == 5
    assert all(column(response, "blocked") > 0 for response in waited)


async def test_waiting_for_a_connection_counts_into_the_timeout(make_client, column, until):
    client = make_client(connections_per_host=1)
    async with ScriptedServer((ReadRequest(), Stall())) as server:
        first = asyncio.create_task(client.send(server.url, timeout=5))
        await until(lambda: server.requests)
        response = await client.send(server.url, timeout=0.05)
        assert (response.error_kind, server.connections) == ("timeout", 1)
        assert response.duration >= FULL_LENGTH
        assert column(response, "blocked") >= FULL_LENGTH
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)


async def test_a_waiter_gets_the_place_of_a_connection_that_failed(make_client):
    client = make_client(connections_per_host=1)
    async with ScriptedServer((ReadRequest(), Reset()), SERVES) as server:
        first, second = await asyncio.gather(client.send(server.url), client.send(server.url))
        assert (first.error_kind, second.status) == ("connection_reset", 200)


async def test_a_waiter_gets_the_place_of_a_connection_that_could_not_be_opened(make_client):
    client = make_client(connections_per_host=1)
    responses = await asyncio.gather(*[client.send("http://nowhere.invalid/") for _ in range(3)])
    assert [response.error_kind for response in responses] == ["dns"] * 3
