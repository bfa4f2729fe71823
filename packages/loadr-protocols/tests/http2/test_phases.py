"""Phases of a response over HTTP/2 against servers with a known delay at each phase (R9).

Opening a connection is that of HTTP/1.1, and is proven there.
"""

import asyncio

import pytest

from loadr_core.spi import FilePiece, Payload
from loadr_protocols.http2 import frames as fr

BODY = bytes(200_000)


def slow(phase, delay):
    """A behaviour: answers `ok`, and takes its time in one phase."""

    async def be_slow(here):
        if here == phase:
            await asyncio.sleep(delay)

    async def behave(peer, _):
        _, flags, number, _ = await peer.expect(fr.HEADERS)
        if not flags & fr.END_STREAM:
            await be_slow("sending")  # the windows hold the body up meanwhile
            peer.send(fr.encode_window_update(0, len(BODY)), fr.encode_window_update(number, len(BODY)))
            while not flags & fr.END_STREAM:
                _, flags, _, _ = await peer.expect(fr.DATA)
        await be_slow("waiting")
        peer.send(peer.make.head(number), peer.make.data(number, b"o", ended=False))
        await be_slow("receiving")
        peer.send(peer.make.data(number, b"k"))
        await peer.gone()

    return behave


@pytest.mark.parametrize("secure", [False, True], ids=["clear", "TLS"])
@pytest.mark.parametrize("phase", ["sending", "sending from disk", "waiting", "receiving"])
async def test_the_exchange(make_client, frame_server, authority, tmp_path, holds, delay, phase, secure):
    authority.write_ca_file(tmp_path)
    (tmp_path / "body").write_bytes(BODY)
    context = authority.server_context(alpn=("h2",)) if secure else None
    client = make_client(version="http2" if secure else "http2-prior-knowledge", tls={"ca_file": "ca.pem"})
    phase, _, on_disk = phase.partition(" ")
    body = None
    if phase == "sending":
        streamed = Payload.streamed(lambda _scope: (FilePiece(tmp_path / "body", len(BODY)),), None)
        body = streamed if on_disk else BODY
    async with frame_server(slow(phase, delay), ssl_context=context) as server:
        holds(await client.send(server.url, body=body, timeout=30), phase)


async def test_requests_at_once_have_their_own_phases(client, frame_server, holds, delay):
    """On one connection one request waits and another one receives: neither has the other's delay."""

    async def behave(peer, _):
        waits, receives = await peer.request(), await peer.request()
        peer.send(peer.make.head(receives), peer.make.data(receives, b"o", ended=False))
        await asyncio.sleep(delay)
        peer.send(peer.make.head(waits), peer.make.data(waits, b"ok"), peer.make.data(receives, b"k"))
        await peer.gone()

    async with frame_server(behave) as server:
        waiting, receiving = await asyncio.gather(*[client.send(server.url, timeout=30) for _ in range(2)])
        assert server.connections == 1
    holds(waiting, "waiting")
    holds(receiving, "receiving")
