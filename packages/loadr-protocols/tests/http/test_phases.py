"""Phases of a response against servers with a known delay at each phase (R9 of the accuracy requirements)."""

import asyncio
import socket

import pytest

from loadr_protocols.http import resolving
from loadr_testing.servers import LoopbackAuthority, LoopbackServer, ReadRequest, ScriptedServer, Send, Stall

BODY = b"x" * 30_000_000
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"
SCRIPT = (ReadRequest(), Send(HEAD + b"ok"), Stall())


class Between(LoopbackServer):
    """A relay in front of a server that takes its time before it relays anything."""

    def __init__(self, port, delay, *, tunnel=False):
        super().__init__()
        self.port_behind = port
        self.delay = delay
        self.tunnel = tunnel

    async def serve(self, _, reader, writer):
        behind = None
        try:
            if self.tunnel:
                await reader.readuntil(b"\r\n\r\n")
            await asyncio.sleep(self.delay)
            if self.tunnel:
                writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            behind_reader, behind = await asyncio.open_connection("127.0.0.1", self.port_behind)
            await asyncio.gather(self._relay(reader, behind), self._relay(behind_reader, writer))
        finally:
            for each in (writer, behind):
                if each is not None:
                    each.close()

    async def _relay(self, reader, writer):
        while data := await reader.read(1 << 20):
            writer.write(data)
            await writer.drain()


class Slow(LoopbackServer):
    """Takes its time in one phase of an exchange."""

    def __init__(self, phase, delay, ssl_context):
        super().__init__(read_ahead=16_384, receive_buffer=16_384, ssl_context=ssl_context)
        self.phase = phase
        self.delay = delay

    async def serve(self, _, reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        await self._be_slow("sending")
        if b"Content-Length:" in head:
            await reader.readexactly(len(BODY))
        await self._be_slow("waiting")
        writer.write(HEAD + b"o")
        await writer.drain()
        await self._be_slow("receiving")
        writer.write(b"k")
        await reader.read()
        writer.close()

    async def _be_slow(self, phase):
        if phase == self.phase:
            await asyncio.sleep(self.delay)


@pytest.fixture
def authority(tmp_path):
    authority = LoopbackAuthority()
    authority.write_ca_file(tmp_path)
    return authority


async def test_looking_up(client, holds, delay, monkeypatch):
    async def slow(host):
        await asyncio.sleep(delay)
        return [(socket.AF_INET, ("127.0.0.1", 0))]

    monkeypatch.setattr(resolving, "_system_addresses", slow)
    async with ScriptedServer(SCRIPT) as server:
        holds(await client.send(f"http://slow.test:{server.port}/"), "looking_up")


async def test_connecting_through_a_slow_proxy(make_client, holds, delay, authority):
    async with (
        ScriptedServer(SCRIPT, ssl_context=authority.server_context()) as server,
        Between(server.port, delay, tunnel=True) as proxy,
    ):
        client = make_client(
            proxy=f"http://127.0.0.1:{proxy.port}", tls={"ca_file": "ca.pem"}, version="http1"
        )
        holds(await client.send(server.url), "connecting")


async def test_tls(make_client, holds, delay, authority):
    async with (
        ScriptedServer(SCRIPT, ssl_context=authority.server_context()) as server,
        Between(server.port, delay) as relay,
    ):
        client = make_client(tls={"ca_file": "ca.pem"}, version="http1")
        holds(await client.send(f"https://127.0.0.1:{relay.port}/"), "tls")


@pytest.mark.parametrize("secure", [False, True], ids=["clear", "TLS"])
@pytest.mark.parametrize(("phase", "body"), [("sending", BODY), ("waiting", None), ("receiving", None)])
async def test_the_exchange(make_client, holds, delay, authority, phase, body, secure):
    client = make_client(tls={"ca_file": "ca.pem"}, version="http1")
    async with Slow(phase, delay, authority.server_context() if secure else None) as server:
        holds(await client.send(server.url, body=body, timeout=30), phase)
