"""UDP against real servers on loopback."""

import asyncio
import socket

import pytest

from loadr_core.spi import CompileError


def echo(data):
    return [data]


async def test_exchange(udp, datagrams, row):
    async with datagrams(echo) as server:
        response = await udp.send(server.url, send_hex="00 ff")
    assert (response.error, response.status, response.body, response.proto) == (None, 200, b"\x00\xff", "UDP")
    assert (row(response)["sent"], row(response)["received"]) == (2, 2)


async def test_reading_over_several_datagrams(udp, datagrams):
    async with datagrams(lambda _: [b"ab", b"cd", b"e\n"]) as server:
        assert (await udp.send(server.url, send_text="x", read_until="\n")).body == b"abcde\n"
        assert (await udp.send(server.url, send_text="x", read_bytes=4)).body == b"abcd"


async def test_an_empty_answer_is_an_answer(udp):
    # asyncio's own transports send no empty datagrams.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(20)
        task = asyncio.ensure_future(udp.send(f"udp://127.0.0.1:{server.getsockname()[1]}", send_text="x"))
        _, client = await asyncio.to_thread(server.recvfrom, 10)
        server.sendto(b"", client)
        response = await task
    assert (response.error, response.body) == (None, b"")


async def test_nothing_to_read(udp, datagrams, until):
    async with datagrams(lambda _: []) as server:
        response = await udp.send(server.url, send_text="count:1|c", read_bytes=0)
        assert (response.error, response.status) == (None, 200)
        await until(lambda: server.received)
    assert server.received == [b"count:1|c"]


async def test_a_session_keeps_its_local_port(udp, datagrams):
    async with datagrams(echo) as server:
        for _ in range(2):
            await udp.send(server.url, send_text="x", session="s")
        await udp.send(server.url, send_text="x")
    kept, again, other = server.senders
    assert kept == again != other


async def test_no_answer_is_a_timeout(udp, datagrams, row):
    async with datagrams(lambda _: []) as server:
        response = await udp.send(server.url, send_text="x", timeout=0.05, session="s")
    assert (response.error_kind, row(response)["sent"]) == ("timeout", 1)
    assert response.error == f"timed out waiting for any byte from 127.0.0.1:{server.port}"
    assert response.duration >= 0.05
    assert not udp.session.held, "a late answer must not be taken for that of the next request"


async def test_nobody_there(udp):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    response = await udp.send(f"udp://127.0.0.1:{port}", send_text="x")
    assert (response.error_kind, response.error) == (
        "connection_refused",
        f"127.0.0.1:{port} refused the connection",
    )


async def test_a_message_that_no_datagram_can_hold(udp, datagrams):
    async with datagrams(echo) as server:
        response = await udp.send(server.url, send_text="x" * 70_000)
    assert response.error_kind == "connection"
    assert response.error == f"127.0.0.1:{server.port}: Message too long"


async def test_branches_share_a_session_one_after_the_other(udp, datagrams):
    async with datagrams(echo) as server:
        requests = [udp.compile(server.url, send_text=text, session="s") for text in ("a", "b", "c")]
        responses = await asyncio.gather(*(request.send(udp.session, udp.scope) for request in requests))
    assert [response.body for response in responses] == [b"a", b"b", b"c"]
    assert len(set(server.senders)) == 1


async def test_a_cancelled_exchange_loses_its_socket(udp, datagrams, until):
    async with datagrams(lambda data: [] if data == b"a" else [data]) as server:
        task = asyncio.ensure_future(udp.send(server.url, send_text="a", session="s"))
        await until(lambda: server.received)
        task.cancel()
        await asyncio.wait([task])
        assert (await udp.send(server.url, send_text="b", session="s")).body == b"b"
    assert len(set(server.senders)) == 2


async def test_refused_before_the_run(udp):
    with pytest.raises(CompileError, match="UDP has no connection that could close"):
        udp.compile("udp://127.0.0.1:1", read_until_close=True)
