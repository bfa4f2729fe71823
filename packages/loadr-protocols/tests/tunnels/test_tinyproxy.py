"""What no proxy for HTTP/1.1 understands leads through tunnels of a real one, in the clear too."""

import json
import shutil
import socket
import subprocess

import pytest
import websockets

from loadr_config.models import GrpcBlock, WsBlock
from loadr_protocols.grpc import GrpcHandler
from loadr_protocols.http import HttpHandler
from loadr_protocols.ws import WsHandler
from loadr_testing.demo_target import DemoTargetProcess
from loadr_testing.user import ProtocolUser

pytestmark = [pytest.mark.process, pytest.mark.system]

CONFIG = """
Port {port}
Listen 127.0.0.1
Allow 127.0.0.1
BasicAuth ann s3cret
LogLevel Connect
LogFile "{log}"
"""


class Proxy:
    """A tinyproxy and what it has been asked for."""

    def __init__(self, folder):
        command = shutil.which("tinyproxy", path="/usr/sbin:/usr/local/sbin:/usr/bin:/sbin")
        assert command, (
            "tinyproxy is not installed: python scripts/install_system.py test (Debian package tinyproxy-bin)"
        )
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._log = folder / "log"
        config = folder / "tinyproxy.conf"
        config.write_text(CONFIG.format(port=self.port, log=self._log))
        self._process = subprocess.Popen([command, "-d", "-c", config], stdout=subprocess.DEVNULL)
        while not self._listens():
            assert self._process.poll() is None, "tinyproxy has ended"

    def _listens(self):
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    @property
    def url(self):
        return f"http://ann:s3cret@127.0.0.1:{self.port}"

    def tunnels(self, port):
        """How often somebody has asked for a tunnel to a port."""
        return self._log.read_text().count(f"CONNECT 127.0.0.1:{port} HTTP/1.1")

    def stop(self):
        self._process.terminate()
        self._process.wait(20)


@pytest.fixture(scope="module")
def proxy(tmp_path_factory):
    running = Proxy(tmp_path_factory.mktemp("tinyproxy"))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def target():
    with DemoTargetProcess() as running:
        yield running


@pytest.fixture
def user(keep, tmp_path):
    return lambda handler, **defaults: keep(ProtocolUser(handler, tmp_path, **defaults))


async def send(user, url, **spec):
    return await user.compiled(url, timeout=30, **spec).send(user.session, user.scope)


async def _echo(session):
    async for message in session:
        await session.send(message)


async def test_a_websocket_in_the_clear(user, proxy):
    client = user(WsHandler, proxy=proxy.url)
    async with websockets.serve(_echo, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        block = WsBlock(send=("one", "two"), compression=True)
        response = await send(client, f"ws://127.0.0.1:{port}/", block=block)
    assert (response.error, response.status, response.body) == (None, 101, b"two")
    assert proxy.tunnels(port) == 1


async def test_a_proxy_that_wants_to_know_who_asks(user, proxy):
    client = user(WsHandler, proxy=f"http://127.0.0.1:{proxy.port}")
    response = await send(client, "ws://127.0.0.1:1/", block=WsBlock())
    assert (response.status, response.error_kind) == (0, "connection")
    assert (
        response.error
        == f"the proxy 127.0.0.1:{proxy.port} refused a tunnel to 127.0.0.1:1: 407 Proxy Authentication Required"
    )


async def test_grpc_in_the_clear(user, proxy, target):
    client = user(GrpcHandler, proxy=proxy.url)
    block = GrpcBlock(reflection=True, service="shop.v1.Shop", method="GetProduct", message={"id": 7})
    before = proxy.tunnels(target.port)
    response = await send(client, f"grpc://127.0.0.1:{target.port}", block=block)
    assert (response.error, json.loads(response.body)["name"]) == (None, "Product 7")
    assert proxy.tunnels(target.port) == before + 1


async def test_http_with_prior_knowledge(user, proxy, target):
    client = user(HttpHandler, proxy=proxy.url, version="http2-prior-knowledge")
    before = proxy.tunnels(target.port)
    response = await send(client, f"http://127.0.0.1:{target.port}/")
    assert response.proto == "HTTP/2"
    assert proxy.tunnels(target.port) == before + 1
