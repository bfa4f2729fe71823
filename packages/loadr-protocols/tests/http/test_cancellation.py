"""An interrupted iteration leaves nothing behind: no connection in an unknown state, no task, no socket."""

import asyncio

import pytest

from loadr_testing.servers import (
    BlackHole,
    Gate,
    Pause,
    ReadHead,
    ReadRequest,
    ScriptedServer,
    Send,
    Stall,
    full_backlog,
)

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
ONE = (ReadRequest(), Send(OK))


async def cancel(task):
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_while_waiting_for_the_response(client):
    gate = Gate()
    async with ScriptedServer((*ONE, ReadHead(), Pause(gate), Send(OK), Stall()), (*ONE, Stall())) as server:
        assert (await client.send(server.url)).status == 200
        sending = asyncio.create_task(client.send(server.url))
        await gate.reached()
        await cancel(sending)
        assert client.session.open_connections == 0
        gate.open()
        # The late response to the interrupted request is never taken for the next one's.
        assert (await client.send(server.url)).status == 200
        assert server.connections == 2


async def test_while_a_new_connection_waits_for_its_response(client, until):
    async with ScriptedServer((ReadHead(), Stall())) as server:
        sending = asyncio.create_task(client.send(server.url))
        await until(lambda: server.requests)
        await cancel(sending)
        assert client.session.open_connections == 0


async def test_while_connecting(client, until):
    with full_backlog() as port:
        sending = asyncio.create_task(client.send(f"http://127.0.0.1:{port}/"))
        await until(lambda: client.session.pools)
        await cancel(sending)
    (pool,) = client.session.pools.values()
    assert repr(pool).endswith("0 idle of 0 open, 0 opening, 0 waiting>")


async def test_while_shaking_hands(client, until):
    async with BlackHole() as server:
        sending = asyncio.create_task(client.send(f"https://127.0.0.1:{server.port}/"))
        await until(lambda: server.connections)
        await cancel(sending)
        assert client.session.open_connections == 0
        await until(lambda: all(conversation.done() for conversation in server._conversations))


async def test_while_waiting_for_a_connection(make_client):
    client = make_client(connections_per_host=1)
    gate = Gate()
    async with ScriptedServer((ReadHead(), Pause(gate), Send(OK), *ONE, *ONE, Stall())) as server:
        first, second, third = [asyncio.create_task(client.send(server.url)) for _ in range(3)]
        await gate.reached()
        await cancel(second)
        gate.open()
        assert [(await task).status for task in (first, third)] == [200, 200]
        assert server.connections == 1


async def test_a_waiter_cancelled_in_the_moment_of_its_turn_passes_it_on(make_client):
    client = make_client(connections_per_host=1)
    gate = Gate()
    async with ScriptedServer((ReadHead(), Pause(gate), Send(OK), *ONE, *ONE, Stall())) as server:
        first, second, third = [asyncio.create_task(client.send(server.url)) for _ in range(3)]
        await gate.reached()
        (pool,) = client.session.pools.values()
        turn = pool._waiters[0]
        turn.add_done_callback(lambda _: second.cancel())
        gate.open()
        with pytest.raises(asyncio.CancelledError):
            await second
        assert [(await task).status for task in (first, third)] == [200, 200]


async def test_after_the_response_has_come_the_connection_is_kept(client, until):
    async with ScriptedServer((*ONE, ReadHead(), *ONE, Stall())) as server:
        assert (await client.send(server.url)).status == 200
        (pool,) = client.session.pools.values()
        (connection,) = pool.idle
        sending = asyncio.create_task(client.send(server.url))
        await until(lambda: len(server.requests) == 2)
        connection.data_received(OK)
        await cancel(sending)
        assert pool.idle == [connection]
        assert (await client.send(server.url)).status == 200
        assert server.connections == 1


async def test_closing_the_session_fails_what_is_under_way(client, until):
    async with ScriptedServer((ReadHead(), Stall())) as server:
        sending = asyncio.create_task(client.send(server.url))
        await until(lambda: server.requests)
        await client.session.close()
        assert (await sending).error_kind == "connection"
        assert client.session.open_connections == 0


async def test_closing_the_session_closes_idle_connections(client, until):
    async with ScriptedServer((*ONE, Stall())) as server:
        await client.send(server.url)
        await client.session.close()
        await until(lambda: all(conversation.done() for conversation in server._conversations))
        assert client.session.open_connections == 0
        assert repr(client.handler) == "<HttpHandler <DeadlineSweeper 0 watched, every 1 s>>"
