"""A real server that remembers what it was asked, and plans that are run against it as users write them."""

import asyncio
import gzip
import json
import os
import ssl
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from ruamel.yaml import YAML

from loadr_config import load_plan
from loadr_core.clock import SystemClock
from loadr_core.coordinator.preparation import Preparation
from loadr_core.coordinator.request import RunRequest
from loadr_core.engine import Engine
from loadr_core.metrics import Aggregator, View
from loadr_core.recording import Recorder
from loadr_core.segments import Segment
from loadr_core.thresholds import view_of
from loadr_testing.servers import LoopbackAuthority

TEXT = "The quick brown fox jumps over the lazy dog.\n" * 100
PAGE = '<img src="/a.png"><script src="/b.js"></script><link rel="stylesheet" href="/c.css">'


@dataclass
class Seen:
    """A request as the server has it.

    Attributes:
        raw: path and query as they came.
        connection: a number for each connection.
        remote: the client's address.
        local: the address that it came to.
        tls: version, name asked for, whether the session was resumed, the client's certificate; else `None`.
    """

    method: str
    raw: str
    headers: dict
    body: bytes
    connection: int
    remote: str
    local: str
    tls: tuple | None


@dataclass
class Witness:
    """The server: aiohttp, in the clear and over TLS, on several addresses of loopback."""

    authority: LoopbackAuthority
    requests: list = field(default_factory=list)
    names: list = field(default_factory=list)
    port: int = 0
    secure_port: int = 0
    _connections: list = field(default_factory=list)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def secure(self):
        return f"https://127.0.0.1:{self.secure_port}"

    async def answer(self, request):
        transport = request.transport
        if transport not in self._connections:
            self._connections.append(transport)
        over = transport.get_extra_info("ssl_object")
        self.requests.append(
            Seen(
                request.method,
                request.raw_path,
                dict(request.headers),
                await request.read(),
                self._connections.index(transport),
                request.remote,
                transport.get_extra_info("sockname")[0],
                over and (over.version(), self.names[-1], over.session_reused, over.getpeercert()),
            )
        )
        name, _, rest = request.path.strip("/").partition("/")
        match name:
            case "status":
                return web.Response(status=int(rest))
            case "redirect":
                to = f"/redirect/{int(rest) - 1}" if int(rest) > 1 else "/end"
                return web.Response(status=302, headers={"Location": to})
            case "never":
                await asyncio.Event().wait()
            case "soon":
                await asyncio.sleep(0.05)
            case "login":
                return web.Response(headers={"Set-Cookie": "session=abc; Path=/"})
            case "kept":
                return web.Response(text=TEXT, headers={"Cache-Control": "max-age=60"})
            case "long":
                return web.Response(body=bytes(int(rest)))
            case "compressed" if "gzip" in request.headers.get("Accept-Encoding", ""):
                return web.Response(body=gzip.compress(TEXT.encode()), headers={"Content-Encoding": "gzip"})
            case "compressed":
                return web.Response(text=TEXT)
            case "page":
                return web.Response(text=PAGE, content_type="text/html")
            case "graphql":
                return web.json_response({"data": {"ok": True}})
            case "digest" if not request.headers.get("Authorization", "").startswith("Digest "):
                challenge = 'Digest realm="r", nonce="n", qop="auth", algorithm=SHA-256'
                return web.Response(status=401, headers={"WWW-Authenticate": challenge})
        return web.Response(text=f"{request.method} {request.path}")

    def context(self, **settings):
        context = self.authority.server_context(**settings)
        context.sni_callback = lambda _socket, name, _context: self.names.append(name)
        context.verify_mode = ssl.CERT_OPTIONAL
        return context


@pytest.fixture(scope="session")
def authority():
    return LoopbackAuthority()


@pytest.fixture
async def witness(authority, tmp_path):
    authority.write_ca_file(tmp_path)
    authority.write_certificate(tmp_path)
    server = Witness(authority)
    application = web.Application(client_max_size=1 << 26)
    application.router.add_route("*", "/{path:.*}", server.answer)
    runner = web.AppRunner(application, handle_signals=False, shutdown_timeout=0.1)
    await runner.setup()
    context = server.context(alpn=("http/1.1",))
    context.load_verify_locations(tmp_path / "ca.pem")

    async def listen(host, port, tls=None):
        site = web.TCPSite(runner, host, port, ssl_context=tls)
        await site.start()
        return site._server.sockets[0].getsockname()[1]

    server.port = await listen("127.0.0.1", 0)
    await listen("127.0.0.2", server.port)
    server.secure_port = await listen("127.0.0.1", 0, context)
    yield server
    await runner.cleanup()


def _yaml(text):
    return YAML(typ="safe").load(text)


class Played:
    """What a run has measured."""

    def __init__(self, recorder, views):
        self.aggregator = Aggregator(views)
        self.aggregator.apply(1, recorder.take_delta())

    def count(self, metric, **tags):
        """The sum of a counter, the hits of a rate; 0 where there are no samples."""
        sink = self.aggregator.sink(View(metric, tuple(sorted(tags.items()))))
        return 0 if sink is None else sink.hits if hasattr(sink, "hits") else sink.sum

    @property
    def causes(self):
        return [gain.cause for gain in self.aggregator.failures]


@pytest.fixture
def plan_file(tmp_path):
    """Write a plan; JSON is YAML."""

    def writing(document):
        path = tmp_path / "plan.yaml"
        path.write_text(json.dumps(document), encoding="utf-8")
        return path

    return writing


@pytest.fixture
async def play(tmp_path, plan_file, witness):
    """Run a plan of one user: its `defaults.http` and its steps, in YAML."""

    async def playing(steps, http="{}", *, iterations=1, views=(), environment=None):
        defaults = {"base_url": witness.url, "version": "http1", **_yaml(http)}
        flow = [{"request": step} for step in _yaml(steps)]
        scenario = {"executor": "per-vu-iterations", "vus": 1, "iterations": iterations, "flow": flow}
        document = {"defaults": {"http": defaults}, "scenarios": {"main": scenario}}
        document["thresholds"] = dict.fromkeys(views, "count>=0")
        loaded = load_plan(plan_file(document))
        assert not loaded.diagnostics, loaded.diagnostics
        plan = loaded.require()
        request = RunRequest(plan, tmp_path, environment or dict(os.environ), seed=1)
        prepare = Preparation(request, {}).part(Segment(), keep_raw=False)
        recorder = Recorder(prepare.base_tags)
        engine = Engine(prepare.engine, recorder, SystemClock())
        try:
            await engine.run()
        finally:
            await engine.close()
        return Played(recorder, [view_of(threshold) for threshold in plan.thresholds])

    return playing
