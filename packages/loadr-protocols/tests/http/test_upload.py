"""Bodies from disk: whole, piece by piece, over slow and early-answering servers, with memory that stays flat."""

import asyncio
import tracemalloc

import pytest

from loadr_core.spi import FilePiece, Payload
from loadr_protocols.http.errors import UnreadableBody
from loadr_protocols.http.upload import PIECE, Upload
from loadr_testing.servers import (
    Gate,
    LoopbackAuthority,
    Pause,
    ReadBytes,
    ReadHead,
    ReadRequest,
    ScriptedServer,
    Send,
    Stall,
)

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
CONTENT = bytes(range(256)) * 12_000  # 3 MB


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "large.bin"
    path.write_bytes(CONTENT)
    return FilePiece(path, len(CONTENT))


def payload(*pieces):
    return Payload.streamed(lambda _scope: pieces, "multipart/form-data; boundary=b")


def test_pieces_in_order(file):
    upload = Upload([b"a", b"", file, b"z"])
    parts = list(iter(upload.read, b""))
    assert b"".join(parts) == b"a" + CONTENT + b"z"
    assert max(map(len, parts)) <= PIECE
    assert Upload([b"a", file]).whole() == b"a" + CONTENT


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda path: path.unlink(), "No such file"),
        (lambda path: path.write_bytes(b"x"), "has become shorter"),
    ],
)
def test_files_that_change(file, change, words):
    change(file.path)
    with pytest.raises(UnreadableBody, match=words):
        Upload([file]).whole()


def test_files_that_grow_are_sent_as_they_were(file):
    with file.path.open("ab") as end:
        end.write(b"more")
    assert Upload([file]).whole() == CONTENT


@pytest.mark.parametrize("secure", [False, True], ids=["clear", "TLS"])
async def test_a_body_from_disk(make_client, tmp_path, file, column, secure):
    authority = LoopbackAuthority()
    authority.write_ca_file(tmp_path)
    context = authority.server_context() if secure else None
    client = make_client(tmp_path, tls={"ca_file": "ca.pem"} if secure else {}, version="http1")
    async with ScriptedServer((ReadRequest(), Send(OK)) * 2, ssl_context=context) as server:
        for _ in range(2):
            response = await client.send(server.url, body=payload(b"--b\r\n", file, b"\r\n--b--"), timeout=30)
            assert (response.status, response.body, response.error) == (200, b"ok", None)
            assert column(response, "start") < column(response, "sent") <= column(response, "first")
        assert [request.body for request in server.requests] == [b"--b\r\n" + CONTENT + b"\r\n--b--"] * 2
        assert b"Content-Type: multipart/form-data; boundary=b\r\n" in server.requests[0].head
        assert server.connections == 1
        if not secure:
            assert column(response, "bytes_sent") == len(CONTENT) + 12 + len(server.requests[0].head)


async def test_a_slow_reader_holds_the_sending_up(client, file, column):
    gate = Gate()
    script = (ReadHead(), Pause(gate), ReadBytes(10 * len(CONTENT)), Send(OK), Stall())
    async with ScriptedServer(script, read_ahead=4096) as server:
        sending = asyncio.create_task(client.send(server.url, body=payload(*[file] * 10), timeout=30))
        await gate.reached()
        stalled = client.handler.context.clock.now()
        gate.open()
        response = await sending
        assert (response.status, server.requests[1].head) == (200, CONTENT * 10)
    assert column(response, "start") < stalled < column(response, "sent")


async def test_an_early_answer_ends_the_sending(client, file):
    early = b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n"
    async with ScriptedServer(
        (ReadHead(), Send(early), Stall()), (ReadRequest(), Send(OK), Stall()), read_ahead=4096
    ) as server:
        response = await client.send(server.url, body=payload(*[file] * 10), timeout=30)
        assert (response.status, response.error) == (413, None)
        assert (await client.send(server.url)).status == 200
        assert server.connections == 2


async def test_a_file_that_changes_during_the_run_fails_the_request(client, file):
    file.path.write_bytes(b"short")
    async with ScriptedServer((ReadRequest(), Send(OK), Stall())) as server:
        response = await client.send(server.url, body=payload(file))
    assert response.error_kind == "connection"
    assert "has become shorter since the run began" in response.error


async def test_a_redirect_sends_the_file_again(client, file):
    again = b"HTTP/1.1 307 X\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n"
    async with ScriptedServer((ReadRequest(), Send(again), ReadRequest(), Send(OK), Stall())) as server:
        response = await client.send(server.url, method="PUT", body=payload(file), timeout=30)
        assert response.status == 200
        assert [request.body for request in server.requests] == [CONTENT] * 2


async def test_a_timeout_lets_go_of_the_file(client, file):
    async with ScriptedServer((ReadHead(), Stall()), read_ahead=4096) as server:
        response = await client.send(server.url, body=payload(*[file] * 10), timeout=0.5)
    assert response.error_kind == "timeout"


async def test_memory_stays_flat(client, tmp_path):
    size = 64 * 1024 * 1024
    path = tmp_path / "huge.bin"
    with path.open("wb") as file:
        file.truncate(size)

    async def swallow(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        left = size
        while left:
            left -= len(await reader.read(left))
        writer.write(OK)
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(swallow, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    tracemalloc.start()
    response = await client.send(f"http://127.0.0.1:{port}/", body=payload(FilePiece(path, size)), timeout=60)
    assert tracemalloc.get_traced_memory()[1] < 8 * 1024 * 1024
    tracemalloc.stop()
    assert response.status == 200
    server.close()
    await server.wait_closed()
