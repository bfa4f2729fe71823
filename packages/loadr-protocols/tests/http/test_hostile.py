"""Servers that mean harm: whatever comes, a request ends with a response or a reason, and memory stays bounded."""

import asyncio
import gzip
import itertools
import random
import tracemalloc

import pytest

from loadr_core.cookies.jar import MOST_PER_DOMAIN
from loadr_testing.servers import LoopbackServer

HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


class Hostile(LoopbackServer):
    """Answers every request with what a function makes, until the client has had enough."""

    def __init__(self, pieces):
        super().__init__()
        self.pieces = pieces
        self.requests = 0

    async def serve(self, _, reader, writer):
        try:
            while True:
                await reader.readuntil(b"\r\n\r\n")
                self.requests += 1
                for piece in self.pieces(self.requests):
                    writer.write(piece)
                    await writer.drain()
                    await asyncio.sleep(0)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


def endless(first, piece):
    return lambda _count: itertools.chain([first], itertools.repeat(piece))


ATTACKS = {
    "endless 1xx": (endless(b"", b"HTTP/1.1 103 X\r\nLink: x\r\n\r\n" * 50), "interim responses"),
    "endless 1xx in one flood": (endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 5000), "interim responses"),
    "an endless status line": (endless(b"HTTP/1.1 200 ", b"x" * 50_000), "head is longer"),
    "an endless field": (endless(HEAD + b"X: ", b"x" * 50_000), "head is longer"),
    "endless fields": (endless(HEAD, b"X: y\r\n" * 5_000), "head is longer"),
    "an endless chunk extension": (endless(CHUNKED + b"5;", b"x" * 50_000), "between chunks is longer"),
    "endless trailers": (endless(CHUNKED + b"0\r\n", b"X: y\r\n" * 5_000), "trailer section is longer"),
    "an endless trailer": (endless(CHUNKED + b"0\r\nX: ", b"x" * 50_000), "between chunks is longer"),
    "an endless body": (endless(HEAD + b"\r\n", b"x" * 50_000), "longer than max_response_size"),
    "endless chunks": (
        endless(CHUNKED, b"C350\r\n" + b"x" * 50_000 + b"\r\n"),
        "longer than max_response_size",
    ),
    "a length beyond all limits": (
        endless(HEAD + b"Content-Length: 9999999999999\r\n\r\n", b"x"),
        "max_response_size",
    ),
    "a chunk beyond all limits": (
        endless(CHUNKED + b"FFFFFFFFFFFFFFFF\r\n", b"x" * 50_000),
        "max_response_size",
    ),
}


@pytest.mark.parametrize("attack", ATTACKS)
async def test_attacks_end_with_a_reason_and_bounded_memory(make_client, attack):
    pieces, words = ATTACKS[attack]
    client = make_client(max_response_size=2_000_000)
    async with Hostile(pieces) as server:
        tracemalloc.start()
        response = await client.send(server.url, timeout=60)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert response.error_kind == "protocol"
    assert words in response.error
    assert peak < 20_000_000


async def test_a_bomb(make_client):
    client = make_client(max_response_size=2_000_000)
    bomb = gzip.compress(bytes(200_000_000))
    raw = HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb) + bomb
    async with Hostile(lambda _count: [raw]) as server:
        response = await client.send(server.url, keeps_body=True, timeout=60)
    assert (response.error_kind, "grows beyond max_response_size" in response.error) == ("protocol", True)


async def test_redirects_that_grow(client):
    def longer(count):
        return [b"HTTP/1.1 302 X\r\nLocation: /%s\r\nContent-Length: 0\r\n\r\n" % (b"x" * 1000 * count)]

    async with Hostile(longer) as server:
        response = await client.send(server.url, timeout=60)
        assert server.requests == 11
    assert response.error.endswith("more than 10 redirects")


async def test_a_flood_of_cookies(client):
    lines = b"".join(b"Set-Cookie: c%d=%s\r\n" % (number, b"x" * 20) for number in range(5000))
    async with Hostile(lambda _count: [HEAD + lines + b"Content-Length: 0\r\n\r\n"]) as server:
        for _ in range(2):
            assert (await client.send(server.url, timeout=60)).status == 200
    assert sum(map(len, client.scope.cookies.stored.values())) == MOST_PER_DOMAIN


VALID = [
    HEAD + b"Content-Length: 5\r\nSet-Cookie: a=b; Path=/\r\n\r\nhello",
    CHUNKED + b"5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nT: 1\r\n\r\n",
    b"HTTP/1.1 302 Found\r\nLocation: /x?y=z\r\nContent-Length: 0\r\n\r\n",
    HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(gzip.compress(b"x" * 99)) + gzip.compress(b"x" * 99),
    b'HTTP/1.1 401 No\r\nWWW-Authenticate: Digest realm="r", nonce="n"\r\nContent-Length: 0\r\n\r\n',
]  # fmt: skip


def mutated(random):
    raw = bytearray(random.choice(VALID))
    for _ in range(random.randrange(1, 6)):
        place = random.randrange(len(raw))
        match random.randrange(5):
            case 0:
                raw[place] = random.randrange(256)
            case 1:
                del raw[place : place + random.randrange(1, 9)]
            case 2:
                raw[place:place] = bytes(random.randrange(256) for _ in range(random.randrange(1, 9)))
            case 3:
                raw[place:place] = raw[: random.randrange(len(raw))]
            case _:
                raw[place:place] = random.choice([b"\r\n", b"\n", b"\r\n\r\n", b"\x00", b": ", b";"])
        raw = raw or bytearray(b"x")
    return bytes(raw)


@pytest.mark.parametrize("seed", range(4))
async def test_mutated_responses(make_client, seed):
    drawn = random.Random(seed)
    client = make_client(max_redirects=2, max_response_size=100_000, cache=True)
    sent = []

    async def serve(reader, writer):
        try:
            await reader.readuntil(b"\r\n\r\n")
            sent.append(mutated(drawn))
            writer.write(sent[-1])
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    for _ in range(60):
        response = await client.send(url, keeps_body=True, timeout=10)
        assert (response.status > 0) or response.error, sent[-1]
        assert response.error_kind in {None, "protocol", "connection", "connection_reset", "timeout"}, sent[
            -1
        ]
        assert response.error_kind is None or response.error, sent[-1]
        assert isinstance(response.body, bytes)
        assert isinstance(dict(response.headers), dict)
    server.close()
    await server.wait_closed()
