import asyncio
from contextlib import asynccontextmanager

import pytest
import websockets

from loadr_config.models import WsBlock
from loadr_core.spi import Text
from loadr_protocols.ws import WsHandler
from loadr_protocols.ws.layout import WS_LAYOUT
from loadr_testing.user import ProtocolUser


class WsClient(ProtocolUser):
    """WebSocket, as one VU uses it."""

    def __init__(self, folder, **defaults):
        super().__init__(WsHandler, folder, **defaults)

    def compile(self, url, *, timeout=5.0, headers=(), compile_text=Text.fixed, **block):
        return self.compiled(
            url,
            timeout=timeout,
            headers=headers,
            block=WsBlock.model_validate(block),
            compile_text=compile_text,
        )

    async def talk(self, url, **spec):
        return await self.compile(url, **spec).send(self.session, self.scope)


@pytest.fixture
def make_client(keep, tmp_path):
    return lambda **defaults: keep(WsClient(tmp_path, **defaults))


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
