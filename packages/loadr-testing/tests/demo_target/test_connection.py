import asyncio
import itertools
from contextlib import asynccontextmanager, suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loadr_testing.demo_target import DemoTarget

GET = b"GET /json HTTP/1.1\r\nHost: h\r\n\r\n"
HEALTH = b"GET /health HTTP/1.1\r\n\r\n"
HEALTHY = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{"status": "ok"}'
STREAM = [
    GET,
    HEALTH,
    b"HEAD /json HTTP/1.1\r\n\r\n",
    b"POST /echo HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello",
    b"POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    b"GET /delay/1 HTTP/1.1\r\n\r\n",
    b"GET /chunked/3?size=7 HTTP/1.1\r\n\r\n",
    b"GET /drip?chunks=2&interval_ms=1 HTTP/1.1\r\n\r\n",
    b"GET /bytes/100000 HTTP/1.1\r\n\r\n",
    b"GET /fault/slow-head?interval_ms=0 HTTP/1.1\r\n\r\n",
    b"\r\nGET /status/404 HTTP/1.1\r\n\r\n",
]


@asynccontextmanager
async def connected(target):
    reader, writer = await asyncio.open_connection(target.host, target.port)
    try:
        async with asyncio.timeout(10):
            yield reader, writer
    finally:
        writer.transport.abort()


async def one_by_one(target, requests):
    answers = b""
    for request in requests:
        async with connected(target) as (reader, writer):
            writer.write(request)
            writer.write_eof()
            answers += await reader.read()
    return answers


async def in_pieces(target, pieces):
    async with connected(target) as (reader, writer):
        for piece in pieces:
            writer.write(piece)
            # Let the target, on this same loop, read the piece by itself.
            for _ in range(3):
                await asyncio.sleep(0)
        writer.write_eof()
        return await reader.read()


@settings(deadline=None, max_examples=40)
@given(
    requests=st.lists(st.sampled_from(STREAM), min_size=1, max_size=8),
    cuts=st.lists(st.integers(0, 600), max_size=12),
)
def test_any_chunking_of_a_pipelined_stream_is_answered_alike(requests, cuts):
    stream = b"".join(requests)
    places = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    pieces = [stream[start:end] for start, end in itertools.pairwise(places)]

    async def both():
        async with DemoTarget() as target:
            return await one_by_one(target, requests), await in_pieces(target, pieces)

    expected, received = asyncio.run(both())
    assert received == expected


async def test_the_same_bytes_again_get_the_same_answer_without_parsing(target):
    async with connected(target) as (reader, writer):
        for _ in range(3):
            writer.write(HEALTH)
            assert await reader.readexactly(len(HEALTHY)) == HEALTHY
    assert target.requests == 3


async def test_more_requests_than_are_kept_pending(exchange):
    answers = await exchange(b"GET /delay/20 HTTP/1.1\r\n\r\n" + HEALTH * 500)
    assert answers.count(HEALTHY) == 500


async def test_http_1_0_is_closed(exchange):
    answer = await exchange(b"GET /health HTTP/1.0\r\n\r\n" + HEALTH)
    assert answer.count(b"HTTP/1.1 200") == 1
    assert b"Connection: close" in answer


async def test_close_is_honoured_while_the_client_keeps_its_side_open(target):
    async with connected(target) as (reader, writer):
        writer.write(b"GET /health HTTP/1.1\r\nConnection: close\r\n\r\n" + HEALTH)
        assert (await reader.read()).count(b"HTTP/1.1 200") == 1


async def test_a_too_large_body_is_refused_before_it_is_sent(target):
    async with connected(target) as (reader, writer):
        writer.write(b"POST /echo HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 10000001\r\n\r\n")
        assert (await reader.read()).startswith(b"HTTP/1.1 413 ")


async def test_a_too_large_body_that_is_sent_anyway_does_not_hide_the_answer(target):
    async with connected(target) as (reader, writer):
        writer.write(b"POST /echo HTTP/1.1\r\nContent-Length: 10000001\r\n\r\n")
        writer.write(b"x" * 5_000_000)
        assert (await reader.read()).startswith(b"HTTP/1.1 413 ")


async def test_the_largest_body_is_read(target):
    async with connected(target) as (reader, writer):
        writer.write(b"POST /status/201 HTTP/1.1\r\nContent-Length: 10000000\r\nConnection: close\r\n\r\n")
        writer.write(b"x" * 10_000_000)
        assert (await reader.read()).startswith(b"HTTP/1.1 201 ")


async def test_a_body_held_back_is_asked_for(target):
    async with connected(target) as (reader, writer):
        writer.write(
            b"POST /echo HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\n"
        )
        assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        writer.write(b"ok")
        assert b'"body": "ok"' in await reader.read()


async def test_garbage_is_refused(exchange):
    assert (await exchange(b"\x16\x03\x01\x02\r\n\r\n")).startswith(b"HTTP/1.1 400 ")


async def test_reset(target):
    async with connected(target) as (reader, writer):
        writer.write(b"GET /fault/reset HTTP/1.1\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            await reader.read()


@pytest.mark.parametrize(
    ("path", "received"),
    [
        ("close", b""),
        ("malformed", b"This is not HTTP.\r\n\r\n"),
        (
            "truncated",
            b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 1000\r\n\r\n" + b"x" * 500,
        ),
        ("slow-head?interval_ms=1", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nslow\n"),
    ],
)
async def test_fault(exchange, path, received):
    assert await exchange(f"GET /fault/{path} HTTP/1.1\r\n\r\n".encode()) == received


async def test_a_stalled_connection_answers_nothing_behind_it_and_ends_with_the_server():
    async with DemoTarget() as target, connected(target) as (reader, writer):
        writer.write(b"GET /fault/stall HTTP/1.1\r\n\r\n" + HEALTH)
        async with connected(target) as (other_reader, other_writer):
            other_writer.write(HEALTH)
            await other_reader.readexactly(len(HEALTHY))
        await target.__aexit__(None, None, None)
        with suppress(ConnectionResetError):  # also an end
            assert await reader.read() == b""


async def test_a_stalled_connection_ends_with_its_client(target):
    async with connected(target) as (reader, writer):
        writer.write(b"GET /fault/stall HTTP/1.1\r\n\r\n")
        writer.write_eof()
        assert await reader.read() == b""


async def test_a_client_that_reads_slowly_holds_back_the_body(target):
    # The body is larger than every buffer on the way, so the target must wait for the reader.
    async with connected(target) as (reader, writer):
        writer.write(b"GET /bytes/30000000 HTTP/1.1\r\nConnection: close\r\n\r\n")
        await reader.readuntil(b"\r\n\r\n")
        length = 0
        while piece := await reader.read(65_536):
            length += len(piece)
        assert length == 30_000_000


async def test_a_client_that_leaves_in_the_middle_is_forgotten(target):
    async with connected(target) as (reader, writer):
        writer.write(b"GET /drip?chunks=1000&interval_ms=1 HTTP/1.1\r\n\r\n")
        await reader.readuntil(b"\r\n\r\n")
    async with connected(target) as (reader, writer):
        writer.write(HEALTH)
        assert await reader.readexactly(len(HEALTHY)) == HEALTHY


async def test_absolute_form_as_a_proxy_gets_it(exchange):
    assert await exchange(b"GET http://h:1/health HTTP/1.1\r\nHost: h:1\r\n\r\n") == HEALTHY


async def test_a_tunnel_is_not_offered(exchange):
    assert (await exchange(b"CONNECT h:1 HTTP/1.1\r\n\r\n")).startswith(b"HTTP/1.1 404 ")
