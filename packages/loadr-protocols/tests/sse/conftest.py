import pytest

from loadr_config.models import SseBlock
from loadr_protocols.sse import SseHandler
from loadr_protocols.sse.layout import SSE_LAYOUT
from loadr_testing.user import ProtocolUser


class SseClient(ProtocolUser):
    """Server-sent events, as one VU uses them."""

    def __init__(self, folder, clock=None, **defaults):
        super().__init__(SseHandler, folder, clock, **defaults)

    def compile(self, url, *, timeout=5.0, method=None, body=None, headers=(), **block):
        return self.compiled(
            url,
            method=method,
            headers=headers,
            timeout=timeout,
            body=body,
            block=SseBlock.model_validate(block),
        )

    async def listen(self, url, **spec):
        return await self.compile(url, **spec).send(self.session, self.scope)


@pytest.fixture
def make_client(keep, tmp_path):
    return lambda clock=None, **defaults: keep(SseClient(tmp_path, clock, **defaults), has_connections=False)


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
