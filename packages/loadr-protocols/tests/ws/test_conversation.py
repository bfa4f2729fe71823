"""Sessions that a script talks over, against a server of the library websockets and raw sockets."""

import asyncio
import contextlib

import pytest
import websockets

from loadr_config.models import WsBlock
from loadr_core.spi import RequestSpec, Text
from loadr_protocols.ws import conversation as module
from loadr_protocols.ws.layout import WS_LAYOUT
from loadr_testing.waiting import poll


class Cell:
    def __init__(self):
        self.value = 0


class Book:
    """A recording that a test can look into."""

    def __init__(self):
        self.cells = {}
        self.samples = []

    def sample(self, sample):
        self.samples.append((sample.layout.name, sample.row[1] - sample.row[0]))

    def counter(self, metric, like):
        assert (like.status, like.proto, like.method) == (101, "WebSocket", "GET")
        return self.cells.setdefault(metric, Cell())

    @property
    def counts(self):
        return {name: cell.value for name, cell in self.cells.items()}

    @property
    def names(self):
        return [name for name, _ in self.samples]


class Talk:
    """An opened conversation with its book, and waiting for arrivals."""

    def __init__(self, response):
        self.response = response
        self.connection = response.connection
        self.book = Book()
        self.connection.record_in(self.book)
        self._come = asyncio.Event()
        self.connection.listen(self._come.set)

    async def next(self):
        while (arrival := self.connection.next()) is None:
            self._come.clear()
            await self._come.wait()
        return arrival.kind, arrival.data


@pytest.fixture
def open_talk(make_client):
    async def opening(url, *, client=None, headers=(), **block):
        client = client or make_client()
        spec = RequestSpec(
            name=Text.fixed("talk"),
            method=None,
            url=Text.fixed(url),
            headers=tuple((name, Text.fixed(value)) for name, value in headers),
            timeout=5.0,
            block=WsBlock.model_validate(block) if block else None,
        )
        return await client.handler.compile_opening(spec).send(client.session, client.scope)

    return opening


async def test_text_binary_and_pings_go_both_ways(echo, open_talk):
    async with echo() as served:
        response = await open_talk(served.url, subprotocols=["chat"])
        talk = Talk(response)
        assert (response.status, response.error_kind, response.connection.is_open) == (101, None, True)
        talk.connection.send("text", "grüße \x00 ok")
        assert await talk.next() == ("message", "grüße \x00 ok")
        talk.connection.send("binary", b"\x00\xff")
        assert await talk.next() == ("message", b"\x00\xff")
        talk.connection.send("ping", b"7")
        assert await talk.next() == ("pong", b"7")
        await served.sessions[0].ping(b"q")
        assert await talk.next() == ("ping", b"q")
        talk.connection.close(4000, "enough")
        assert await talk.next() == ("closed", (4000, "enough"))
        assert talk.connection.next() is None
    assert served.closings == [(4000, "enough")]
    assert talk.book.names == ["ws_ping", "ws_session_duration"]
    counts = talk.book.counts
    assert (counts["ws_msgs_sent"], counts["ws_msgs_received"]) == (2, 2)
    assert counts["data_sent"] > 30
    assert counts["data_received"] > 20


async def test_pings_that_wait_for_their_pongs_are_bounded(echo, open_talk, monkeypatch):
    monkeypatch.setattr(module, "MOST_PINGS", 3)
    async with echo() as served:
        talk = Talk(await open_talk(served.url))
        sent = [b"0", b"1", b"2", b"3", b"4"]
        for payload in sent:  # none is answered before all are sent
            talk.connection.send("ping", payload)
        assert [await talk.next() for _ in sent] == [("pong", payload) for payload in sent]
        assert talk.book.names == ["ws_ping"] * 3
        talk.connection.close()
        assert await talk.next() == ("closed", (1000, ""))


async def test_the_opening_is_measured_as_in_k6(echo, open_talk):
    async with echo() as served:
        response = await open_talk(served.url)
        response.connection.record_in(Book())
        response.connection.abort()
    row = dict(zip(WS_LAYOUT.columns, response.row, strict=True))
    assert (row["sessions"], row["msgs_sent"]) == (1, 0)
    assert row["sent"] > 100
    assert row["received"] > 100
    assert [sample.layout.name for sample in response.further] == ["ws_connecting"]


@pytest.mark.parametrize("status", [403, 302, 200])
async def test_a_refused_handshake_is_a_response(serve, open_talk, status):
    def refuse(connection, request):
        return connection.respond(status, "not today\n")

    async with serve(None, process_request=refuse) as served:
        response = await open_talk(served.url)
    assert (response.status, response.error_kind, response.connection) == (status, None, None)
    assert response.body == b"not today\n"
    assert response.row.sessions == 1


async def test_a_target_that_is_not_there_is_a_failure(open_talk):
    response = await open_talk("ws://127.0.0.1:9/")
    assert (response.status, response.error_kind) == (0, "connection_refused")
    assert response.connection is None


async def test_the_server_closes_with_its_code(serve, open_talk):
    async def leave(connection):
        await connection.send("last")
        await connection.close(4002, "bye")

    async with serve(leave) as served:
        talk = Talk(await open_talk(served.url))
        assert [await talk.next(), await talk.next()] == [("message", "last"), ("closed", (4002, "bye"))]
        assert not talk.connection.is_open
        with pytest.raises(ConnectionError, match="4002, bye"):
            talk.connection.send("text", "late")
    assert talk.book.names == ["ws_session_duration"]
    assert talk.book.counts["ws_msgs_sent"] == 0


async def raw_upgrade(reader, writer, frames):
    """Accept a handshake by hand, send some bytes, and go."""
    from base64 import b64encode  # noqa: PLC0415 - only here
    from hashlib import sha1  # noqa: PLC0415

    head = await reader.readuntil(b"\r\n\r\n")
    key = next(line.split(b": ")[1] for line in head.split(b"\r\n") if line.startswith(b"Sec-WebSocket-Key"))
    accept = b64encode(sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
    writer.write(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n" + frames
    )
    await writer.drain()


@contextlib.asynccontextmanager
async def raw_server(frames, *, stays=False):
    handled = asyncio.Event()

    async def handle(reader, writer):
        with contextlib.suppress(ConnectionError):
            await raw_upgrade(reader, writer, frames)
            if stays:
                await reader.read()
            writer.close()
            await writer.wait_closed()
        handled.set()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server, asyncio.timeout(20):
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        await handled.wait()


@pytest.mark.parametrize(
    ("frames", "words"),
    [
        (b"\x81\x7d only a part", "without a close frame"),
        (b"", "without a close frame"),
        (b"\x81\x02\xff\xff", "not UTF-8"),
        (b"\x83\x00", "unknown opcode"),
        (b"\x81\x7f" + (1 << 40).to_bytes(8, "big"), "longer than max_response_size"),
    ],
    ids=["cut off in a message", "no closing", "no UTF-8", "unknown frame", "too long"],
)
async def test_what_goes_wrong_ends_the_conversation_with_words(open_talk, frames, words):
    async with raw_server(frames) as url:
        talk = Talk(await open_talk(url))
        kind, said = await talk.next()
        assert kind == "failed"
        assert words in said
        assert talk.connection.next() is None
        assert not talk.connection.is_open
    assert talk.book.names == ["ws_session_duration"]


async def test_frames_that_come_with_the_handshake_are_all_told(open_talk):
    async with raw_server(b"\x89\x01!" + b"\x81\x02hi", stays=True) as url:
        talk = Talk(await open_talk(url))
        assert [await talk.next(), await talk.next()] == [("ping", b"!"), ("message", "hi")]
        talk.connection.abort()


async def test_a_server_that_does_not_answer_a_closing_is_left(open_talk, monkeypatch):
    monkeypatch.setattr(module, "FAREWELL", 0.05)
    async with raw_server(b"", stays=True) as url:
        talk = Talk(await open_talk(url))
        talk.connection.close()
        kind, words = await talk.next()
    assert kind == "failed"
    assert "has not answered the closing" in words


async def test_what_comes_behind_the_own_closing_is_not_counted(serve, open_talk):
    async def late(connection):
        await connection.recv()
        for _ in range(3):
            await connection.send("late")

    async with serve(late) as served:
        talk = Talk(await open_talk(served.url))
        talk.connection.send("text", "go")
        talk.connection.close()
        assert await talk.next() == ("closed", (1000, ""))
    assert talk.book.counts["ws_msgs_received"] == 0


async def test_aborted_it_goes_away_at_once_and_the_server_is_told(serve, open_talk):
    async def listen(connection):
        with contextlib.suppress(websockets.ConnectionClosed):
            await connection.recv()

    async with serve(listen) as served:
        talk = Talk(await open_talk(served.url))
        talk.connection.abort()
        talk.connection.abort()
        assert talk.connection.next() is None
    assert served.closings == [(1001, "")]
    assert talk.book.names == ["ws_session_duration"]


async def test_the_vus_session_closes_what_a_script_has_left(serve, open_talk, make_client):
    client = make_client()
    async with serve(lambda connection: connection.wait_closed()) as served:
        talk = Talk(await open_talk(served.url, client=client))
        await client.session.close()
        assert not talk.connection.is_open
    assert served.closings == [(1001, "")]
    assert talk.book.names == ["ws_session_duration"]


async def test_a_cancelled_opening_leaves_nothing_open(open_talk):
    asked, gone = asyncio.Event(), asyncio.Event()

    async def handle(reader, writer):
        with contextlib.suppress(ConnectionError):
            await reader.readuntil(b"\r\n\r\n")
            asked.set()
            await reader.read()
        writer.close()
        gone.set()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    async with server, asyncio.timeout(20):
        url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        opening = asyncio.ensure_future(open_talk(url))
        await asked.wait()
        opening.cancel()
        await asyncio.wait([opening])
        assert opening.cancelled()
        await gone.wait()


async def test_compressed_messages(echo, open_talk):
    async with echo(compression="deflate") as served:
        talk = Talk(await open_talk(served.url, compression=True))
        assert "permessage-deflate" in talk.response.headers["sec-websocket-extensions"]
        talk.connection.send("text", "again " * 1000)
        assert await talk.next() == ("message", "again " * 1000)
        talk.connection.abort()
    assert talk.book.counts["data_sent"] < 1000


async def test_what_websocket_cannot_send_is_a_mistake(echo, open_talk):
    async with echo() as served:
        talk = Talk(await open_talk(served.url))
        with pytest.raises(ValueError, match="sends no ping of 126 bytes"):
            talk.connection.send("ping", bytes(126))
        with pytest.raises(ValueError, match="sends no telegram"):
            talk.connection.send("telegram", b"")
        talk.connection.abort()


async def test_nobody_reads_and_the_server_is_held_back(serve, open_talk):
    async def pour(connection):
        for _ in range(64):
            await connection.send(b"x" * 100_000)

    async with serve(pour) as served:
        talk = Talk(await open_talk(served.url))
        link = talk.connection.link
        await asyncio.to_thread(poll, lambda: link.is_paused, "the pause")
        assert link.unread < 3_000_000
        received = 0
        while received < 6_400_000:
            _, data = await talk.next()
            received += len(data)
        talk.connection.abort()
