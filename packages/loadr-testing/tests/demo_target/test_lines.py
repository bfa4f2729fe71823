"""Plain TCP and UDP on the target's port."""

import asyncio
import socket

import pytest

from loadr_testing.demo_target import DemoTarget
from loadr_testing.demo_target._lines import is_line


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"PING\r\n", True),
        (b"ECHO hello\n", True),
        (b"ECHO /path HTTP/1.1\r\nHost: h\r\n\r\n", False),
        (b"GET / HTTP/1.1\r\n", False),
        (b"PING /x HTTP/1.1\r\n", False),
        (b"PI", False),
    ],
)
def test_what_is_no_request(data, line):
    assert is_line(data) is line


async def test_lines_are_answered_however_they_come():
    async with DemoTarget() as target, asyncio.timeout(10):
        reader, writer = await asyncio.open_connection(target.host, target.port)
        writer.write(b"PING\r\nECHO a b\r\nEC")
        assert await reader.readexactly(11) == b"PONG\r\na b\r\n"
        writer.write(b"HO c\nWHAT\nQUIT\nPING\n")
        assert await reader.read() == b"c\r\nERR unknown command\r\nBYE\r\n"
        writer.close()
        await writer.wait_closed()
        assert target.connections == 1


async def test_datagrams_come_back():
    async with DemoTarget() as target:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.settimeout(10)
            client.sendto(b"\x00hello", (target.host, target.port))
            assert await asyncio.to_thread(client.recv, 100) == b"\x00hello"


async def test_a_port_whose_udp_half_is_taken_is_told():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        target = DemoTarget(port=taken.getsockname()[1])
        with pytest.raises(OSError, match="in use"):
            async with target:
                pass
