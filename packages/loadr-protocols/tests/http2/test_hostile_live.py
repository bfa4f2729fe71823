"""Servers that mean harm over real connections: a request ends with a reason, in bounded memory, and the next goes on."""

import asyncio
import gzip
import itertools
import random
import struct
import tracemalloc

import pytest

from loadr_protocols.http2 import frames as fr
from loadr_protocols.http2.settings import INITIAL_WINDOW_SIZE

frame = fr.encode_frame
END = fr.END_HEADERS | fr.END_STREAM


def again(octets):
    """Attacks with the same octets, again and again."""
    return lambda _peer, _number: itertools.repeat(octets)


def each(make):
    """Attacks with what is made anew for each round."""
    return lambda peer, number: (make(peer, number) for _ in itertools.count())


def after_head(make, fields=()):
    """The same behind the head of a response."""
    return lambda peer, number: itertools.chain(
        [peer.make.head(number, 200, fields)], each(make)(peer, number)
    )


def data(peer, number):
    return peer.make.data(number, bytes(16_000), ended=False)


def bomb(peer, number):
    """A field of the dynamic table, named 16,000 times in one block."""
    peer.send(peer.make.head(number, 103, [("x", "y" * 3900)]))
    return frame(fr.HEADERS, END, number, b"\x88" + b"\xbe" * 16_000)


ATTACKS = {
    "pings": (again(frame(fr.PING, 0, 0, bytes(8)) * 500), "frames without progress"),
    "settings": (again(frame(fr.SETTINGS, 0, 0) * 500), "frames without progress"),
    "changing settings": (
        again(frame(fr.SETTINGS, 0, 0, struct.pack(">HI", INITIAL_WINDOW_SIZE, 1) * 100) * 100),
        "frames without progress",
    ),
    "unknown frames": (again(frame(0xBE, 0, 0, bytes(100)) * 500), "frames without progress"),
    "priorities": (again(frame(fr.PRIORITY, 0, 1, bytes(5)) * 500), "frames without progress"),
    "small windows": (again(fr.encode_window_update(0, 1) * 500), "frames without progress"),
    "a window that overflows": (
        again(fr.encode_window_update(0, 2**31 - 1)),
        "opened the connection's window too far",
    ),
    "a stream's window that overflows": (
        each(lambda _peer, number: fr.encode_window_update(number, 2**31 - 1)),
        "opened a stream's window too far",
    ),
    "a block without end": (
        each(
            lambda _peer, number: (
                frame(fr.HEADERS, 0, number, b"\x88") + frame(fr.CONTINUATION, 0, number) * 500
            )
        ),
        "a field block in more than 64 frames",
    ),
    "a large block without end": (
        each(
            lambda _peer, number: (
                frame(fr.HEADERS, 0, number, b"\x88") + frame(fr.CONTINUATION, 0, number, bytes(16_000)) * 50
            )
        ),
        "a field block of more than",
    ),
    "a bomb of fields": (each(bomb), "too large a head"),
    "endless 1xx": (
        each(lambda peer, number: peer.make.head(number, 103, [("link", "x")])),
        "interim responses",
    ),
    "empty parts": (after_head(lambda _peer, number: frame(fr.DATA, 0, number) * 500), "without progress"),
    "padding alone": (
        after_head(lambda _peer, number: frame(fr.DATA, fr.PADDED, number, b"\xff" + bytes(255)) * 500),
        "without progress",
    ),
    "an endless body": (after_head(data), "longer than max_response_size"),
    "a body longer than it says": (after_head(data, [("content-length", 9)]), "a longer body than its"),
    "a length beyond all limits": (after_head(data, [("content-length", 10**12)]), "max_response_size"),
    "endless trailers": (
        after_head(lambda peer, number: peer.make.trailers(number, [("x", "y")], ended=False)),
        "sent a second head inside of a response",
    ),
    "a frame beyond all limits": (
        again(b"\xff\xff\xff\x00\x00\x00\x00\x00\x01"),
        "a frame of 16777215 octets",
    ),
    "a push": (
        each(lambda _peer, number: frame(fr.PUSH_PROMISE, fr.END_HEADERS, number, bytes(4))),
        "pushed a response",
    ),
    "a stream that nobody opened": (again(frame(fr.DATA, 0, 7, b"x")), "which was never opened"),
    "no table": (
        each(lambda _peer, number: frame(fr.HEADERS, END, number, b"\xff\xff\xff\xff\xff\x01")),
        "integer",
    ),
}


class Attacker:
    """Attacks the first request, and answers the others."""

    def __init__(self, make):
        self.make = make
        self.attacked = False

    async def __call__(self, peer, _):
        number = await peer.request()
        if not self.attacked:
            self.attacked = True
            attack = asyncio.create_task(self._attack(peer, number))
            try:
                await peer.expect(fr.RST_STREAM, fr.GOAWAY)
            finally:
                attack.cancel()
                await asyncio.gather(attack, return_exceptions=True)
            number = await peer.request()
        while True:
            peer.send(peer.make.head(number, ended=True))
            number = await peer.request()

    async def _attack(self, peer, number):
        for octets in self.make(peer, number):
            peer.send(octets)
            await peer.drain()
            await asyncio.sleep(0)


@pytest.fixture
def hostile_client(make_client):
    return make_client(version="http2-prior-knowledge", max_response_size=2_000_000)


@pytest.mark.parametrize("attack", ATTACKS)
async def test_attacks_end_with_a_reason_and_bounded_memory(hostile_client, frame_server, attack):
    make, words = ATTACKS[attack]
    async with frame_server(Attacker(make)) as server:
        tracemalloc.start()
        response = await hostile_client.send(server.url, timeout=60)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert (response.status, response.error_kind) == (0, "protocol")
        assert words in response.error
        assert peak < 20_000_000
        assert (await hostile_client.send(server.url, timeout=60)).status == 200


async def test_a_bomb(hostile_client, frame_server):
    body = gzip.compress(bytes(50_000_000))

    async def behave(peer, _):
        number = await peer.request()
        peer.send(peer.make.head(number, 200, [("content-encoding", "gzip")]))
        for at in range(0, len(body), 16_000):
            peer.send(peer.make.data(number, body[at : at + 16_000], ended=at + 16_000 >= len(body)))
        await peer.gone()

    async with frame_server(behave) as server:
        response = await hostile_client.send(server.url, keeps_body=True, timeout=60)
    assert response.error_kind == "protocol"
    assert "grows beyond max_response_size" in response.error


async def test_resets_without_end(hostile_client, frame_server):
    """A server that resets whatever it is asked fails requests, one after the other."""

    async def behave(peer, _):
        while True:
            peer.send(fr.encode_reset(await peer.request(), 2))

    async with frame_server(behave) as server:
        for _ in range(50):
            response = await hostile_client.send(server.url, timeout=60)
            assert response.error_kind == "connection_reset"
            assert "reset the stream (INTERNAL_ERROR)" in response.error
        assert server.connections == 1


def mutated(draw, octets):
    octets = bytearray(octets)
    for _ in range(draw.randrange(1, 5)):
        place = draw.randrange(len(octets))
        match draw.randrange(3):
            case 0:
                octets[place] = draw.randrange(256)
            case 1:
                del octets[place : place + draw.randrange(1, 9)]
            case _:
                octets[place:place] = draw.randbytes(draw.randrange(1, 9))
        octets = octets or bytearray(b"x")
    return bytes(octets)


@pytest.mark.parametrize("seed", range(4))
async def test_mutated_responses(make_client, frame_server, seed):
    draw = random.Random(seed)
    client = make_client(version="http2-prior-knowledge", max_redirects=2, max_response_size=100_000)
    sent = []

    async def behave(peer, _):
        number = await peer.request()
        valid = [
            peer.make.head(number, 200, [("content-length", 5), ("set-cookie", "a=b")])
            + peer.make.data(number, b"hello"),
            peer.make.head(number, 302, [("location", "/x?y=z")], ended=True),
            peer.make.head(number, 103)
            + peer.make.head(number)
            + peer.make.data(number, b"x" * 50, ended=False)
            + peer.make.trailers(number, [("t", "1")]),
            peer.make.head(number, 200, [("content-encoding", "gzip")])
            + peer.make.data(number, gzip.compress(b"x" * 99)),
        ]
        sent.append(mutated(draw, draw.choice(valid)))
        peer.send(sent[-1])
        await peer.drain()
        peer.close()

    async with frame_server(behave) as server:
        for _ in range(60):
            response = await client.send(server.url, keeps_body=True, timeout=20)
            assert (response.status > 0) or response.error, sent[-1]
            assert response.error_kind in {None, "protocol", "connection", "connection_reset"}, sent[-1]
            assert response.error_kind is None or response.error, sent[-1]
            assert isinstance(response.body, bytes)
            assert isinstance(dict(response.headers), dict)
