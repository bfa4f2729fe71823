"""Whole exchanges over real connections: what the row says, what is repeated, what fails and what goes on."""

import asyncio

import pytest

from loadr_protocols.http import link
from loadr_protocols.http.dispatch import MOST_REFUSALS
from loadr_protocols.http2 import frames as fr
from loadr_protocols.http2 import settings as st
from loadr_protocols.http2.errors import ErrorCode


def answers(body=b"ok", *, first=()):
    """A behaviour: answers every request."""

    async def behave(peer, _):
        peer.send(*first)
        while True:
            number = await peer.request()
            peer.send(
                peer.make.head(number, 200, [("content-length", len(body))]), peer.make.data(number, body)
            )

    return behave


async def test_two_responses_over_one_connection(client, frame_server, column):
    async with frame_server(answers()) as server:
        for _ in range(2):
            response = await client.send(server.url)
            assert (response.status, response.proto, response.body) == (200, "HTTP/2", b"ok")
            assert response.headers == {"content-length": "2"}
            assert response.error is None
            stamps = [column(response, name) for name in ("start", "sent", "first", "end")]
            assert stamps == sorted(stamps)
            assert response.duration == stamps[3] - stamps[0]
        assert server.connections == 1
    assert response.row[:4] == (0, 0, 0, 0)


async def test_every_byte_is_counted_once(client, frame_server, column):
    seen = []

    async def behave(peer, _):
        number = await peer.request()
        peer.send(peer.make.head(number, 200), peer.make.data(number, b"one"))
        seen.append(number)
        number = await peer.request()
        peer.send(peer.make.head(number, 200, ended=True))
        seen.append(number)
        await peer.gone()

    async with frame_server(behave) as server:
        first, second = await client.send(server.url), await client.send(server.url)
    assert seen == [1, 3]
    assert column(first, "bytes_received") == len(fr.encode_frame(fr.SETTINGS, 0, 0)) + 9 + 1 + 9 + 3
    assert column(second, "bytes_received") == 9 + 1
    assert column(first, "bytes_sent") > len(fr.PREFACE)
    # What repeats is an octet a field, and with the second request goes what acknowledged the settings.
    assert 0 < column(second, "bytes_sent") < 80


async def test_the_request_on_the_wire(make_client, frame_server):
    client = make_client(version="http2-prior-knowledge", headers={"X-Default": "1"})
    got = {}

    async def behave(peer, _):
        number = await peer.request()
        got["fields"] = peer.blocks[number]
        got["body"] = (await peer.expect(fr.DATA))[3]
        peer.send(peer.make.head(number, 204, ended=True))
        await peer.gone()

    async with frame_server(behave) as server:
        await client.send(
            f"{server.url}/a b?q=1", headers=[("Connection", "keep-alive"), ("Y", "2")], body=b"data"
        )
    assert [tuple(field) for field in got["fields"]] == [
        (":method", "POST"),
        (":scheme", "http"),
        (":authority", f"127.0.0.1:{server.port}"),
        (":path", "/a%20b?q=1"),
        ("user-agent", "loadr/0.1.0"),
        ("accept", "*/*"),
        ("x-default", "1"),
        ("accept-encoding", "gzip, deflate, br, zstd"),
        ("y", "2"),
        ("content-length", "4"),
    ]
    assert got["body"] == b"data"


async def test_requests_at_once_share_a_connection(client, frame_server):
    async def behave(peer, _):
        numbers = [await peer.request() for _ in range(20)]
        for number in reversed(numbers):
            peer.send(peer.make.head(number), peer.make.data(number, b"%d" % number))
        await peer.gone()

    async with frame_server(behave) as server:
        responses = await asyncio.gather(*[client.send(server.url) for _ in range(20)])
        assert server.connections == 1
    assert sorted(int(response.body) for response in responses) == list(range(1, 41, 2))
    connecting = [response.row[2] > 0 for response in responses]
    assert connecting.count(True) == 1


async def test_more_requests_than_streams(make_client, frame_server, until):
    client = make_client(version="http2-prior-knowledge", connections_per_host=2)
    most = {}

    async def behave(peer, connection):
        peer.send(peer.make.settings({st.MAX_CONCURRENT_STREAMS: 3}))
        if connection == 1:  # the first request may be sent before the settings are known
            number = await peer.request()
            peer.send(peer.make.head(number, ended=True))
        waiting = set()

        def answer(number):
            waiting.discard(number)
            peer.send(peer.make.head(number, ended=True))

        while True:
            number = await peer.request()
            waiting.add(number)
            most[connection] = max(most.get(connection, 0), len(waiting))
            asyncio.get_running_loop().call_soon(answer, number)  # behind all requests that came together

    async with frame_server(behave) as server:
        await client.send(server.url)
        responses = await asyncio.gather(*[client.send(server.url) for _ in range(30)])
        assert server.connections == 2
    assert [response.status for response in responses] == [200] * 30
    assert most[1] <= 3  # on the second connection requests may be sent before the settings are known


async def test_interim_responses_begin_the_response(client, frame_server, column):
    gate = asyncio.Event()

    async def behave(peer, _):
        number = await peer.request()
        peer.send(peer.make.head(number, 103, [("link", "</x>")]))
        await gate.wait()
        peer.send(peer.make.head(number, 200, ended=True))
        await peer.gone()

    async with frame_server(behave) as server:
        sending = asyncio.create_task(client.send(server.url))
        await asyncio.sleep(0.05)
        opened = client.handler.context.clock.now()
        gate.set()
        response = await sending
    assert response.status == 200
    assert column(response, "first") < opened < column(response, "end")


async def test_head_has_no_body(client, frame_server):
    async def behave(peer, _):
        number = await peer.request()
        peer.send(peer.make.head(number, 200, [("content-length", 500)], ended=True))
        await peer.gone()

    async with frame_server(behave) as server:
        response = await client.send(server.url, method="HEAD")
    assert (response.status, response.body, response.error) == (200, b"", None)


async def test_trailers_end_a_response(client, frame_server):
    async def behave(peer, _):
        number = await peer.request()
        peer.send(peer.make.head(number), peer.make.data(number, b"x", ended=False))
        peer.send(peer.make.trailers(number, [("checksum", "1")]))
        await peer.gone()

    async with frame_server(behave) as server:
        response = await client.send(server.url)
    assert (response.body, response.headers) == (b"x", {})


# ---------------------------------------------------------------- bodies and windows


async def test_a_large_body_waits_for_windows(client, frame_server, column):
    body = bytes(range(256)) * 4000
    got = bytearray()
    seen = {}

    async def behave(peer, _):
        number = await peer.request()
        while len(got) < 65_535:
            got.extend((await peer.expect(fr.DATA))[3])
        seen["blocked"] = client.handler.context.clock.now()
        while len(got) < len(body):
            peer.send(fr.encode_window_update(0, 100_000), fr.encode_window_update(number, 100_000))
            want = min(len(body), len(got) + 100_000)
            while len(got) < want:
                got.extend((await peer.expect(fr.DATA))[3])
        peer.send(peer.make.head(number, 200, ended=True))
        await peer.gone()

    async with frame_server(behave) as server:
        response = await client.send(server.url, body=body)
    assert response.status == 200
    assert bytes(got) == body
    assert column(response, "start") < seen["blocked"] < column(response, "sent") <= column(response, "first")
    assert column(response, "bytes_sent") > len(body)


async def test_a_response_before_the_request_is_whole(client, frame_server, column):
    async def behave(peer, _):
        number = await peer.request()
        peer.send(peer.make.head(number, 413, ended=True))
        *_, code = await peer.expect(fr.RST_STREAM)
        assert int.from_bytes(code, "big") == ErrorCode.CANCEL
        await answers()(peer, 1)

    async with frame_server(behave) as server:
        response = await client.send(server.url, body=b"x" * 1_000_000)
        assert (response.status, response.error) == (413, None)
        assert column(response, "start") < column(response, "sent") <= column(response, "first")
        assert (await client.send(server.url)).body == b"ok"
        assert server.connections == 1


@pytest.mark.parametrize("announced", [True, False])
async def test_a_body_beyond_the_limit(make_client, frame_server, announced):
    client = make_client(version="http2-prior-knowledge", max_response_size="1kb")

    async def behave(peer, _):
        number = await peer.request()
        peer.send(peer.make.head(number, 200, [("content-length", 2000)] if announced else []))
        peer.send(
            peer.make.data(number, bytes(600), ended=False), peer.make.data(number, bytes(600), ended=False)
        )
        await peer.expect(fr.RST_STREAM)
        await answers()(peer, 1)

    async with frame_server(behave) as server:
        response = await client.send(server.url)
        assert (response.status, response.error_kind) == (0, "protocol")
        assert "max_response_size" in response.error
        assert (await client.send(server.url)).body == b"ok"
        assert server.connections == 1


async def test_a_body_that_nobody_reads_is_counted(make_client, frame_server, column):
    client = make_client(
        version="http2-prior-knowledge", discard_response_bodies=True, max_response_size="1kb"
    )
    async with frame_server(answers(bytes(10_000))) as server:
        response = await client.send(server.url, keeps_body=False)
    assert (response.status, response.body, response.error) == (200, b"", None)
    assert column(response, "bytes_received") > 10_000


async def test_headers_beyond_what_the_server_takes(client, frame_server):
    async def behave(peer, _):
        peer.send(peer.make.settings({st.MAX_HEADER_LIST_SIZE: 1000}))
        await answers()(peer, 1)

    async with frame_server(behave) as server:
        assert (await client.send(server.url)).status == 200
        response = await client.send(server.url, headers=[("X", "y" * 1000)])
        assert (response.status, response.error_kind, response.proto) == (0, "protocol", "HTTP/2")
        assert "the server takes 1000" in response.error
        assert (await client.send(server.url)).status == 200
        assert server.connections == 1


# ---------------------------------------------------------------- failures of one request


async def test_a_reset_fails_one_request(client, frame_server):
    async def behave(peer, _):
        bad, good = await peer.request(), await peer.request()
        peer.send(fr.encode_reset(bad, ErrorCode.INTERNAL_ERROR), peer.make.head(good, ended=True))
        await answers()(peer, 1)

    async with frame_server(behave) as server:
        failed, fine = await asyncio.gather(client.send(server.url), client.send(server.url))
        assert (failed.status, failed.error_kind, failed.proto) == (0, "connection_reset", "HTTP/2")
        assert failed.error == f"127.0.0.1:{server.port} reset the stream (INTERNAL_ERROR)"
        assert fine.status == 200
        assert (await client.send(server.url)).status == 200
        assert server.connections == 1


async def test_a_malformed_response_fails_one_request(client, frame_server):
    async def behave(peer, _):
        bad, good = await peer.request(), await peer.request()
        peer.send(peer.make.head(bad, 200, [("Upper", "1")]), peer.make.head(good, ended=True))
        await answers()(peer, 1)

    async with frame_server(behave) as server:
        failed, fine = await asyncio.gather(client.send(server.url), client.send(server.url))
        assert (failed.error_kind, fine.status) == ("protocol", 200)
        assert "malformed field: 'Upper: 1'" in failed.error
        assert server.connections == 1


async def test_a_broken_connection_fails_all_requests_and_not_the_next(client, frame_server):
    async def behave(peer, connection):
        if connection > 1:
            await answers()(peer, connection)
        await peer.request()
        await peer.request()
        peer.send(fr.encode_frame(fr.PING, 0, 1, bytes(8)))
        _, _, _, payload = await peer.expect(fr.GOAWAY)
        assert int.from_bytes(payload[4:8], "big") == ErrorCode.PROTOCOL_ERROR
        await peer.gone()

    async with frame_server(behave) as server:
        responses = await asyncio.gather(client.send(server.url), client.send(server.url))
        for response in responses:
            assert (response.status, response.error_kind) == (0, "protocol")
            assert response.error == f"127.0.0.1:{server.port} sent a PING on a stream"
        assert (await client.send(server.url)).status == 200


async def test_a_server_of_http_1(client):
    async def behave(reader, writer):
        await reader.readline()
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(behave, "127.0.0.1", 0)
    async with server:
        response = await client.send(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    assert (response.status, response.error_kind) == (0, "protocol")
    assert "answered with HTTP/1.1, it speaks no HTTP/2" in response.error


# ---------------------------------------------------------------- repetitions


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_refused_request_is_repeated(client, frame_server, method):
    async def behave(peer, _):
        for _ in range(MOST_REFUSALS):
            peer.send(fr.encode_reset(await peer.request(), ErrorCode.REFUSED_STREAM))
        await answers()(peer, 1)

    async with frame_server(behave) as server:
        response = await client.send(server.url, method=method)
        assert (response.status, response.error) == (200, None)
        assert server.connections == 1


async def test_a_request_that_is_always_refused(client, frame_server):
    refused = []

    async def behave(peer, _):
        while True:
            refused.append(await peer.request())
            peer.send(fr.encode_reset(refused[-1], ErrorCode.REFUSED_STREAM))

    async with frame_server(behave) as server:
        response = await client.send(server.url)
        assert (response.status, response.error_kind) == (0, "connection_reset")
        assert "REFUSED_STREAM" in response.error
        assert len(refused) == MOST_REFUSALS + 1


async def test_goodbye_leaves_some_requests_out(client, frame_server):
    async def behave(peer, connection):
        if connection > 1:
            await answers(b"second")(peer, connection)
        first, _ = await peer.request(), await peer.request()
        peer.send(peer.make.goaway(first), peer.make.head(first), peer.make.data(first, b"first"))
        await peer.gone()

    async with frame_server(behave) as server:
        responses = await asyncio.gather(client.send(server.url), client.send(server.url))
        assert [response.body for response in responses] == [b"first", b"second"]
        assert server.connections == 2


async def test_goodbye_between_requests(client, frame_server, until):
    async def behave(peer, connection):
        number = await peer.request()
        peer.send(
            peer.make.head(number), peer.make.data(number, b"%d" % connection), peer.make.goaway(number)
        )
        await peer.gone()

    async with frame_server(behave) as server:
        assert [(await client.send(server.url)).body for _ in range(3)] == [b"1", b"2", b"3"]
        await until(lambda: client.session.open_connections == 0)


async def test_goodbye_to_everybody(client, frame_server):
    async def behave(peer, _):
        peer.send(peer.make.goaway(0, ErrorCode.ENHANCE_YOUR_CALM, b"go"))
        await peer.gone()

    async with frame_server(behave) as server:
        response = await client.send(server.url)
        assert response.status == 0
        assert response.error_kind in {"connection", "connection_reset"}
        assert server.connections <= MOST_REFUSALS + 1


@pytest.mark.parametrize(
    ("method", "status"),
    [pytest.param("GET", 200, id="repeated"), pytest.param("POST", 0, id="not repeated")],
)
async def test_a_connection_that_is_lost_after_a_request(client, frame_server, method, status):
    async def behave(peer, connection):
        if connection == 1:
            peer.send(peer.make.head(await peer.request(), ended=True))
            await peer.request()
            peer.reset()
        await answers()(peer, connection)

    async with frame_server(behave) as server:
        assert (await client.send(server.url)).status == 200
        response = await client.send(server.url, method=method)
        assert response.status == status
        assert response.error_kind == (None if status else "connection_reset")


async def test_closed_while_idle(client, frame_server, until):
    async def behave(peer, connection):
        number = await peer.request()
        peer.send(peer.make.head(number, 200 + connection, ended=True))
        peer.close()

    async with frame_server(behave) as server:
        for expected in (201, 202):
            assert (await client.send(server.url, method="POST")).status == expected
            await until(lambda: client.session.open_connections == 0)


# ---------------------------------------------------------------- time and cancellation


async def test_a_timeout_resets_its_stream_alone(client, frame_server, column):
    async def behave(peer, _):
        slow = await peer.request()
        number = await peer.request()
        _, _, stream, code = await peer.expect(fr.RST_STREAM)
        assert (stream, int.from_bytes(code, "big")) == (slow, ErrorCode.CANCEL)
        _, flags, _, payload = await peer.expect(fr.PING)
        peer.send(fr.encode_frame(fr.PING, flags | fr.ACK, 0, payload))
        peer.send(peer.make.head(slow, ended=True), peer.make.head(number, ended=True))
        await answers()(peer, 1)

    async with frame_server(behave) as server:
        timed_out, fine = await asyncio.gather(
            client.send(server.url, timeout=0.1), client.send(server.url, timeout=10)
        )
        assert (timed_out.status, timed_out.error_kind) == (0, "timeout")
        assert timed_out.error == f"timed out: there was no response from 127.0.0.1:{server.port}"
        assert timed_out.duration >= 0.099
        assert fine.status == 200
        assert (await client.send(server.url)).status == 200
        assert server.connections == 1


async def test_a_timeout_inside_a_response(client, frame_server):
    async def behave(peer, _):
        number = await peer.request()
        peer.send(peer.make.head(number))
        await peer.gone()

    async with frame_server(behave) as server:
        response = await client.send(server.url, timeout=0.1)
    assert response.error == f"timed out: the response began and did not end from 127.0.0.1:{server.port}"


async def test_a_silent_connection_is_left_after_the_second_timeout(client, frame_server):
    async def behave(peer, connection):
        if connection > 1:
            await answers()(peer, connection)
        await peer.gone()

    async with frame_server(behave) as server:
        outcomes = [(await client.send(server.url, timeout=0.05)).error_kind for _ in range(2)]
        assert outcomes == ["timeout"] * 2
        assert (await client.send(server.url)).status == 200
        assert server.connections == 2


async def test_cancellation_resets_the_stream(client, frame_server):
    reached = asyncio.Event()
    freed = asyncio.Event()

    async def behave(peer, _):
        number = await peer.request()
        reached.set()
        _, _, stream, code = await peer.expect(fr.RST_STREAM)
        assert (stream, int.from_bytes(code, "big")) == (number, ErrorCode.CANCEL)
        freed.set()
        await answers()(peer, 1)

    async with frame_server(behave) as server:
        sending = asyncio.create_task(client.send(server.url))
        await reached.wait()
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        await freed.wait()
        assert (await client.send(server.url)).status == 200
        assert server.connections == 1


# ---------------------------------------------------------------- coming and going


async def test_one_connection_a_request(make_client, frame_server, until):
    client = make_client(version="http2-prior-knowledge", keep_alive=False)
    said = []

    async def behave(peer, _):
        number = await peer.request()
        peer.send(peer.make.head(number, ended=True))
        said.append((await peer.expect(fr.GOAWAY))[3])
        await peer.gone()

    async with frame_server(behave) as server:
        for _ in range(3):
            assert (await client.send(server.url)).status == 200
        await until(lambda: len(said) == 3)
        assert server.connections == 3
        assert said == [bytes(8)] * 3
        assert client.session.open_connections == 0


async def test_the_session_says_goodbye(client, frame_server, until):
    said = []

    async def behave(peer, _):
        number = await peer.request()
        peer.send(peer.make.head(number, ended=True))
        said.append((await peer.expect(fr.GOAWAY))[3])

    async with frame_server(behave) as server:
        await client.send(server.url)
        (pool,) = client.session.pools.values()
        (connection,) = pool.idle
        assert repr(connection) == f"<HttpOverHttp2 127.0.0.1:{server.port} open, 0 streams>"
        await client.session.close()
        assert repr(connection) == f"<HttpOverHttp2 127.0.0.1:{server.port} closed, 0 streams>"
        await until(lambda: said)


async def test_redirects_and_cookies(client, frame_server):
    asked = []

    async def behave(peer, _):
        while True:
            number = await peer.request()
            fields = dict(tuple(field) for field in peer.blocks[number])
            asked.append((fields[":path"], fields.get("cookie")))
            if fields[":path"] == "/a":
                peer.send(
                    peer.make.head(
                        number,
                        302,
                        [("location", "/b"), ("set-cookie", "x=1"), ("set-cookie", "y=2")],
                        ended=True,
                    )
                )
            else:
                peer.send(peer.make.head(number, ended=True))

    async with frame_server(behave) as server:
        response = await client.send(f"{server.url}/a")
    assert response.status == 200
    assert asked == [("/a", None), ("/b", "x=1; y=2")]
    assert [sample.proto for sample in response.further] == ["HTTP/2"]


async def test_a_body_is_decoded(client, frame_server):
    import gzip  # noqa: PLC0415

    async def behave(peer, _):
        number = await peer.request()
        peer.send(
            peer.make.head(number, 200, [("content-encoding", "gzip")]),
            peer.make.data(number, gzip.compress(b"text")),
        )
        await peer.gone()

    async with frame_server(behave) as server:
        assert (await client.send(server.url, keeps_body=True)).body == b"text"


async def test_where_descriptors_are_not_written_to(client, frame_server, monkeypatch, column):
    """As on Windows: the transport writes everything."""
    monkeypatch.setattr(link, "_WRITES_DIRECTLY", False)
    async with frame_server(answers()) as server:
        for _ in range(2):
            response = await client.send(server.url)
            assert (response.status, response.body, response.error) == (200, b"ok", None)
            stamps = [column(response, name) for name in ("start", "sent", "first", "end")]
            assert stamps == sorted(stamps)
        assert server.connections == 1
