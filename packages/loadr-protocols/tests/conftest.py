import asyncio
import sys

import pytest

from loadr_core.spi import Payload
from loadr_protocols.http import HttpHandler
from loadr_protocols.http.layout import HTTP_LAYOUT
from loadr_testing.servers import LoopbackServer
from loadr_testing.user import ProtocolUser, as_text


def pytest_asyncio_loop_factories():
    """Every test that awaits runs on both event loops: they differ in when they write and read."""
    factories = {"asyncio": asyncio.new_event_loop}
    if sys.platform != "win32":
        import uvloop  # noqa: PLC0415

        factories["uvloop"] = uvloop.new_event_loop
    return factories


class Client(ProtocolUser):
    """HTTP, as one VU uses it."""

    def __init__(self, folder, **defaults):
        super().__init__(HttpHandler, folder, **defaults)

    def compile(self, url, *, body=None, params=(), **rest):
        return self.compiled(
            url,
            params=tuple((name, as_text(value)) for name, value in params),
            body=Payload.fixed(body) if isinstance(body, bytes) else body,
            **rest,
        )

    async def send(self, url, **spec):
        return await self.compile(url, **spec).send(self.session, self.scope)


@pytest.fixture
async def keep():
    """Takes clients, and closes them at the end of a test.

    No connection of a session that has some of its own (a stream of events closes its own) may be left open then.
    """
    clients = []

    def keeping(client, *, has_connections=True):
        clients.append((client, has_connections))
        return client

    yield keeping
    for client, has_connections in clients:
        await client.close()
        assert not (has_connections and client.session.open_connections)


@pytest.fixture
def make_client(keep, tmp_path):
    """Makes clients of the protocol that a folder of tests is about; HTTP unless it says otherwise."""
    return lambda folder=tmp_path, **defaults: keep(Client(folder, **defaults))


@pytest.fixture
def client(make_client):
    return make_client()


class Tunnels(LoopbackServer):
    """A proxy that opens tunnels, for the few lines that a real one takes."""

    def __init__(self, answer=b"HTTP/1.1 200 OK\r\n\r\n"):
        super().__init__()
        self._answer = answer
        self.heads = []

    async def serve(self, _, reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        self.heads.append(head)
        host, _, port = head.split(b" ")[1].decode().rpartition(":")
        target_reader, target_writer = await asyncio.open_connection(host, int(port))
        writer.write(self._answer)
        await asyncio.gather(self._copy(reader, target_writer), self._copy(target_reader, writer))

    async def _copy(self, reader, writer):
        try:
            while data := await reader.read(65_536):
                writer.write(data)
        finally:
            writer.close()


@pytest.fixture
def tunnels():
    """Makes proxies that open tunnels."""
    return Tunnels


@pytest.fixture
def column():
    """Reads a column of a response's row by its name."""

    def read(response, name):
        return response.row[HTTP_LAYOUT.index(name)]

    return read


@pytest.fixture
def delay():
    """How long a slow server takes for the phase that a test looks at, seconds."""
    return 0.25


@pytest.fixture
def holds(column, delay):
    """Checks that a phase holds the delay, that no other phase is longer, and that the phases add up.

    What a phase has beyond its delay is the bias: at most what this machine was late by, so that no bound is put
    on it. Nor has it all of it: the loop that client and server share may be late for its beginning.
    """

    def check(response, phase):
        assert response.body == b"ok"
        found = {
            "looking_up": column(response, "looking_up"),
            "connecting": column(response, "connecting"),
            "tls": column(response, "tls"),
            "sending": column(response, "sent") - column(response, "start"),
            "waiting": column(response, "first") - column(response, "sent"),
            "receiving": column(response, "end") - column(response, "first"),
        }
        assert found[phase] >= delay / 2, found
        assert max(found, key=found.__getitem__) == phase, found
        exchange = found["sending"] + found["waiting"] + found["receiving"]
        assert response.duration == pytest.approx(exchange, abs=1e-9)
        opening = found["looking_up"] + found["connecting"] + found["tls"]
        assert column(response, "blocked") >= opening - 1e-9

    return check


@pytest.fixture
def until():
    """Waits, turn by turn of the loop, for what has no event: the state of a server or a pool."""

    async def wait(condition):
        async with asyncio.timeout(20):
            while not condition():  # noqa: ASYNC110
                await asyncio.sleep(0)

    return wait
