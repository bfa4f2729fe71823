"""Bodies from disk over HTTP/2: sent as the server's windows allow, never held in memory."""

import asyncio
import tracemalloc

import pytest

from loadr_core.spi import FilePiece, Payload
from loadr_protocols.http2 import frames as fr
from loadr_protocols.http2 import settings as st
from loadr_protocols.http2.errors import ErrorCode

CONTENT = bytes(range(256)) * 12_000
WINDOW = 1024 * 1024


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "content"
    path.write_bytes(CONTENT)
    return path


def payload(*pieces):
    return Payload.streamed(lambda _scope: pieces, "text/plain")


def takes_all(got, *, window=1_000_000, status=200):
    """A behaviour: takes a body, opening the windows only for what it is going to take next."""

    async def behave(peer, _):
        number = await peer.request()
        while True:
            _, flags, stream, data = await peer.expect(fr.DATA)
            assert stream == number
            got.extend(data)
            if flags & fr.END_STREAM:
                break
            if len(got) % window < len(data) or len(got) >= 65_535:
                peer.send(fr.encode_window_update(0, len(data)), fr.encode_window_update(number, len(data)))
        peer.send(peer.make.head(number, status, ended=True))
        await peer.gone()

    return behave


async def test_a_file(client, frame_server, file, column):
    got = bytearray()
    async with frame_server(takes_all(got)) as server:
        pieces = (b"before,", FilePiece(file, len(CONTENT)), b",after")
        response = await client.send(server.url, body=payload(*pieces), timeout=60)
    assert (response.status, response.error) == (200, None)
    assert bytes(got) == b"before," + CONTENT + b",after"
    assert column(response, "start") < column(response, "sent") <= column(response, "first")
    assert column(response, "bytes_sent") > len(CONTENT)


async def test_two_files_at_once(client, frame_server, file):
    got = {}

    async def behave(peer, _):
        ended = set()
        while len(ended) < 2:
            _, flags, number, data = await peer.expect(fr.DATA)
            got.setdefault(number, bytearray()).extend(data)
            if flags & fr.END_STREAM:
                ended.add(number)
                peer.send(peer.make.head(number, ended=True))
            elif data:
                peer.send(fr.encode_window_update(0, len(data)), fr.encode_window_update(number, len(data)))
        await peer.gone()

    async with frame_server(behave) as server:
        body = payload(FilePiece(file, len(CONTENT)))
        sending = [client.send(server.url, body=body, timeout=60) for _ in range(2)]
        responses = await asyncio.gather(*sending)
        assert [(response.status, response.error) for response in responses] == [(200, None)] * 2
        assert server.connections == 1
    assert [bytes(body) for body in got.values()] == [CONTENT, CONTENT]


async def test_a_response_before_the_body_is_sent(client, frame_server, file):
    async def behave(peer, _):
        number = await peer.request()
        peer.send(peer.make.head(number, 413, ended=True))
        await peer.expect(fr.RST_STREAM)
        peer.send(peer.make.head(await peer.request(), ended=True))
        await peer.gone()

    async with frame_server(behave) as server:
        response = await client.send(server.url, body=payload(FilePiece(file, len(CONTENT))), timeout=60)
        assert (response.status, response.error) == (413, None)
        assert (await client.send(server.url)).status == 200
        assert server.connections == 1


async def test_a_file_that_has_become_shorter(client, frame_server, file):
    async def behave(peer, _):
        number = await peer.request()
        _, _, stream, code = await peer.expect(fr.RST_STREAM)
        assert (stream, int.from_bytes(code, "big")) == (number, ErrorCode.CANCEL)
        peer.send(peer.make.head(await peer.request(), ended=True))
        await peer.gone()

    async with frame_server(behave) as server:
        body = payload(FilePiece(file, len(CONTENT)))
        file.write_bytes(b"short")
        response = await client.send(server.url, body=body, timeout=60)
        assert (response.status, response.error_kind) == (0, "connection")
        assert "has become shorter since the run began" in response.error
        assert (await client.send(server.url)).status == 200
        assert server.connections == 1


async def test_cancelled_inside_of_a_body(client, frame_server, file):
    blocked, freed = asyncio.Event(), asyncio.Event()

    async def behave(peer, _):
        await peer.request()
        received = 0
        while received < 65_535:
            received += len((await peer.expect(fr.DATA))[3])
        blocked.set()
        await peer.expect(fr.RST_STREAM)
        freed.set()
        peer.send(peer.make.head(await peer.request(), ended=True))
        await peer.gone()

    async with frame_server(behave) as server:
        body = payload(FilePiece(file, len(CONTENT)))
        sending = asyncio.create_task(client.send(server.url, body=body, timeout=60))
        await blocked.wait()
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        await freed.wait()
        assert (await client.send(server.url)).status == 200


@pytest.mark.process
@pytest.mark.system
async def test_nghttpd_sends_a_file_back(client, nghttpd, file):
    response = await client.send(
        f"{nghttpd}/page", method="POST", body=payload(FilePiece(file, len(CONTENT))), timeout=60
    )
    assert (response.status, response.error) == (200, None)
    assert response.body == CONTENT


@pytest.mark.parametrize("secure", [False, True], ids=["clear", "TLS"])
@pytest.mark.parametrize("streamed", [False, True], ids=["at once", "streamed"])
async def test_a_server_that_reads_slowly(
    make_client, authority, tmp_path, frame_server, column, until, secure, streamed
):
    """Wide windows, a full socket: sending ends when the kernel has the last octet."""
    path = tmp_path / "large"
    content = CONTENT * 6
    path.write_bytes(content)
    got = bytearray()
    seen = {}

    async def behave(peer, _):
        windows = {st.INITIAL_WINDOW_SIZE: 2**31 - 1, st.MAX_FRAME_SIZE: 2**20}
        peer.send(peer.make.settings(windows), fr.encode_window_update(0, 2**30))
        peer.send(peer.make.head(await peer.request(), ended=True))
        number = await peer.request()
        peer.pause()
        await until(lambda: connection()._transport.get_write_buffer_size() > 0)
        seen["blocked"] = client.handler.context.clock.now()
        peer.resume()
        while True:
            _, flags, _, data = await peer.expect(fr.DATA)
            got.extend(data)
            if flags & fr.END_STREAM:
                break
        peer.send(peer.make.head(number, ended=True))
        await peer.gone()

    def connection():
        (pool,) = client.session.pools.values()
        (one,) = pool._open
        return one

    authority.write_ca_file(tmp_path)
    context = authority.server_context(alpn=("h2",)) if secure else None
    client = make_client(
        tmp_path, version="auto" if secure else "http2-prior-knowledge", tls={"ca_file": "ca.pem"}
    )
    async with frame_server(behave, ssl_context=context) as server:
        assert (await client.send(server.url)).status == 200
        body = payload(FilePiece(path, len(content))) if streamed else content
        response = await client.send(server.url, method="POST", body=body, timeout=60)
    assert (response.status, response.error) == (200, None)
    assert bytes(got) == content
    assert column(response, "start") < seen["blocked"] < column(response, "sent") <= column(response, "first")
    assert column(response, "bytes_sent") > len(content)


async def test_memory_stays_flat(client, frame_server, tmp_path):
    size = 32 * 1024 * 1024
    path = tmp_path / "huge.bin"
    with path.open("wb") as file:
        file.truncate(size)

    async def behave(peer, _):
        peer.send(peer.make.settings({st.INITIAL_WINDOW_SIZE: WINDOW}), fr.encode_window_update(0, WINDOW))
        number = await peer.request()
        flags = taken = 0
        while not flags & fr.END_STREAM:
            _, flags, _, data = await peer.expect(fr.DATA)
            taken += len(data)
            if taken >= WINDOW // 2:
                peer.send(fr.encode_window_update(0, taken), fr.encode_window_update(number, taken))
                taken = 0
        peer.send(peer.make.head(number, ended=True))
        await peer.gone()

    async with frame_server(behave) as server:
        tracemalloc.start()
        response = await client.send(server.url, body=payload(FilePiece(path, size)), timeout=60)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert (response.status, response.error) == (200, None)
    assert peak < 8 * WINDOW
