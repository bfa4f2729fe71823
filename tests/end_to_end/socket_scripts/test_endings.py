"""Sockets whose iteration ends before they do, and sockets that cannot be."""

import asyncio
from types import SimpleNamespace

import pytest

from loadr_core.plugins import ProtocolRegistry
from loadr_js.runtime import door
from loadr_protocols.ws.conversation import WsConversation
from loadr_testing.waiting import poll

ENDLESS = {
    "k6/ws": """
    export default function () {
      talk('/', socket => {
        socket.on('open', () => socket.send('x'));
        socket.on('message', () => socket.setInterval(() => {}, 60000));
        socket.on('close', () => say('heard'));
      });
    }""",
    "k6/websockets": """
    export default function () {
      for (const number of [1, 2]) watched('/', socket => socket.onopen = () => socket.send('x'));
      setTimeout(() => say('heard'), 60000);
    }""",
}


@pytest.mark.parametrize("script", ENDLESS.values(), ids=ENDLESS)
async def test_an_endless_socket_ends_with_its_iteration_and_no_handler_hears_of_it(
    script, serve, run_script
):
    async def during(engine):
        await served.came.wait()
        engine.kill("enough")

    async with serve() as served:
        run = await run_script(served, script, during=during)
    assert run.said == []
    assert run.total("interrupted_iterations") == 1
    assert run.total("iterations") == 0
    assert {code for code, _ in served.closings} <= {1001}
    assert run.count("ws_session_duration") >= 1


async def test_an_iteration_that_ends_while_a_socket_opens_leaves_nothing_open(serve, run_script):
    gone = asyncio.Event()

    async def swallow(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        asked.set()
        await reader.read()
        writer.close()
        gone.set()

    async def during(engine):
        await asked.wait()
        engine.kill("enough")

    asked = asyncio.Event()
    server = await asyncio.start_server(swallow, "127.0.0.1", 0)
    async with server, asyncio.timeout(30):
        served = SimpleNamespace(url=f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        run = await run_script(served, "export default function () { watched('/') }", during=during)
        await gone.wait()
    assert run.total("interrupted_iterations") == 1
    assert run.said == []


async def test_the_grace_of_a_scenario_lets_sockets_go_on_and_then_ends_them(serve, run_script):
    script = "export default function () { watched('/', socket => socket.onopen = () => say('open')) }"
    async with serve() as served:
        run = await run_script(
            served, script, executor="constant-vus", duration="200ms", graceful_stop="200ms"
        )
    assert run.said == ["open"]
    assert run.total("interrupted_iterations") == 1
    assert served.closings == [(1001, "")]


async def test_sockets_need_a_running_iteration(run_script, tmp_path):
    with pytest.raises(Exception, match="using websockets in the init context is not supported"):
        await run_script(None, "ws.connect('ws://x/', () => {}); export default () => {}")


@pytest.mark.parametrize(
    "call",
    ["talk('ws://127.0.0.1:9/', () => {}); say(seen);", "watched('ws://127.0.0.1:9/')"],
    ids=["k6/ws", "k6/websockets"],
)
async def test_without_the_protocol_the_way_to_install_it_is_told(call, run_script, monkeypatch):
    monkeypatch.setattr(ProtocolRegistry, "installed", classmethod(lambda cls: cls({}, {})))
    run = await run_script(None, f"export default function () {{ {call} }}")
    assert "pip install 'loadr[ws]'" in run.said[0][0]


async def test_in_a_plan_a_relative_url_joins_the_base_url_and_failures_count_for_all(serve, run_script):
    script = """
    export default function () {
      say(ws.connect('/', socket => socket.close()).status);
      say(ws.connect('/refuse', () => {}).status);
    }"""
    async with serve() as served:
        http = {"base_url": served.url.replace("ws", "http")}
        run = await run_script(served, script, http=http, as_script=False)
    assert run.said == [101, 403]
    assert run.rate("http_req_failed") == run.rate("ws_req_failed") == (1, 2)


STUCK = {
    "k6/ws": """
    export default function () {
      talk('/stuck', socket => {
        socket.on('open', () => { for (let i = 0; i < 40; i++) socket.send('x'.repeat(500000)) });
        socket.on('message', () => socket.close());
      });
      say(seen);
    }""",
    "k6/websockets": """
    export default function () {
      watched('/stuck', socket => {
        const message = new Uint8Array(500000);
        let left = 40;
        const go = () => {
          while (left > 0 && socket.bufferedAmount < 1000000) { socket.send(message); left--; }
          if (left > 0) setTimeout(go, 2);
        };
        socket.onopen = () => { seen.push('open'); go(); };
        socket.addEventListener('message', () => socket.close());
      });
    }""",
}


@pytest.mark.parametrize("script", STUCK.values(), ids=STUCK)
async def test_a_server_that_does_not_read_does_not_fill_the_memory(script, serve, run_script, monkeypatch):
    found, get = [], WsConversation.unsent.fget
    monkeypatch.setattr(WsConversation, "unsent", property(lambda self: found.append(get(self)) or found[-1]))

    async def during(_engine):
        await asyncio.to_thread(poll, lambda: found and found[-1] > 1_000_000, "a full buffer")
        served.may_read.set()

    async with serve(max_size=None) as served:
        run = await run_script(served, script, during=during)
    assert run.said[0][:2] == ["open", "20000000"]
    assert max(found) < 2_500_000


async def test_sockets_need_no_c_symbols_of_the_engine(serve, run_script, monkeypatch):
    monkeypatch.setattr(door, "library", lambda: None)
    script = """
    export default function () {
      talk('/', socket => {
        socket.on('open', () => socket.sendBinary(new Uint8Array([0, 255]).buffer));
        socket.on('binaryMessage', data => { seen.push([...new Uint8Array(data)]); socket.close(); });
      });
      watched('/', socket => {
        socket.addEventListener('open', () => socket.send('x'));
        socket.addEventListener('message', () => socket.close());
      });
    }"""
    async with serve() as served:
        run = await run_script(served, script)
    assert run.said == [["open", [0, 255], "close 1001", "open", "x", "close"]]
