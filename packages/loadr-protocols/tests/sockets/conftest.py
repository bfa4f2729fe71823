import asyncio

import pytest

from loadr_config.models import HttpDefaults, SocketBlock
from loadr_core.clock import SystemClock
from loadr_core.spi import HandlerContext, RequestSpec, Scope, Text, VuContext
from loadr_protocols.sockets import TcpHandler, UdpHandler

HANDLERS = {"tcp": TcpHandler, "tls": TcpHandler, "udp": UdpHandler}


class SocketClient:
    """A handler with one VU's session, as the engine would drive it."""

    def __init__(self, handler, folder, **defaults):
        self.handler = handler(HandlerContext(SystemClock(), HttpDefaults.model_validate(defaults), folder))
        self.session = self.handler.open_session(VuContext(1, "test"))
        self.scope = Scope(VuContext(1, "test"))

    def compile(self, url, *, timeout=5.0, compile_text=Text.fixed, body=None, **block):
        return self.handler.compile(
            RequestSpec(
                name=Text.fixed("test"),
                method=None,
                url=url if isinstance(url, Text) else Text.fixed(url),
                timeout=timeout,
                body=body,
                block=SocketBlock.model_validate(block),
                compile_text=compile_text,
            )
        )

    async def send(self, url, **block):
        return await self.compile(url, **block).send(self.session, self.scope)

    async def close(self):
        await self.session.close()
        await self.handler.close()


@pytest.fixture
async def make_client(tmp_path):
    clients = []

    def make(scheme, **defaults):
        clients.append(SocketClient(HANDLERS[scheme], tmp_path, **defaults))
        return clients[-1]

    yield make
    for client in clients:
        await client.close()
        assert client.session.open_connections == 0


@pytest.fixture
def tcp(make_client):
    return make_client("tcp")


@pytest.fixture
def udp(make_client):
    return make_client("udp")


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
