import asyncio
import sys

import pytest

from loadr_testing.servers import BlackHole, full_backlog, refused_port


async def test_refused():
    with refused_port() as port, pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)


async def test_a_black_hole_accepts_and_says_nothing():
    async with BlackHole() as hole:
        reader, writer = await asyncio.open_connection(hole.host, hole.port)
        writer.write(b"GET / HTTP/1.1\r\n\r\n")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(), 0.05)
        writer.close()
        await writer.wait_closed()
        assert hole.connections == 1


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse when the queue is full")
async def test_a_full_backlog_neither_accepts_nor_refuses():
    with full_backlog() as port:
        for _ in range(3):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(asyncio.open_connection("127.0.0.1", port), 0.05)
