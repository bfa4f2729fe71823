import asyncio

import pytest

from loadr_config.models import SocketBlock
from loadr_core.spi import Text
from loadr_protocols.sockets import TcpHandler, UdpHandler
from loadr_protocols.sockets.layout import TCP_LAYOUT
from loadr_testing.user import ProtocolUser

HANDLERS = {"tcp": TcpHandler, "tls": TcpHandler, "udp": UdpHandler}


class SocketClient(ProtocolUser):
    """TCP or UDP, as one VU uses it."""

    def compile(self, url, *, timeout=5.0, compile_text=Text.fixed, body=None, **block):
        return self.compiled(
            url,
            timeout=timeout,
            body=body,
            block=SocketBlock.model_validate(block),
            compile_text=compile_text,
        )

    async def send(self, url, **block):
        return await self.compile(url, **block).send(self.session, self.scope)


@pytest.fixture
def make_client(keep, tmp_path):
    return lambda scheme, **defaults: keep(SocketClient(HANDLERS[scheme], tmp_path, **defaults))


@pytest.fixture
def tcp(make_client):
    return make_client("tcp")


@pytest.fixture
def udp(make_client):
    return make_client("udp")


@pytest.fixture
def row():
    """A response's row by the names of its columns."""
    return lambda response: dict(zip(TCP_LAYOUT.columns, response.row, strict=True))


class Datagrams(asyncio.DatagramProtocol):
    """A UDP server that answers each datagram with those that a function makes of it."""

    def __init__(self, answer):
        self._answer = answer
        self.received = []
        self.senders = []

    async def __aenter__(self):
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, ("127.0.0.1", 0))
        self.port = self._transport.get_extra_info("sockname")[1]
        self.url = f"udp://127.0.0.1:{self.port}"
        return self

    async def __aexit__(self, *_):
        self._transport.abort()

    def connection_made(self, transport):
        self._transport = transport

    def datagram_received(self, data, addr):
        self.received.append(data)
        self.senders.append(addr)
        for datagram in self._answer(data):
            self._transport.sendto(datagram, addr)


@pytest.fixture
def datagrams():
    """Makes UDP servers."""
    return Datagrams
