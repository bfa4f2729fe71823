import asyncio
from contextlib import asynccontextmanager

import pytest
import websockets

from loadr_config.models import HttpDefaults, WsBlock
from loadr_core.clock import SystemClock
from loadr_core.cookies import CookieJar
from loadr_core.spi import HandlerContext, RequestSpec, Scope, Text, VuContext
from loadr_protocols.ws import WsHandler
from loadr_protocols.ws.layout import WS_LAYOUT


class WsClient:
    """A handler with one VU's session, as the engine would drive it."""

    def __init__(self, folder, **defaults):
        context = HandlerContext(SystemClock(), HttpDefaults.model_validate(defaults), folder)
        self.handler = WsHandler(context)
        self.session = self.handler.open_session(VuContext(1, "test"))
        self.scope = Scope(VuContext(1, "test"), cookies=CookieJar())

    def compile(self, url, *, timeout=5.0, headers=(), compile_text=Text.fixed, **block):
        return self.handler.compile(
            RequestSpec(
                name=Text.fixed("test"),
                method=None,
                url=Text.fixed(url),
                headers=tuple((name, Text.fixed(value)) for name, value in headers),
                timeout=timeout,
                block=WsBlock.model_validate(block),
                compile_text=compile_text,
            )
        )

    async def talk(self, url, **spec):
        return await self.compile(url, **spec).send(self.session, self.scope)

    async def close(self):
        await self.session.close()
        await self.handler.close()


@pytest.fixture
async def make_client(tmp_path):
    clients = []

    def make(**defaults):
        clients.append(WsClient(tmp_path, **defaults))
        return clients[-1]

    yield make
    for client in clients:
        await client.close()
        assert client.session.open_connections == 0


@pytest.fixture
def client(make_client):
    return make_client()


class Served:
    """A server of the library websockets, and what it has seen."""

    def __init__(self):
        self.url = ""
        self.sessions = []
        self.closings = []


@pytest.fixture
def serve():
    """Runs a server of the library websockets; each connection is a call of `talk(connection)`."""

    @asynccontextmanager
    async def running(talk, **options):
        served = Served()

        async def handle(connection):
            served.sessions.append(connection)
            try:
                await talk(connection)
                await connection.wait_closed()
            except websockets.ConnectionClosed:
                pass
            finally:
                served.closings.append((connection.close_code, connection.close_reason))

        async with websockets.serve(handle, "127.0.0.1", 0, **options) as server:
            scheme = "ws" if options.get("ssl") is None else "wss"
            served.url = f"{scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
            async with asyncio.timeout(20):
                yield served

    return running


async def _echo(connection):
    async for message in connection:
        await connection.send(message)


@pytest.fixture
def echo(serve):
    """Runs a server that sends every message back."""
    return lambda **options: serve(_echo, **options)


@pytest.fixture
def row():
    """A response's row by the names of its columns."""
    return lambda response: dict(zip(WS_LAYOUT.columns, response.row, strict=True))


@pytest.fixture
def times():
    """The times that a response's samples have measured, by metric."""

    def read(response):
        found = {}
        for sample in response.further:
            start, end = sample.row[:2]
            found.setdefault(sample.layout.name, []).append(end - start)
        return found

    return read
