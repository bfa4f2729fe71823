import asyncio
from contextlib import suppress

import pytest

from loadr_testing.servers import (
    Close,
    Gate,
    HalfClose,
    Pause,
    ReadBytes,
    ReadHead,
    ReadRequest,
    RecordedRequest,
    Reset,
    ScriptedServer,
    Send,
    SendInPieces,
    Stall,
)

HEAD = b"GET / HTTP/1.1\r\nHost: h\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


async def exchange(server: ScriptedServer, data: bytes) -> bytes:
    reader, writer = await asyncio.open_connection(server.host, server.port)
    try:
        writer.write(data)
        async with asyncio.timeout(10):
            return await reader.read()
    finally:
        writer.transport.abort()


async def test_plays_a_script_and_records_what_it_read():
    async with ScriptedServer([ReadHead(), Send(OK), Close()]) as server:
        assert await exchange(server, HEAD) == OK
        assert server.requests == [RecordedRequest(0, HEAD)]
        assert repr(server) == f"<ScriptedServer at 127.0.0.1:{server.port}, 1 connections, 1 requests>"
    assert repr(server) == "<ScriptedServer closed, 1 connections, 1 requests>"


async def test_each_connection_its_script_and_the_last_for_all_others():
    async with ScriptedServer([Send(b"a")], [Send(b"b")]) as server:
        assert [await exchange(server, b"") for _ in range(3)] == [b"a", b"b", b"b"]
        assert server.connections == 3


@pytest.mark.parametrize(
    ("head", "body"),
    [
        pytest.param(HEAD, b"", id="no-body"),
        pytest.param(b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\n", b"abc", id="content-length"),
        pytest.param(
            b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"2;x=y\r\nab\r\n1\r\nc\r\n0\r\nT: u\r\n\r\n",
            id="chunked",
        ),
    ],
)
async def test_reads_whole_requests(head, body):
    async with ScriptedServer([ReadRequest(), ReadRequest(), Send(OK)]) as server:
        assert await exchange(server, (head + body) * 2) == OK
        assert server.requests == [RecordedRequest(0, head, body)] * 2


async def test_reads_so_many_bytes():
    async with ScriptedServer([ReadBytes(3), Send(b"x")]) as server:
        assert await exchange(server, b"abc") == b"x"
        assert server.requests == [RecordedRequest(0, b"abc")]


async def test_sends_in_pieces():
    async with ScriptedServer([SendInPieces(OK, 1), SendInPieces(b"abcde", 2, interval=0.001)]) as server:
        assert await exchange(server, b"") == OK + b"abcde"


async def test_waits_at_a_gate():
    gate = Gate()
    assert repr(gate) == "<Gate shut, not reached>"
    async with ScriptedServer([ReadHead(), Send(b"a"), Pause(gate), Send(b"b")]) as server:
        reader, writer = await asyncio.open_connection(server.host, server.port)
        writer.write(HEAD)
        await gate.reached()
        assert await reader.read(10) == b"a"
        gate.open()
        assert repr(gate) == "<Gate open, reached>"
        assert await reader.read() == b"b"
        writer.close()
        await writer.wait_closed()


async def test_half_closes_and_reads_on():
    gate = Gate()
    async with ScriptedServer([Send(b"a"), HalfClose(), ReadBytes(1), Pause(gate)]) as server:
        reader, writer = await asyncio.open_connection(server.host, server.port)
        assert await reader.read() == b"a"
        writer.write(b"z")
        await gate.reached()
        writer.close()
        await writer.wait_closed()
        assert server.requests[0].head == b"z"


async def test_resets():
    async with ScriptedServer([ReadHead(), Reset()]) as server:
        with pytest.raises(ConnectionResetError):
            await exchange(server, HEAD)


async def test_a_client_that_leaves_early_is_counted():
    async with ScriptedServer([ReadHead(), Send(OK)]) as server:
        reader, writer = await asyncio.open_connection(server.host, server.port)
        writer.write(HEAD[:5])
        writer.write_eof()
        assert await reader.read() == b""
        assert server.left_early == 1
        writer.close()
        await writer.wait_closed()


async def test_leaving_ends_connections_that_stall():
    gate = Gate()
    gate.open()
    async with ScriptedServer([ReadBytes(6), Pause(gate), Stall()]) as server:
        reader, writer = await asyncio.open_connection(server.host, server.port)
        writer.write(b"hello?")
        await gate.reached()
    with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
        await reader.readexactly(1)
    writer.transport.abort()


async def test_a_script_that_cannot_be_played_is_raised_at_the_end():
    server = ScriptedServer([ReadHead()], read_ahead=10)
    await server.__aenter__()
    with suppress(ConnectionResetError):
        assert await exchange(server, b"x" * 100) == b""
    with pytest.raises(asyncio.LimitOverrunError):
        await server.__aexit__(None, None, None)


def test_needs_a_script():
    with pytest.raises(ValueError, match="at least one script"):
        ScriptedServer()
