"""Real sockets: who is answered, who is refused, what is left behind."""

import asyncio
import json
import socket
import stat
import sys
from contextlib import contextmanager

import pytest

from loadr_core.control import (
    NobodyListensError,
    Port,
    Request,
    RuntimeFolder,
    Scale,
    StopLoad,
    ask,
    find_runs,
    places,
    serve_locally,
    serve_port,
)
from loadr_core.control.places import HAS_UNIX_SOCKETS
from loadr_core.control.wire import MOST_BYTES
from loadr_core.errors import ControlError

STATUS = Request(command="status")


async def asked(address, request=STATUS):
    return await asyncio.to_thread(ask, address, request)


async def talk(address, data):
    """Send bytes, and read to the end of what comes back."""
    if isinstance(address, Port):
        reader, writer = await asyncio.open_connection(address.host, address.port)
    else:
        reader, writer = await asyncio.open_unix_connection(str(address))
    writer.write(data)
    writer.write_eof()
    answer = await reader.read()
    writer.close()
    return [json.loads(line) for line in answer.splitlines()]


async def test_a_run_is_served_and_found(make_run, folder):
    run = make_run()
    async with serve_locally(run, folder) as entry:
        assert (await asked(entry.address())).requests == 7
        status = await asked(entry.address(), Request(command="scale", scenario="a", vus=3))
        assert status.phase == "running"
        await asked(entry.address(), Request(command="stop"))
        found = await asyncio.to_thread(lambda: list(find_runs(folder)))
        assert [(entry.run_id, status.name) for entry, status in found] == [(run.run_id, "steered")]
    assert run.orders == [Scale("a", vus=3), StopLoad()]
    assert list(folder.entries()) == []


async def test_a_refusal_says_why_and_the_client_may_go_on(make_run, folder):
    run = make_run()
    async with serve_locally(run, folder) as entry:
        with pytest.raises(ControlError, match="there is no scenario 'no'"):
            await asked(entry.address(), Request(command="pause", scenario="no"))
        lines = [b'{"command": "pause", "scenario": "no"}\n', b'{"command": "status"}\n']
        answers = await talk(entry.address(), b"".join(lines))
        assert [answer["ok"] for answer in answers] == [False, True]


WRONG = {
    "garbage": b"GET / HTTP/1.1\r\n\r\n",
    "half a line": b'{"command": "sta',
    "nothing": b"",
    "a line without end": b"x" * (MOST_BYTES * 4),
}


@pytest.mark.parametrize("data", WRONG.values(), ids=WRONG)
async def test_who_sends_no_request_is_sent_away(make_run, folder, data):
    run = make_run()
    async with serve_locally(run, folder) as entry:
        try:
            answers = await talk(entry.address(), data)
        except ConnectionError:
            answers = []
        assert not any(answer["ok"] for answer in answers)
        assert len(answers) <= 1
        assert (await asked(entry.address())).requests == 7, "others are served as before"
    assert run.orders == []


async def test_there_may_be_many_clients_but_not_too_many(make_run, folder):
    async with serve_locally(make_run(), folder) as entry:
        waiting = [await asyncio.open_unix_connection(str(entry.address())) for _ in range(32)]
        # The server has taken them all in when the last one has been answered.
        waiting[-1][1].write(b'{"command": "status"}\n')
        await waiting[-1][0].readline()
        try:
            answers = await talk(entry.address(), b'{"command": "status"}\n')
        except ConnectionError:
            answers = []
        assert answers == []
        for _, writer in waiting:
            writer.close()


# ---------------------------------------------------------------- tokens


async def test_a_port_wants_its_token(make_run, folder):
    run = make_run()
    async with serve_port(run, folder, "127.0.0.1", 0, "secret") as (entry, port):
        assert entry.address() == port
        assert stat.S_IMODE(entry.path.stat().st_mode) == 0o600
        assert (await asked(port)).requests == 7
        for token in ("", "secre", "secret ", "sécret"):
            with pytest.raises(ControlError, match="wrong token"):
                await asked(Port(port.host, port.port, token), Request(command="kill"))
        assert await talk(port, b'{"command": "kill"}\n') == [{"ok": False, "error": "wrong token"}]
        two = b'{"command": "kill"}\n{"command": "kill", "token": "secret"}\n'
        assert len(await talk(port, two)) == 1, "who does not know the token has one try a connection"
    assert run.orders == []
    assert list(folder.entries()) == []


async def test_a_port_that_is_taken(make_run, folder):
    async with serve_port(make_run(), folder, "127.0.0.1", 0, "t") as (_, port):
        with pytest.raises(ControlError, match=f"cannot listen on 127.0.0.1:{port.port}: "):
            async with serve_port(make_run("2"), folder, port.host, port.port, "t"):
                pass
    with pytest.raises(ControlError, match="cannot listen on 192"):
        async with serve_port(make_run(), folder, "192.0.2.1", 0, "t"):
            pass


async def test_a_path_too_long_for_a_socket_becomes_a_port(make_run, tmp_path):
    deep = RuntimeFolder(tmp_path / ("x" * 90))
    async with serve_locally(make_run(), deep) as entry:
        address = entry.address()
        assert isinstance(address, Port)
        assert address.host == "127.0.0.1"
        assert len(address.token) >= 32
        assert (await asked(address)).requests == 7


# ---------------------------------------------------------------- what is left behind


@contextmanager
def abandoned(folder, run_id):
    """A socket whose run was killed."""
    folder.make()
    listener, entry = folder.listen(run_id)
    listener.close()
    yield entry


async def test_what_a_killed_run_has_left_is_removed(make_run, folder):
    folder.make()
    with abandoned(folder, "1-dead") as dead:
        port = folder.announce("2-dead", Port("127.0.0.1", closed_port(), "t"))
        with pytest.raises(NobodyListensError, match="no run listens at "):
            await asked(dead.address())
        async with serve_locally(make_run("3-alive"), folder):
            found = await asyncio.to_thread(lambda: [entry.run_id for entry, _ in find_runs(folder)])
            assert found == ["3-alive"]
        assert not dead.path.exists()
        assert not port.path.exists()


def closed_port():
    """A port that was free a moment ago."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


async def test_without_unix_sockets_a_run_is_served_over_a_port(make_run, folder, monkeypatch):
    """As on Windows."""
    monkeypatch.setattr(places, "HAS_UNIX_SOCKETS", False)
    async with serve_locally(make_run(), folder) as entry:
        address = entry.address()
        assert isinstance(address, Port)
        assert (await asked(address)).requests == 7
        assert stat.S_IMODE(entry.path.stat().st_mode) == 0o600
        with pytest.raises(ControlError, match="wrong token"):
            await asked(Port(address.host, address.port, "guessed"))
    assert list(folder.entries()) == []


def test_windows_knows_no_unix_socket(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(ControlError, match="Python on Windows knows none"):
        ask(tmp_path / "run.sock", STATUS)


def test_there_are_unix_sockets_here():
    assert HAS_UNIX_SOCKETS
