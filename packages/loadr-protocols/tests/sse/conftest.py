import pytest

from loadr_config.models import HttpDefaults, SseBlock
from loadr_core.clock import SystemClock
from loadr_core.cookies import CookieJar
from loadr_core.spi import HandlerContext, RequestSpec, Scope, Text, VuContext
from loadr_protocols.sse import SseHandler
from loadr_protocols.sse.layout import SSE_LAYOUT


class SseClient:
    """A handler with one VU's session, as the engine would drive it."""

    def __init__(self, folder, clock, **defaults):
        self.handler = SseHandler(HandlerContext(clock, HttpDefaults.model_validate(defaults), folder))
        self.session = self.handler.open_session(VuContext(1, "test"))
        self.scope = Scope(VuContext(1, "test"), cookies=CookieJar())

    def compile(self, url, *, timeout=5.0, method=None, body=None, headers=(), **block):
        return self.handler.compile(
            RequestSpec(
                name=Text.fixed("test"),
                method=method,
                url=Text.fixed(url),
                headers=tuple((name, Text.fixed(value)) for name, value in headers),
                timeout=timeout,
                body=body,
                block=SseBlock.model_validate(block),
            )
        )

    async def listen(self, url, **spec):
        return await self.compile(url, **spec).send(self.session, self.scope)


@pytest.fixture
async def make_client(tmp_path):
    clients = []

    def make(clock=None, **defaults):
        clients.append(SseClient(tmp_path, clock or SystemClock(), **defaults))
        return clients[-1]

    yield make
    for client in clients:
        await client.session.close()
        await client.handler.close()


@pytest.fixture
def client(make_client):
    return make_client()


@pytest.fixture
def times():
    """The samples of a response by the name of their layout: the seconds or numbers measured."""

    def read(response):
        found = {}
        for sample in response.further:
            (trend,) = sample.layout.trends if len(sample.layout.trends) == 1 else (None,)
            if trend is not None:
                end = sample.row[sample.layout.index(trend.end)]
                start = 0.0 if trend.start is None else sample.row[sample.layout.index(trend.start)]
                found.setdefault(trend.metric, []).append(end - start)
        return found

    return read


@pytest.fixture
def events_of():
    """How many events a response's row counts."""
    return lambda response: response.row[SSE_LAYOUT.index("events")]
