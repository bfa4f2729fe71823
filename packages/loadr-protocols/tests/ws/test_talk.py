"""Sessions with real servers: the library websockets, aiohttp, and one that plays hostile scripts."""

import asyncio
import json
from base64 import b64encode
from hashlib import sha1

import aiohttp.web
import pytest

from loadr_core.spi import CompileError, RenderError, Text
from loadr_protocols.ws.layout import CONNECTING, PING_PONG, REPLY, SESSION
from loadr_testing.servers import LoopbackAuthority, LoopbackServer, refused_port


async def count_up(connection):
    number = 0
    while True:
        number += 1
        await connection.send(f'{{"n": {number}}}')
        await asyncio.sleep(0.001)


@pytest.mark.parametrize("compression", [False, True], ids=["plain", "compressed"])
async def test_a_message_for_each_frame_sent(client, echo, row, times, compression):
    async with echo() as served:
        frames = ["a", {"text": "grüß"}, {"binary_base64": "AP8="}, {"text": "x" * 100_000}]
        response = await client.talk(served.url, send=frames, compression=compression)
    assert (response.error, response.status, response.proto) == (None, 101, "WebSocket")
    assert response.body == b"x" * 100_000
    assert (row(response)["sessions"], row(response)["msgs_sent"], row(response)["msgs_received"]) == (
        1,
        4,
        4,
    )
    assert set(times(response)) == {CONNECTING.name, SESSION.name}
    assert served.closings == [(1000, "")]
    if compression:
        assert row(response)["sent"] < 10_000
    assert response.headers["upgrade"].lower() == "websocket"


@pytest.mark.parametrize(
    ("rule", "received", "body"),
    [
        ({"receive_count": 3}, 3, b'{"n": 3}'),
        ({"receive_until": '"n": 5'}, 5, b'{"n": 5}'),
        ({"receive_count": 9, "receive_until": '"n": 2'}, 2, b'{"n": 2}'),
    ],
    ids=["count", "until", "the first of both"],
)
async def test_stop_rules(client, serve, row, rule, received, body):
    async with serve(count_up) as served:
        response = await client.talk(served.url, **rule)
    assert (response.error, row(response)["msgs_received"], response.body) == (None, received, body)


async def test_a_session_has_its_time(client, serve, row):
    async with serve(count_up) as served:
        response = await client.talk(served.url, session_duration="50ms")
    assert response.error is None
    assert response.duration >= 0.05
    assert row(response)["msgs_received"] >= 1


async def test_nothing_sent_and_nothing_awaited_opens_and_closes(client, echo, row):
    async with echo() as served:
        response = await client.talk(served.url)
    assert (response.error, row(response)["msgs_received"]) == (None, 0)
    assert served.closings == [(1000, "")]


async def test_delays_come_before_their_frames(client, serve):
    came = []

    async def talk(connection):
        async for message in connection:
            came.append((message, asyncio.get_running_loop().time()))
            await connection.send(message)

    async with serve(talk) as served:
        await client.talk(
            served.url, send=["a", {"text": "b", "delay": "30ms"}, {"text": "c", "delay": "30ms"}]
        )
    assert [message for message, _ in came] == ["a", "b", "c"]
    stamps = [at for _, at in came]
    assert stamps[1] - stamps[0] > 0.02
    assert stamps[2] - stamps[1] > 0.02


async def test_pings_are_timed_and_answered(client, serve, times):
    async def talk(connection):
        pong = await connection.ping(b"are you there")
        await pong
        await connection.send("yes, it is")

    async with serve(talk) as served:
        response = await client.talk(served.url, send=[{"ping": "a"}, {"ping": "b"}], receive_count=1)
    assert response.body == b"yes, it is"
    only = await _only_pings(client, serve, times)
    assert len(only[PING_PONG.name]) == 2


async def _only_pings(client, serve, times):
    async def talk(connection):
        await connection.wait_closed()

    async with serve(talk) as served:
        return times(await client.talk(served.url, send=[{"ping": "a"}, {"ping": "b"}]))


async def test_replies_are_matched_in_order(client, echo, times):
    async with echo() as served:
        response = await client.talk(served.url, send=["a", "b", "c"], match={"by": "next"})
    assert len(times(response)[REPLY.name]) == 3


@pytest.mark.parametrize(
    "match",
    [{"by": "jsonpath", "expression": "$.id"}, {"by": "regex", "expression": '"id": (\\d+)'}],
    ids=["jsonpath", "regex"],
)
async def test_replies_are_matched_by_a_key(client, serve, times, match):
    async def talk(connection):
        asked = [json.loads(await connection.recv()) for _ in range(3)]
        await connection.send("no JSON, and no answer")
        for question in reversed(asked):
            await asyncio.sleep(0.01)
            await connection.send(json.dumps({"answer": True, "id": question["id"]}))

    async with serve(talk) as served:
        send = [json.dumps({"id": number}) for number in (1, 2, 3)]
        response = await client.talk(served.url, send=send, receive_count=4, match=match)
    assert len(times(response)[REPLY.name]) == 3
    assert times(response)[REPLY.name] == sorted(times(response)[REPLY.name])


async def test_subprotocols_headers_and_cookies(client, echo):
    async with echo(subprotocols=["v2.chat"]) as served:
        response = await client.talk(
            served.url + "path?q=1",
            subprotocols=["v1.chat", "v2.chat"],
            headers=[("X-Own", "yes"), ("Cookie", "a=1")],
        )
        assert response.headers["sec-websocket-protocol"] == "v2.chat"
        (session,) = served.sessions
        assert session.request.path == "/path?q=1"
        assert (session.request.headers["X-Own"], session.request.headers["Cookie"]) == ("yes", "a=1")


async def test_wss(make_client, echo, tmp_path):
    authority = LoopbackAuthority()
    authority.write_ca_file(tmp_path)
    client = make_client(tls={"ca_file": "ca.pem"})
    async with echo(ssl=authority.server_context()) as served:
        response = await client.talk(served.url, send=["secret"])
    assert (response.error, response.body) == (None, b"secret")


async def test_the_other_server(client):
    async def handle(request):
        socket = aiohttp.web.WebSocketResponse(compress=True)
        await socket.prepare(request)
        async for message in socket:
            await socket.send_str(message.data.upper())
        return socket

    application = aiohttp.web.Application()
    application.router.add_get("/ws", handle)
    runner = aiohttp.web.AppRunner(application)
    await runner.setup()
    site = aiohttp.web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    try:
        response = await client.talk(f"ws://127.0.0.1:{port}/ws", send=["a", "b" * 1000], compression=True)
        assert (response.error, response.body) == (None, b"B" * 1000)
        refused = await client.talk(f"ws://127.0.0.1:{port}/nothing", send=["a"])
        assert (refused.status, refused.error_kind) == (404, None)
    finally:
        await runner.cleanup()


# ------------------------------------------------------------ held sessions


async def test_a_held_session_serves_request_after_request(client, echo, row, times, until):
    async with echo() as served:
        request = client.compile(served.url, send=["a"], session="s")
        responses = [await request.send(client.session, client.scope) for _ in range(3)]
        assert len(served.sessions) == 1
        last = await client.talk(served.url, session="s", close=True, close_code=3000)
        await until(lambda: served.closings)
        assert served.closings == [(3000, "")]
    assert [row(response)["sessions"] for response in responses] == [1, 0, 0]
    assert [set(times(response)) for response in responses] == [{CONNECTING.name}, set(), set()]
    assert set(times(last)) == {SESSION.name}
    assert not client.session.held


async def test_what_came_between_two_requests_is_read_by_the_second(client, serve, until):
    async def talk(connection):
        for number in range(3):
            await connection.send(str(number))

    async with serve(talk) as served:
        first = await client.talk(served.url, receive_count=1, session="s")
        second = await client.talk(served.url, receive_count=2, session="s")
    assert (first.body, second.body) == (b"0", b"2")


async def test_branches_that_share_a_session_take_turns(client, echo):
    async with echo() as served:
        requests = [client.compile(served.url, send=[text], session="s") for text in ("a", "b", "c")]
        responses = await asyncio.gather(
            *(request.send(client.session, client.scope) for request in requests)
        )
        assert len(served.sessions) == 1
    assert [response.body for response in responses] == [b"a", b"b", b"c"]


def answering(*answers):
    """A server that answers the first message by itself, the second by what is told, and then listens."""

    async def talk(connection):
        await connection.send(await connection.recv())
        await connection.recv()
        for answer in answers:
            await (answer(connection) if callable(answer) else connection.send(answer))
        await connection.wait_closed()

    return talk


async def ping(connection):
    await (await connection.ping(b"there?"))


async def pong(connection):
    await connection.pong(b"a heartbeat")


async def leave(connection):
    await connection.close(1001, "maintenance")


@pytest.mark.parametrize(
    ("answers", "block", "body", "received", "kind"),
    [
        (["x"], {}, b"x", 1, None),
        ([b"\xff"], {}, b"\xff", 1, None),
        (["x", "y"], {"receive_count": 2}, b"y", 2, None),
        (["x", "y" * 300], {"receive_count": 2}, b"y" * 300, 2, None),
        ([ping, "x"], {}, b"x", 1, None),
        ([pong, "x"], {}, b"x", 1, None),
        (["x", pong, "y"], {"receive_count": 2}, b"y", 2, None),
        (["x", leave], {}, b"x", 1, None),
        ([leave], {}, b"", 0, "connection"),
        (["x", leave], {"receive_count": 2}, b"x", 1, "connection"),
        (["x"], {"receive_count": 2, "timeout": 0.1}, b"x", 1, "timeout"),
        ([], {"timeout": 0.1}, b"", 0, "timeout"),
    ],
)
async def test_the_second_request_of_a_session(client, serve, row, answers, block, body, received, kind):
    async with serve(answering(*answers)) as served:
        first = await client.talk(served.url, send=["a"], session="s")
        second = await client.talk(served.url, send=["b"], session="s", **block)
    assert (first.error, second.error_kind, second.body) == (None, kind, body)
    found = row(second)
    assert (found["sessions"], found["msgs_sent"], found["msgs_received"]) == (0, 1, received)
    assert found["sent"] >= 7
    assert found["end"] >= found["start"]
    assert bool(client.session.held) is (kind is None)


async def test_messages_that_leave_at_once(client, echo, row):
    send = ["a", {"text": "b"}, {"binary_base64": "AP8="}]
    async with echo() as served:
        request = client.compile(served.url, send=send, session="s")
        responses = [await request.send(client.session, client.scope) for _ in range(3)]
    assert [response.body for response in responses] == [b"\x00\xff"] * 3
    assert [row(response)["msgs_received"] for response in responses] == [3] * 3


async def test_what_nobody_asked_for_is_counted_by_the_next_request(client, serve, until):
    async with serve(answering("x", "unasked", "y")) as served:
        for send, body in (("a", b"a"), ("b", b"x")):
            assert (await client.talk(served.url, send=[send], session="s")).body == body
        (held,) = client.session.held.values()
        await until(lambda: held.link.unread)
        assert (await client.talk(served.url, send=["c"], session="s")).body == b"unasked"


async def test_a_rendered_message_on_a_held_session(client, echo):
    def compile_text(source):
        return Text(source, None, lambda scope: scope.variables["x"])

    async with echo() as served:
        request = client.compile(served.url, send=["$x"], session="s", compile_text=compile_text)
        for text in ("one", "two", "grüß"):
            client.scope.variables["x"] = text
            assert (await request.send(client.session, client.scope)).body == text.encode()


async def test_branches_take_turns_though_one_of_them_gives_up(client, serve, until):
    came, gate = [], asyncio.Event()

    async def talk(connection):
        async for message in connection:
            came.append(message)
            if message == "a":
                await gate.wait()
            await connection.send(message)

    async with serve(talk) as served:
        assert (await client.talk(served.url, send=["first"], session="s")).error is None
        tasks = [asyncio.ensure_future(client.talk(served.url, send=[text], session="s")) for text in "abc"]
        await until(lambda: came == ["first", "a"])
        tasks[1].cancel()
        await asyncio.wait([tasks[1]])
        gate.set()
        assert [(await task).body for task in (tasks[0], tasks[2])] == [b"a", b"c"]
        assert (await client.talk(served.url, send=["last"], session="s")).body == b"last"
        assert len(served.sessions) == 1
    assert came == ["first", "a", "c", "last"]


async def test_a_cancelled_request_loses_the_held_session(client, serve, until):
    async with serve(answering()) as served:
        assert (await client.talk(served.url, send=["a"], session="s")).error is None
        task = asyncio.ensure_future(client.talk(served.url, send=["b"], session="s"))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
        assert not client.session.held
        assert (await client.talk(served.url, send=["a"], session="s")).body == b"a"
        assert len(served.sessions) == 2


async def test_a_session_that_the_server_has_closed_is_told_once(client, serve, until):
    async def talk(connection):
        await connection.send(await connection.recv())
        await connection.close(1001, "maintenance")

    async with serve(talk) as served:
        request = client.compile(served.url, send=["a"], session="s")
        assert (await request.send(client.session, client.scope)).error is None
        (held,) = client.session.held.values()
        await until(lambda: not held.link.is_open)
        broken = await request.send(client.session, client.scope)
        assert broken.error_kind == "connection"
        assert "closed the session: 1001, maintenance" in broken.error
        assert (await request.send(client.session, client.scope)).error is None


async def test_sessions_are_closed_with_their_user(make_client, echo, until):
    client = make_client()
    async with echo() as served:
        await client.talk(served.url, send=["a"], session="s")
        await client.session.close()
        await until(lambda: served.closings)
        assert served.closings == [(1000, "")]


# ------------------------------------------------------------ failures


class Scripted(LoopbackServer):
    """Shakes hands, or not, then sends bytes as they are, and listens."""

    def __init__(self, frames=b"", *, head=None, then=None, **options):
        super().__init__(**options)
        self._frames = frames
        self._head = head
        self._then = then
        self.heard = b""

    async def serve(self, _, reader, writer):
        request = await reader.readuntil(b"\r\n\r\n")
        key = next(line for line in request.split(b"\r\n") if line.lower().startswith(b"sec-websocket-key"))
        guid = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        accept = b64encode(sha1(key.partition(b":")[2].strip() + guid).digest())
        head = (
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
        )
        writer.write((self._head or head) + self._frames)
        if self._then == "close":
            writer.close()
            return
        while data := await reader.read(65_536):
            self.heard += data

    @property
    def url(self):
        return super().url.replace("http", "ws")


async def test_frames_right_behind_the_handshake(client):
    async with Scripted(b"\x81\x05hello\x81\x05again") as server:
        response = await client.talk(server.url, receive_count=2)
    assert response.body == b"again"


@pytest.mark.parametrize(
    ("frames", "words"),
    [
        (b"\x83\x00", "unknown opcode 3"),
        (b"\x81\x01\xff", "not UTF-8"),
        (b"\x81\x81abcdX", "is masked"),
        (b"\x82\x7f\x00\x00\x00\x00\xff\xff\xff\xff", "longer than max_response_size"),
        (b"\xc1\x02ab", "compressed, which was not agreed on"),
    ],
)
async def test_a_server_that_breaks_the_protocol(make_client, frames, words):
    client = make_client(max_response_size=1_000_000)
    async with Scripted(frames) as server:
        response = await client.talk(server.url, receive_count=2, session="s")
    assert (response.status, response.error_kind) == (0, "protocol")
    assert words in response.error
    assert not client.session.held


async def test_a_server_that_drops_the_connection(client):
    async with Scripted(b"\x81\x01a", then="close") as server:
        response = await client.talk(server.url, receive_count=2)
    assert response.error_kind == "connection"
    assert response.error.endswith(
        "ended the connection without a close frame (1006), when 1 messages had come, before 2 messages"
    )
    assert response.body == b"a"


async def test_a_session_that_gives_too_little_is_bounded_by_the_timeout(client):
    async with Scripted(b"\x81\x01a") as server:
        response = await client.talk(server.url, receive_until="never", timeout=0.1)
    assert response.error_kind == "timeout"
    assert response.error.endswith("the plan waits for a message with 'never'")
    assert response.duration >= 0.1


async def test_a_server_that_does_not_answer_the_closing(client, monkeypatch):
    monkeypatch.setattr("loadr_protocols.ws.request.FAREWELL", 0.05)
    async with Scripted(b"\x81\x01a") as server:
        response = await client.talk(server.url, receive_count=1)
    assert response.error is None


@pytest.mark.parametrize(
    ("head", "status", "kind", "words"),
    [
        (b"HTTP/1.1 403 Forbidden\r\nContent-Length: 4\r\n\r\nstop", 403, None, None),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, None, None),
        (
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
            0,
            "protocol",
            "does not fit the key",
        ),
        (b"no HTTP at all\r\n\r\n", 0, "protocol", "malformed response"),
    ],
    ids=["refused", "no change", "wrong answer", "no HTTP"],
)
async def test_a_handshake_that_fails(client, head, status, kind, words):
    async with Scripted(head=head) as server:
        request = client.compile(server.url, send=["a"])
        response = await request.send(client.session, client.scope)
    assert (response.status, response.error_kind) == (status, kind)
    assert not request.expects(response.status)
    if words:
        assert words in response.error


async def test_nobody_there(client):
    with refused_port() as port:
        response = await client.talk(f"ws://127.0.0.1:{port}/", send=["a"])
    assert (response.status, response.error_kind) == (0, "connection_refused")


async def test_a_cancelled_session_is_lost(client, serve, until):
    async def silent(connection):
        await connection.wait_closed()

    async with serve(silent) as served:
        task = asyncio.ensure_future(client.talk(served.url, send=["a"], session="s"))
        await until(lambda: served.sessions)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
        await until(lambda: served.closings)
    assert served.closings == [(1006, "")]
    assert not client.session.held


async def test_a_flood_that_nobody_reads_is_bounded(client, serve, until):
    async def flood(connection):
        while True:
            await connection.send(b"x" * 100_000)

    async with serve(flood) as served:
        await client.talk(served.url, receive_count=1, session="s")
        (held,) = client.session.held.values()
        await until(lambda: held.link.is_paused)
        assert held.link.unread < 3_000_000
        more = await client.talk(served.url, receive_count=50, session="s")
        assert more.error is None


# ------------------------------------------------------------ before the run


@pytest.mark.parametrize(
    ("block", "words"),
    [
        ({"match": {"by": "jsonpath", "expression": "$["}}, "ws.match"),
        ({"match": {"by": "regex", "expression": "("}}, "ws.match"),
        ({"send": [{"binary_base64": "?"}]}, "not Base64"),
    ],
)
async def test_refused_before_the_run(client, block, words):
    with pytest.raises(CompileError, match=words):
        client.compile("ws://h/", **block)


async def test_templates(client, echo):
    def compile_text(source):
        return Text(source, None, lambda scope: source.replace("$x", scope.variables["x"]))

    client.scope.variables["x"] = "YQ=="
    async with echo() as served:
        request = client.compile(
            served.url, send=["<$x>", {"binary_base64": "$x"}], receive_until="$x", compile_text=compile_text
        )
        assert (await request.send(client.session, client.scope)).body == b"<YQ==>"
        client.scope.variables["x"] = ""
        with pytest.raises(RenderError, match="receive_until is empty"):
            await request.send(client.session, client.scope)


async def test_each_handshake_is_a_trace_where_the_plan_says_so(make_client, echo):
    client = make_client(tracing=True)
    async with echo() as served:
        for _ in range(2):
            assert (await client.talk(served.url, send=["a"])).error is None
        traces = [session.request.headers["traceparent"].split("-") for session in served.sessions]
    assert [[len(field) for field in trace] for trace in traces] == [[2, 32, 16, 2]] * 2
    assert traces[0][1] != traces[1][1]
