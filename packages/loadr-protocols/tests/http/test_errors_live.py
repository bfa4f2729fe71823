"""Every error kind, against a real server that misbehaves."""

import asyncio

import pytest

from loadr_testing.servers import (
    BlackHole,
    Gate,
    LoopbackAuthority,
    Pause,
    ReadRequest,
    Reset,
    ScriptedServer,
    Send,
    SendInPieces,
    Stall,
    full_backlog,
    refused_port,
)

# A timeout of 0.05 s, less the rounding of stamps that are far greater.
FULL_LENGTH = 0.05 - 1e-6


def check(response, column, kind, words):
    assert (response.status, response.error_kind) == (0, kind)
    assert words in response.error
    assert (response.body, response.headers) == (b"", {})
    stamps = [column(response, name) for name in ("start", "sent", "first", "end")]
    assert stamps == sorted(stamps)
    assert response.duration > 0


async def test_refused(client, column):
    with refused_port() as port:
        response = await client.send(f"http://127.0.0.1:{port}/")
    check(response, column, "connection_refused", f"127.0.0.1:{port} refused the connection")
    assert column(response, "connecting") > 0


async def test_unknown_name(client, column):
    response = await client.send("http://nowhere.invalid/")
    check(response, column, "dns", "cannot look up nowhere.invalid")
    assert column(response, "looking_up") > 0


async def test_name_that_is_none(client, column):
    response = await client.send(f"http://{'a' * 64}.example/")
    check(response, column, "dns", "")


@pytest.mark.parametrize(
    ("script", "kind", "words"),
    [
        pytest.param((ReadRequest(), Reset()), "connection_reset", "reset", id="reset"),
        pytest.param((ReadRequest(),), "connection", "before it responded", id="closed"),
        pytest.param(
            (ReadRequest(), Send(b"HTTP/1.1 200 OK\r\nContent-Le")), "connection", "head", id="truncated head"
        ),
        pytest.param(
            (ReadRequest(), Send(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")),
            "connection",
            "6 missing",
            id="truncated body",
        ),
        pytest.param(
            (ReadRequest(), Send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel")),
            "connection",
            "after 3 bytes",
            id="truncated chunk",
        ),
        pytest.param(
            (ReadRequest(), Send(b"220 ready\r\n\r\n"), Stall()), "protocol", "status line", id="not HTTP"
        ),
        pytest.param(
            (ReadRequest(), SendInPieces(b"HTTP/1.1 200 OK\nX: 1\n\n", 3), Stall()),
            "protocol",
            "CRLF",
            id="LF only",
        ),
        pytest.param(
            (ReadRequest(), Send(b"HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello"), Stall()),
            "protocol",
            "Content-Length",
            id="bad length",
        ),
        pytest.param(
            (
                ReadRequest(),
                Send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello!"),
                Stall(),
            ),
            "protocol",
            "chunk",
            id="bad chunk",
        ),
        pytest.param(
            (ReadRequest(), Send(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 400_000), Stall()),
            "protocol",
            "longer",
            id="endless head",
        ),
    ],
)
async def test_misbehaving(client, column, script, kind, words):
    async with ScriptedServer(script) as server:
        for round_ in (1, 2):
            response = await client.send(server.url)
            check(response, column, kind, words)
            assert server.connections == round_
    assert column(response, "bytes_sent") > 0


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "sent", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"], ids=["nothing", "half"]
)
async def test_timeout(client, column, sent, method):
    async with ScriptedServer((ReadRequest(), Send(sent), Stall())) as server:
        response = await client.send(server.url, timeout=0.05, method=method)
        check(response, column, "timeout", "did not end" if sent else "no response")
        assert server.connections == 1
    assert response.duration >= FULL_LENGTH


async def test_timeout_on_a_kept_alive_connection(client, column):
    ok = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    async with ScriptedServer((ReadRequest(), Send(ok), ReadRequest(), Stall())) as server:
        assert (await client.send(server.url, timeout=0.05)).status == 200
        response = await client.send(server.url, timeout=0.05)
        check(response, column, "timeout", "no response")
        assert server.connections == 1
    assert response.duration >= FULL_LENGTH


async def test_timeout_while_sending(client, column):
    async with ScriptedServer((Pause(Gate()),), read_ahead=4096) as server:
        response = await client.send(server.url, timeout=0.5, body=b"x" * 20_000_000)
    check(response, column, "timeout", "no response")
    assert 0 < column(response, "bytes_sent") < 20_000_000
    assert response.duration >= FULL_LENGTH


async def test_timeout_while_connecting(client, column):
    with full_backlog() as port:
        response = await client.send(f"http://127.0.0.1:{port}/", timeout=0.05)
    check(response, column, "timeout", "no connection")
    assert response.duration >= FULL_LENGTH
    assert column(response, "connecting") > 0


async def test_timeout_while_shaking_hands(make_client, column):
    # Long enough for a slow machine to read the system's authorities before the handshake begins.
    client = make_client(tls={"insecure_skip_verify": True})
    async with BlackHole() as server:
        response = await client.send(f"https://127.0.0.1:{server.port}/", timeout=0.5)
    check(response, column, "timeout", "no connection")
    assert response.duration >= 0.5
    assert column(response, "tls") > 0


async def test_many_timeouts_at_once(make_client):
    client = make_client(connections_per_host=40)
    async with BlackHole() as server:
        url = f"http://127.0.0.1:{server.port}/"
        responses = await asyncio.gather(*[client.send(url, timeout=0.03 + 0.001 * n) for n in range(40)])
    for number, response in enumerate(responses):
        assert response.error_kind == "timeout"
        assert response.duration >= 0.03 + 0.001 * number - 1e-6


@pytest.fixture(scope="module")
def authority():
    return LoopbackAuthority()


@pytest.mark.parametrize(
    ("names", "bad", "trusted", "words"),
    [
        pytest.param(
            (), {}, False, "signed by an authority that is not trusted here; set tls.ca_file", id="unknown"
        ),
        pytest.param(("elsewhere.example",), {}, True, "is for another IP address", id="wrong address"),
        pytest.param((), {"expired": True}, True, "has expired", id="expired"),
    ],
)
async def test_certificates(make_client, authority, tmp_path, column, names, bad, trusted, words):
    tls = {"ca_file": str(authority.write_ca_file(tmp_path))} if trusted else {}
    client = make_client(tls=tls)
    async with ScriptedServer((Stall(),), ssl_context=authority.server_context(*names, **bad)) as target:
        response = await client.send(target.url)
    check(response, column, "tls", words)
    assert column(response, "tls") > 0


async def test_wrong_host_name(make_client, authority, tmp_path, column):
    client = make_client(tls={"ca_file": str(authority.write_ca_file(tmp_path))})
    async with ScriptedServer(
        (Stall(),), ssl_context=authority.server_context("elsewhere.example")
    ) as target:
        response = await client.send(f"https://localhost:{target.port}/")
    check(response, column, "tls", "is for another host name")


async def test_server_without_tls(client, column):
    async with ScriptedServer((Send(b"HTTP/1.1 400 Bad Request\r\n\r\n"), Stall())) as server:
        response = await client.send(f"https://127.0.0.1:{server.port}/")
    check(response, column, "tls", "does not speak TLS")


@pytest.mark.parametrize(
    ("script", "kind"),
    [pytest.param((), "tls", id="closed"), pytest.param((Reset(),), "tls", id="reset")],
)
async def test_connection_ends_inside_the_handshake(client, column, script, kind):
    async with ScriptedServer(script) as server:
        response = await client.send(f"https://127.0.0.1:{server.port}/")
    check(response, column, kind, "handshake")
