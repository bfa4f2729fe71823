"""Scripts with sockets, run by k6's rules against servers of the library websockets."""

import asyncio
import json
import logging
from contextlib import asynccontextmanager

import pytest
import websockets

from loadr_config.models import TestPlan
from loadr_core.clock import SystemClock
from loadr_core.engine import Engine
from loadr_core.engine_config import EngineConfig
from loadr_core.metrics import Aggregator, View
from loadr_core.plugins import ProtocolRegistry
from loadr_core.recording import Recorder
from loadr_core.spi import SCRIPT_LOG
from loadr_core.thresholds import view_of

PATIENCE = 30
PATIENCE = 30

PREAMBLE = """
import ws from 'k6/ws';
import { Blob, WebSocket } from 'k6/websockets';
import http from 'k6/http';
import { check, group } from 'k6';
const seen = [];
const say = what => console.log(JSON.stringify(what));
function talk(path, setup, params = {}) {
  let answer;
  try {
    answer = ws.connect(path.includes(':') ? path : BASE + path, params, socket => {
      socket.on('open', () => seen.push('open'));
      socket.on('message', text => seen.push(text));
      socket.on('error', error => seen.push('error ' + error.error()));
      socket.on('close', code => seen.push('close ' + code));
      setup(socket);
    });
  } catch (error) { seen.push(`thrown ${error.message}`); }
  return answer;
}
function watched(path, setup = () => {}, protocols, params) {
  const socket = new WebSocket(path.includes(':') ? path : BASE + path, protocols, params);
  socket.onopen = () => seen.push('open');
  socket.onmessage = event => seen.push(event.data);
  socket.onerror = event => seen.push('error ' + event.error);
  socket.onclose = () => { seen.push('close'); say(seen); };
  setup(socket);
  return socket;
}
"""
"""What every script begins with: one function for each module, which notes what happens in `seen`."""


class Run:
    """What a run has counted, and what its script has said."""

    def __init__(self, aggregator, said):
        self.aggregator = aggregator
        self.said = said

    def total(self, metric, **tags):
        sink = self.aggregator.sink(View(metric, tuple(sorted(tags.items()))))
        return 0 if sink is None else sink.sum

    def rate(self, metric):
        sink = self.aggregator.sink(View(metric))
        return None if sink is None else (sink.hits, sink.total)

    def count(self, metric):
        sink = self.aggregator.sink(View(metric))
        return 0 if sink is None else sink.histogram.total

    @property
    def causes(self):
        return {(gain.category, gain.cause) for gain in self.aggregator.failures}


class Served:
    """A server, and what it has seen."""

    def __init__(self):
        self.url = ""
        self.closings = []
        self.requests = []
        self.came = asyncio.Event()
        self.may_read = asyncio.Event()


async def answer(connection):
    """Do what the path says; otherwise send back what comes."""
    match connection.request.path:
        case "/leave":
            await connection.send("last")
            await connection.close(4002, "bye")
        case "/ping":
            await connection.ping(b"x")
            await connection.recv()
        case "/stuck":
            await connection.may_read.wait()
            await connection.send(str(sum([len(await connection.recv()) for _ in range(40)])))
        case "/cut":
            connection.transport.write(b"\x81\x7d only a part")
            connection.transport.close()
        case "/flood":
            for number in range(200):
                await connection.send(str(number))
        case _:
            async for message in connection:
                connection.came.set()
                await connection.send(message)


@pytest.fixture
def serve():
    @asynccontextmanager
    async def running(**options):
        served = Served()

        def refuse(connection, request):
            served.requests.append(request)
            return connection.respond(403, "not today\n") if request.path == "/refuse" else None

        async def handle(connection):
            connection.came, connection.may_read = served.came, served.may_read
            try:
                await answer(connection)
                await connection.wait_closed()
            except websockets.ConnectionClosed:
                pass
            finally:
                served.closings.append((connection.close_code, connection.close_reason))

        async with websockets.serve(handle, "127.0.0.1", 0, process_request=refuse, **options) as server:
            scheme = "ws" if options.get("ssl") is None else "wss"
            served.url = f"{scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            async with asyncio.timeout(PATIENCE):
                yield served

    return running


@pytest.fixture
def run_script(tmp_path, caplog):
    """Run a script by k6's rules, one iteration of one VU unless told; `BASE` is the server's address."""
    caplog.set_level(logging.INFO, SCRIPT_LOG)

    async def run(
        served, text, *, thresholds=(), during=None, settings=None, http=None, as_script=True, **knobs
    ):
        source = f"const BASE = {json.dumps(served.url if served else '')};\n{PREAMBLE}{text}"
        once = {} if "executor" in knobs else {"executor": "per-vu-iterations", "iterations": 1}
        main = {**once, "vus": 1, "exec": "default", "flow": []}
        config = {"as_script": as_script, "settings": settings or {}}
        plan = TestPlan.model_validate(
            {
                "defaults": {"http": http or {}},
                "scenarios": {"main": {**main, **knobs}},
                "js": {"script": source},
                "plugins": [{"name": "js", "config": config}],
                "thresholds": dict.fromkeys(thresholds, "count>=0"),
            }
        )
        recorder = Recorder()
        engine = Engine(
            EngineConfig(plan, tmp_path, seed=1), recorder, SystemClock(), ProtocolRegistry.installed()
        )
        async with asyncio.TaskGroup() as group:
            if during is not None:
                group.create_task(during(engine))
            await engine.run()
        await engine.close()
        aggregator = Aggregator(view_of(threshold) for threshold in plan.thresholds)
        aggregator.apply(1, recorder.take_delta())
        said = [
            json.loads(record.getMessage())
            for record in caplog.records
            if (record.name, record.levelno) == (SCRIPT_LOG, logging.INFO)
        ]
        return Run(aggregator, said)

    return run
