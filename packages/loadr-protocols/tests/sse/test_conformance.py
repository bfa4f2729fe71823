"""Server-sent events pass the suite that plugin authors run."""

import pytest

from loadr_protocols.sse import SseHandler
from loadr_testing.conformance import ProtocolConformance
from loadr_testing.demo_target import DemoTargetProcess
from loadr_testing.servers import refused_port


@pytest.fixture(scope="module")
def servers():
    with DemoTargetProcess() as target, refused_port() as port:
        yield f"{target.url}/events?count=2&interval_ms=1", f"http://127.0.0.1:{port}/"


class TestSse(ProtocolConformance):
    handler_class = SseHandler

    @pytest.fixture(autouse=True)
    def _servers(self, servers):
        self.live, self.dead = servers

    def url(self):
        return self.live

    def dead_url(self):
        return self.dead
