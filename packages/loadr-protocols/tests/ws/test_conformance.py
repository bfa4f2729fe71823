"""WebSocket passes the suite that plugin authors run."""

from dataclasses import replace

import pytest

from loadr_config.models import WsBlock
from loadr_protocols.ws import WsHandler
from loadr_testing.conformance import ProtocolConformance
from loadr_testing.demo_target import DemoTargetProcess
from loadr_testing.servers import refused_port


@pytest.fixture(scope="module")
def servers():
    with DemoTargetProcess() as target, refused_port() as port:
        yield f"{target.url}/ws".replace("http", "ws"), f"ws://127.0.0.1:{port}/"


class TestWs(ProtocolConformance):
    handler_class = WsHandler

    @pytest.fixture(autouse=True)
    def _servers(self, servers):
        self.live, self.dead = servers

    def spec(self, url):
        return replace(super().spec(url), block=WsBlock(send=("hello",), session="s"))

    def url(self):
        return self.live

    def dead_url(self):
        return self.dead
