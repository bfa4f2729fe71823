"""Phases of a response against servers with a known delay at each phase (R9 of the accuracy requirements).

A phase must hold its delay, no other phase may, and the phases must add up. What a phase has beyond its delay is
the bias: it is at most what this machine was late by, so that no bound is put on it here.
"""

import asyncio
import socket

import pytest

from loadr_protocols.http import resolving
from loadr_protocols.http.layout import HTTP_LAYOUT
from loadr_testing.servers import LoopbackAuthority, LoopbackServer, ReadRequest, ScriptedServer, Send, Stall

DELAY = 0.25
BODY = b"x" * 30_000_000
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
# Timers of an event loop may be this much early.
GRAIN = 0.002


class Between(LoopbackServer):
    """A relay in front of a server that keeps the bytes of a connection for a while."""

    def __init__(self, port, *, first=0.0, upstream=0.0, response=0.0, last=0.0, tunnel=False):
        super().__init__(read_ahead=16_384, receive_buffer=16_384)
        self.port_behind = port
        self.first = first  # before anything is relayed to the server
        self.upstream = upstream  # before the request's body is read
        self.response = response  # before the response is relayed
        self.last = last  # before the response's last byte is relayed
        self.tunnel = tunnel

    async def serve(self, _, reader, writer):
        behind = None
        try:
            if self.tunnel:
                await reader.readuntil(b"\r\n\r\n")
                await asyncio.sleep(self.first)
                writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            data = await reader.read(16_384)
            await asyncio.sleep(0.0 if self.tunnel else self.first)
            behind_reader, behind = await asyncio.open_connection("127.0.0.1", self.port_behind)
            behind.write(data)
            await asyncio.sleep(self.upstream)
            await asyncio.gather(self._up(reader, behind), self._down(behind_reader, writer))
        finally:
            for each in (writer, behind):
                if each is not None:
                    each.close()

    async def _up(self, reader, behind):
        while data := await reader.read(1 << 20):
            behind.write(data)
            await behind.drain()

    async def _down(self, reader, writer):
        while data := await reader.read(1 << 20):
            await asyncio.sleep(self.response)
            if self.last:
                writer.write(data[:-1])
                await asyncio.sleep(self.last)
                data = data[-1:]
            writer.write(data)


def phases(response):
    row = dict(zip(HTTP_LAYOUT.columns, response.row, strict=True))
    return {
        "looking_up": row["looking_up"],
        "connecting": row["connecting"],
        "tls": row["tls"],
        "sending": row["sent"] - row["start"],
        "waiting": row["first"] - row["sent"],
        "receiving": row["end"] - row["first"],
    }


@pytest.fixture
def holds(column):
    def check(response, phase):
        assert response.body == b"ok"
        found = phases(response)
        assert found[phase] >= DELAY - GRAIN, found
        assert max(found, key=found.__getitem__) == phase, found
        exchange = found["sending"] + found["waiting"] + found["receiving"]
        assert response.duration == pytest.approx(exchange, abs=1e-9)
        opening = found["looking_up"] + found["connecting"] + found["tls"]
        assert column(response, "blocked") >= opening - 1e-9

    return check


@pytest.fixture
async def server():
    async with ScriptedServer((ReadRequest(), Send(OK), Stall())) as server:
        yield server


async def test_looking_up(client, server, holds, monkeypatch):
    async def slow(host):
        await asyncio.sleep(DELAY)
        return [(socket.AF_INET, ("127.0.0.1", 0))]

    monkeypatch.setattr(resolving, "_system_addresses", slow)
    holds(await client.send(f"http://slow.test:{server.port}/"), "looking_up")


async def test_connecting_through_a_slow_proxy(make_client, holds, tmp_path):
    authority = LoopbackAuthority()
    authority.write_ca_file(tmp_path)
    script = (ReadRequest(), Send(OK), Stall())
    async with (
        ScriptedServer(script, ssl_context=authority.server_context()) as server,
        Between(server.port, first=DELAY, tunnel=True) as proxy,
    ):
        client = make_client(
            tmp_path, proxy=f"http://127.0.0.1:{proxy.port}", tls={"ca_file": "ca.pem"}, version="http1"
        )
        holds(await client.send(server.url), "connecting")


async def test_tls(make_client, holds, tmp_path):
    authority = LoopbackAuthority()
    authority.write_ca_file(tmp_path)
    script = (ReadRequest(), Send(OK), Stall())
    async with (
        ScriptedServer(script, ssl_context=authority.server_context()) as server,
        Between(server.port, first=DELAY) as relay,
    ):
        client = make_client(tmp_path, tls={"ca_file": "ca.pem"}, version="http1")
        holds(await client.send(f"https://127.0.0.1:{relay.port}/"), "tls")


async def test_sending(client, server, holds):
    async with Between(server.port, upstream=DELAY) as relay:
        holds(await client.send(f"http://127.0.0.1:{relay.port}/", body=BODY, timeout=30), "sending")


async def test_waiting(client, server, holds):
    async with Between(server.port, response=DELAY) as relay:
        holds(await client.send(f"http://127.0.0.1:{relay.port}/"), "waiting")


async def test_receiving(client, server, holds):
    async with Between(server.port, last=DELAY) as relay:
        holds(await client.send(f"http://127.0.0.1:{relay.port}/"), "receiving")
