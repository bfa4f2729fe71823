"""The target's WebSocket service."""

import asyncio

import pytest
from websockets.asyncio.client import connect

from loadr_testing.demo_target import DemoTarget


@pytest.mark.parametrize("compression", [None, "deflate"])
async def test_every_message_comes_back(compression):
    async with DemoTarget() as target, asyncio.timeout(10):
        url = f"ws://{target.host}:{target.port}/ws?x=1"
        async with connect(url, compression=compression) as client:
            for message in ("hello", b"\x00\xff", "x" * 100_000):
                await client.send(message)
                assert await client.recv() == message
            await client.send(["in ", "pieces"])
            assert await client.recv() == "in pieces"
        assert client.close_code == 1000


async def test_without_an_upgrade_it_is_a_path_like_others():
    async with DemoTarget() as target, asyncio.timeout(10):
        reader, writer = await asyncio.open_connection(target.host, target.port)
        writer.write(b"GET /ws HTTP/1.1\r\nConnection: close\r\n\r\n")
        assert (await reader.read()).startswith(b"HTTP/1.1 404")
        writer.close()
        await writer.wait_closed()
