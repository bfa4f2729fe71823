"""The protocols benchmark: what its peers send, what its servers count, and how its limits are judged."""

import asyncio
from types import SimpleNamespace

import pytest
from benchmarks.echoes.server import Frames, Lines, serve_sockets
from benchmarks.peers import Load
from benchmarks.peers.base import filled
from benchmarks.peers.protocols import GRPC_PLAN, PROTO, TALKS, TCP_PLAN, WEBSOCKET_PLAN
from benchmarks.protocols import EVENTS_PLAN, judge, judge_gaps
from websockets.asyncio.client import connect

from loadr_config import load_plan


@pytest.mark.parametrize(
    ("text", "url"),
    [
        (WEBSOCKET_PLAN, "ws://127.0.0.1:9"),
        (TCP_PLAN, "tcp://127.0.0.1:9"),
        (GRPC_PLAN, "grpc://127.0.0.1:9"),
    ],
    ids=["websocket", "tcp", "grpc"],
)
def test_the_plans_are_plans(text, url, tmp_path):
    (tmp_path / "echo.proto").write_text(PROTO)
    path = tmp_path / "plan.yaml"
    path.write_text(filled(text, Load(url, vus=7, seconds=3)))
    loaded = load_plan(path)
    assert loaded.diagnostics == ()
    assert (loaded.plan.scenarios["talk"].vus, loaded.plan.scenarios["talk"].duration) == (7, 3.0)


def test_the_plan_of_the_stream_is_one():
    text = EVENTS_PLAN.format(url="sse://127.0.0.1:9/", events=20)
    loaded = load_plan("plan.yaml", text=text)
    assert loaded.diagnostics == ()
    assert loaded.plan.scenarios["stream"].flow[0].request.sse.events == 20


async def test_the_websocket_server_echoes_and_counts():
    count = memoryview(bytearray(8)).cast("Q")
    port, server = await serve_sockets(lambda: Frames(count))
    async with connect(f"ws://127.0.0.1:{port}", compression=None) as client:
        for text in ("a", "", "hello from a user", "x" * 125):
            await client.send(text)
            assert await client.recv() == text
    assert client.close_code == 1000
    assert count[0] == 4
    server.close()


async def test_the_tcp_server_echoes_and_counts():
    count = memoryview(bytearray(8)).cast("Q")
    port, server = await serve_sockets(lambda: Lines(count))
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"one\ntwo\n")
    assert await reader.readexactly(8) == b"one\ntwo\n"
    assert count[0] == 2
    writer.close()
    server.close()


def test_k6_is_in_every_comparison_that_it_can_take_part_in():
    assert {kind: [peer.name for peer in peers] for kind, peers in TALKS.items()} == {
        "websocket": ["loadr", "loadr-script", "k6"],
        "grpc": ["loadr", "k6"],
        "tcp": ["loadr"],
    }


@pytest.mark.parametrize(
    ("kind", "loadr", "k6", "holds"),
    [
        ("websocket", 20.0, 20.0, True),
        ("websocket", 20.1, 20.0, False),
        ("grpc", 20.1, 20.0, False),
        ("tcp", 12.0, None, True),
        ("tcp", 12.1, None, False),
    ],
)
def test_limits(kind, loadr, k6, holds):
    costs = {"loadr": loadr} | ({"k6": k6} if k6 else {})
    assert judge(kind, [SimpleNamespace(peer=peer, cpu_us=us) for peer, us in costs.items()])[0] is holds


@pytest.mark.parametrize(("late", "holds"), [(1, True), (3, False)])
def test_one_gap_in_a_hundred_may_be_off(late, holds):
    errors = [0.1] * (200 - late) + [5.0] * late
    assert judge_gaps(errors)[0] is holds
