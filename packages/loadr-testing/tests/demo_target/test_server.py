import asyncio
import ssl

import pytest

from loadr_testing.demo_target import DemoTarget
from loadr_testing.servers import LoopbackAuthority

REQUEST = b"GET /health HTTP/1.1\r\nConnection: close\r\n\r\n"


async def test_tells_its_state():
    target = DemoTarget()
    assert repr(target) == "<DemoTarget closed, 0 requests, 0 connections open>"
    async with target:
        assert target.url == f"http://127.0.0.1:{target.port}"
        reader, writer = await asyncio.open_connection(target.host, target.port)
        writer.write(REQUEST)
        await reader.read()
        assert repr(target) == f"<DemoTarget {target.url}, 1 requests, 1 connections open>"
        writer.close()
        await writer.wait_closed()
    assert repr(target) == "<DemoTarget closed, 1 requests, 0 connections open>"


async def test_nobody_listens_afterwards():
    async with DemoTarget() as target:
        pass
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection(target.host, target.port)


async def test_tls():
    authority = LoopbackAuthority()
    async with DemoTarget(ssl_context=authority.server_context()) as target:
        assert target.url.startswith("https://")
        reader, writer = await asyncio.open_connection(
            target.host, target.port, ssl=authority.client_context()
        )
        writer.write(REQUEST)
        assert (await reader.read()).endswith(b'{"status": "ok"}')
        writer.close()
        await writer.wait_closed()


async def test_ipv6_address_in_the_url():
    target = DemoTarget("::1", 8080)
    assert target.url == "http://[::1]:8080"


async def test_a_failed_handshake_is_no_connection():
    authority = LoopbackAuthority()
    async with DemoTarget(ssl_context=authority.server_context()) as target:
        with pytest.raises(ssl.SSLCertVerificationError):
            await asyncio.open_connection(target.host, target.port, ssl=ssl.create_default_context())
        reader, writer = await asyncio.open_connection(
            target.host, target.port, ssl=authority.client_context(), server_hostname="localhost"
        )
        writer.write(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert (await reader.read()).startswith(b"HTTP/1.1 200 ")
        writer.close()
        await writer.wait_closed()
        assert (target.requests, target.connections) == (1, 1)
