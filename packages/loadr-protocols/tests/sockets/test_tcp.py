"""TCP against real servers on loopback."""

import asyncio

import pytest

from loadr_core.spi import CompileError, RenderError, Text
from loadr_testing.servers import (
    BlackHole,
    Close,
    Gate,
    HalfClose,
    LoopbackAuthority,
    LoopbackServer,
    Pause,
    ReadBytes,
    Reset,
    ScriptedServer,
    Send,
    Stall,
    refused_port,
)


class Echo(LoopbackServer):
    """Sends back what comes."""

    async def serve(self, _, reader, writer):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()


def url(server, scheme="tcp"):
    return f"{scheme}://127.0.0.1:{server.port}"


@pytest.mark.parametrize(
    ("block", "answer", "body"),
    [
        ({}, [b"pong"], b"pong"),
        ({"read_bytes": 3}, [b"a", b"bc", b"d"], b"abc"),
        ({"read_until": "\r\n"}, [b"+OK\r", b"\n+MORE"], b"+OK\r\n"),
        ({"read_until_hex": "00"}, [b"ab", b"\x00"], b"ab\x00"),
        ({"read_until_close": True}, [b"ab", b"cd"], b"abcd"),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
async def test_reading_rules(tcp, until, block, answer, body):
    async with ScriptedServer((ReadBytes(4), *map(Send, answer), HalfClose(), Stall())) as server:
        response = await tcp.send(url(server), send_text="ping", **block)
        await until(lambda: server.requests)
    assert (response.error, response.status, response.body, response.proto) == (None, 200, body, "TCP")
    assert server.requests[0].head == b"ping"
    assert repr(response) == f"<SocketResponse TCP {len(body)} bytes>"


async def test_the_row_counts_what_was_sent_and_came(tcp, row):
    async with Echo() as server:
        response = await tcp.send(url(server), send_text="12345", read_bytes=5)
    found = row(response)
    assert (found["sent"], found["received"]) == (5, 5)
    assert found["connecting"] > 0
    assert 0 < response.duration == found["end"] - found["start"]


async def test_without_a_session_each_request_has_a_connection_of_its_own(tcp):
    async with Echo() as server:
        for _ in range(3):
            assert (await tcp.send(url(server), send_text="x")).body == b"x"
        assert server.connections == 3


async def test_a_session_keeps_its_connection_over_requests(tcp, row):
    async with Echo() as server:
        request = tcp.compile(url(server), send_text="x", session="s")
        rows = [row(await request.send(tcp.session, tcp.scope)) for _ in range(3)]
        assert server.connections == 1
    assert rows[0]["connecting"] > 0
    assert [row["connecting"] for row in rows[1:]] == [0.0, 0.0]
    assert [(row["sent"], row["received"]) for row in rows] == [(1, 1)] * 3


async def test_sessions_of_other_names_and_addresses_are_apart(tcp):
    async with Echo() as one, Echo() as other:
        await tcp.send(url(one), send_text="x", session="a")
        await tcp.send(url(one), send_text="x", session="b")
        await tcp.send(url(other), send_text="x", session="a")
        assert (one.connections, other.connections) == (2, 1)
        assert repr(tcp.session) == "<SocketSession a, b, a>"


async def test_what_came_too_early_is_read_by_the_next_request(tcp):
    async with ScriptedServer((ReadBytes(1), Send(b"one\ntwo\nthree\n"), Stall())) as server:
        lines = [
            (await tcp.send(url(server), send_text="x" * (n == 0), read_until="\n", session="s")).body
            for n in range(3)
        ]
    assert lines == [b"one\n", b"two\n", b"three\n"]


async def test_a_request_may_only_read(tcp, row):
    async with ScriptedServer((Send(b"220 ready\r\n"), Stall())) as server:
        response = await tcp.send(url(server), read_until="\r\n", session="s")
    assert (response.body, row(response)["sent"]) == (b"220 ready\r\n", 0)


async def test_branches_share_a_session_one_after_the_other(tcp):
    async with Echo() as server:
        requests = [
            tcp.compile(url(server), send_text=text, read_bytes=2, session="s") for text in ("aa", "bb", "cc")
        ]
        responses = await asyncio.gather(*(request.send(tcp.session, tcp.scope) for request in requests))
        assert server.connections == 1
    assert [response.body for response in responses] == [b"aa", b"bb", b"cc"]


async def test_a_large_message_leaves_in_full(tcp, row):
    async with Echo() as server:
        text = "x" * 3_000_000
        response = await tcp.send(url(server), send_text=text, read_bytes=3_000_000)
    assert response.body == text.encode()
    assert (row(response)["sent"], row(response)["received"]) == (3_000_000, 3_000_000)


async def test_what_nobody_reads_is_no_failure(tcp, until):
    async with ScriptedServer((ReadBytes(4), Send(b"ignored"), Stall())) as server:
        response = await tcp.send(url(server), send_text="ping", read_bytes=0)
        await until(lambda: server.requests)
    assert (response.error, response.body) == (None, b"")


async def test_nothing_to_read_waits_until_all_is_sent(tcp, row):
    async with ScriptedServer((ReadBytes(3_000_000), Stall()), read_ahead=1024) as server:
        response = await tcp.send(url(server), send_text="x" * 3_000_000, read_bytes=0)
    assert (response.error, row(response)["sent"]) == (None, 3_000_000)


@pytest.mark.parametrize(
    ("actions", "block", "kind", "words"),
    [
        ((ReadBytes(1), Close()), {}, "connection", "closed the connection before any byte had come"),
        (
            (ReadBytes(1), Send(b"ab"), Close()),
            {"read_bytes": 3},
            "connection",
            "closed the connection before 3 bytes (2 came) had come",
        ),
        (
            (ReadBytes(1), Send(b"ab"), HalfClose(), Stall()),
            {"read_until": "\n"},
            "connection",
            r"closed the connection before the delimiter '\n' (2 bytes came) had come",
        ),
        ((ReadBytes(1), Reset()), {}, "connection_reset", "reset the connection"),
        (
            (ReadBytes(1), Send(b"abcdef"), Stall()),
            {"read_bytes": 6},
            "protocol",
            "sent more than max_response_size, 5 bytes",
        ),
    ],
    ids=["closed", "cut off", "half closed", "reset", "too long"],
)
async def test_failures(make_client, actions, block, kind, words):
    tcp = make_client("tcp", max_response_size=5)
    async with ScriptedServer(actions) as server:
        response = await tcp.send(url(server), send_text="x", session="s", **block)
        assert (response.status, response.error_kind, response.body) == (0, kind, b"")
        assert response.error == f"127.0.0.1:{server.port} {words}"
        assert not tcp.session.held


async def test_a_timeout_counts_at_its_full_length(tcp, row):
    async with BlackHole() as server:
        response = await tcp.send(url(server), send_text="x", timeout=0.05)
    assert response.error_kind == "timeout"
    assert response.error == f"timed out waiting for any byte from 127.0.0.1:{server.port}"
    assert response.duration >= 0.05
    assert row(response)["sent"] == 1


async def test_read_timeout_is_the_longest_wait_for_the_next_bytes(tcp):
    async with ScriptedServer((ReadBytes(1), Send(b"ab"), Stall())) as server:
        response = await tcp.send(url(server), send_text="x", read_bytes=3, read_timeout="50ms")
    assert response.error_kind == "timeout"
    assert response.error == (
        f"timed out waiting for 3 bytes (2 came) from 127.0.0.1:{server.port} within read_timeout, 0.05 s"
    )


async def test_refused(tcp):
    with refused_port() as port:
        response = await tcp.send(f"tcp://127.0.0.1:{port}", send_text="x", session="s")
    assert (response.status, response.error_kind) == (0, "connection_refused")
    assert response.error == f"127.0.0.1:{port} refused the connection"
    assert not tcp.session.held


async def test_a_session_that_the_server_has_closed_is_told_once_and_then_opened_anew(tcp, until):
    async with ScriptedServer(
        (ReadBytes(1), Send(b"1"), Close()), (ReadBytes(1), Send(b"2"), Stall())
    ) as server:
        request = tcp.compile(url(server), send_text="x", session="s")
        assert (await request.send(tcp.session, tcp.scope)).body == b"1"
        (held,) = tcp.session.held.values()
        await until(lambda: not held.is_open)
        broken = await request.send(tcp.session, tcp.scope)
        assert (broken.error_kind, broken.error) == (
            "connection",
            f"127.0.0.1:{server.port} had closed the connection",
        )
        assert (await request.send(tcp.session, tcp.scope)).body == b"2"


async def test_a_cancelled_exchange_loses_its_connection(tcp, until):
    gate = Gate()
    async with ScriptedServer(
        (ReadBytes(1), Pause(gate), Send(b"late")), (ReadBytes(1), Send(b"new"), Stall())
    ) as server:
        request = tcp.compile(url(server), send_text="x", session="s")
        task = asyncio.ensure_future(request.send(tcp.session, tcp.scope))
        await until(lambda: server.requests)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
        gate.open()
        assert (await request.send(tcp.session, tcp.scope)).body == b"new"


async def test_a_rendered_address(tcp):
    async with Echo() as server:
        address = Text("tcp://${host}", None, lambda scope: f"tcp://127.0.0.1:{scope.variables['port']}")
        tcp.scope.variables["port"] = server.port
        assert (await tcp.send(address, send_text="x")).body == b"x"
        tcp.scope.variables["port"] = "none"
        with pytest.raises(RenderError, match="is not a host and port"):
            await tcp.send(address, send_text="x")


@pytest.mark.parametrize(
    ("url", "more", "words"),
    [("tcp://host", {}, "names no port"), ("tcp://host:1", {"body": object()}, "has no body")],
)
async def test_refused_before_the_run(tcp, url, more, words):
    with pytest.raises(CompileError, match=words):
        tcp.compile(url, send_text="x", **more)


# ------------------------------------------------------------ TLS


@pytest.fixture(scope="module")
def authority():
    return LoopbackAuthority()


@pytest.fixture
def tls(make_client, authority, tmp_path):
    authority.write_ca_file(tmp_path)
    return make_client("tls", tls={"ca_file": "ca.pem"})


async def test_tls_exchange(tls, authority, row):
    async with Echo(ssl_context=authority.server_context()) as server:
        request = tls.compile(url(server, "tls"), send_text="hello", read_bytes=5, session="s")
        rows = []
        for _ in range(2):
            response = await request.send(tls.session, tls.scope)
            assert (response.error, response.body) == (None, b"hello")
            rows.append(row(response))
        assert server.connections == 1
    assert rows[0]["received"] > rows[1]["received"] > 5, (
        "the wire carries the handshake and the records' frames"
    )


async def test_tls_with_a_server_that_is_not_trusted(make_client, authority):
    async with Echo(ssl_context=authority.server_context()) as server:
        response = await make_client("tls").send(url(server, "tls"), send_text="x")
    assert response.error_kind == "tls"
    assert "authority that is not trusted" in response.error


async def test_tls_where_nobody_speaks_it(tls):
    async with ScriptedServer((ReadBytes(1), Send(b"plain text, no TLS\n"), Stall())) as server:
        response = await tls.send(url(server, "tls"), send_text="x")
    assert (response.error_kind, response.error) == (
        "tls",
        f"TLS with 127.0.0.1:{server.port}: the server does not speak TLS on this port",
    )


async def test_a_file_of_tls_that_cannot_be_read_is_told_before_the_run(make_client, tmp_path):
    (tmp_path / "ca.pem").write_text("no certificate")
    with pytest.raises(CompileError, match=r"tls\.ca_file: cannot read"):
        make_client("tls", tls={"ca_file": "ca.pem"}).compile("tls://host:1", send_text="x")
