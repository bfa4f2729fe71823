"""Streams of real servers on loopback."""

import asyncio
import gzip

import pytest

from loadr_core.spi import CompileError, Payload
from loadr_testing.demo_target import DemoTarget
from loadr_testing.servers import (
    Close,
    Gate,
    LoopbackAuthority,
    Pause,
    ReadHead,
    ReadRequest,
    Reset,
    ScriptedServer,
    Send,
    Stall,
    refused_port,
)

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n\r\n"
CHUNKED = HEAD[:-2] + b"Transfer-Encoding: chunked\r\n\r\n"


def chunk(data):
    return b"%x\r\n%b\r\n" % (len(data), data)


async def test_a_stream_that_the_server_ends(client, times, events_of):
    async with DemoTarget() as target:
        response = await client.listen(f"{target.url}/events?count=5&interval_ms=5")
    assert (response.error, response.status, response.proto) == (None, 200, "HTTP/1.1")
    assert (events_of(response), response.body) == (5, b'{"number": 5}')
    assert response.headers["content-type"] == "text/event-stream"
    found = times(response)
    assert {metric: len(values) for metric, values in found.items()} == {
        "sse_first_event": 1,
        "sse_event_gap": 4,
        "sse_event_rate": 1,
    }
    assert all(gap > 0 for gap in found["sse_event_gap"])
    assert found["sse_event_rate"][0] == pytest.approx(4 / sum(found["sse_event_gap"]))
    assert 0 < found["sse_first_event"][0] <= response.duration


@pytest.mark.parametrize(
    ("rule", "count", "body"),
    [
        ({"events": 3}, 3, b'{"number": 3}'),
        ({"until": '"number": 4'}, 4, b'{"number": 4}'),
        ({"until": "tick"}, 1, b'{"number": 1}'),
        ({"events": 2, "until": "never"}, 2, b'{"number": 2}'),
    ],
    ids=["count", "data", "type", "the first of two"],
)
async def test_a_rule_ends_a_stream_that_goes_on(client, events_of, rule, count, body):
    async with DemoTarget() as target:
        response = await client.listen(f"{target.url}/events?count=10000&interval_ms=1", **rule)
    assert (response.error, events_of(response), response.body) == (None, count, body)


async def test_what_comes_behind_the_last_event_in_the_same_read_is_not_counted(client, events_of):
    async with ScriptedServer(
        (ReadHead(), Send(HEAD + b"data: 1\n\ndata: 2\n\ndata: 3\n\n"), Stall())
    ) as server:
        response = await client.listen(server.url, events=2)
    assert (events_of(response), response.body) == (2, b"2")


async def test_a_whole_stream_in_one_read(client, events_of):
    stream = b"data: 1\n\ndata: 2\n\n"
    head = HEAD[:-2] + b"Content-Length: %d\r\n\r\n" % len(stream)
    async with ScriptedServer((ReadHead(), Send(head + stream), Stall())) as server:
        response = await client.listen(server.url)
    assert (response.error, events_of(response), response.body) == (None, 2, b"2")


async def test_a_duration_ends_a_stream(client, events_of):
    async with ScriptedServer((ReadHead(), Send(HEAD + b"data: 1\n\n"), Stall())) as server:
        response = await client.listen(server.url, duration="50ms", events=5)
    assert (response.error, events_of(response), response.body) == (None, 1, b"1")
    assert response.duration >= 0.05


async def test_the_fields_of_an_event_source(client):
    async with ScriptedServer((ReadRequest(), Send(HEAD + b"data: 1\n\n"), Close())) as server:
        await client.listen(server.url, method="POST", body=Payload.fixed(b"{}", "application/json"))
    head = server.requests[0].head.lower()
    assert b"accept: text/event-stream\r\n" in head
    assert b"cache-control: no-store\r\n" in head
    assert b"accept-encoding: identity\r\n" in head
    assert head.startswith(b"post / http/1.1\r\n")
    assert server.requests[0].body == b"{}"


async def test_own_fields_come_first(client):
    async with ScriptedServer((ReadHead(), Send(HEAD + b"data: 1\n\n"), Close())) as server:
        await client.listen(server.url, headers=[("accept", "text/event-stream, */*")])
    assert server.requests[0].head.lower().count(b"accept: ") == 1


async def test_a_redirect_is_followed_and_counts_as_a_request_of_http(client, events_of):
    async with DemoTarget() as target:
        response = await client.listen(f"{target.url}/redirect-to?url=/events%3Fcount%3D1")
    assert (response.error, events_of(response)) == (None, 1)
    hop = response.further[0]
    assert (hop.layout.name, hop.status) == ("http", 302)


async def test_cookies_are_sent_and_taken(client):
    head = HEAD[:-2] + b"Set-Cookie: b=2\r\n\r\n"
    async with ScriptedServer((ReadHead(), Send(head + b"data: 1\n\n"), Close())) as server:
        await client.listen(server.url)
        await client.listen(server.url)
    assert [b"Cookie: b=2" in request.head for request in server.requests] == [False, True]


async def test_sses_is_tls(make_client, tmp_path, events_of):
    authority = LoopbackAuthority()
    authority.write_ca_file(tmp_path)
    client = make_client(tls={"ca_file": "ca.pem"})
    async with DemoTarget(ssl_context=authority.server_context()) as target:
        response = await client.listen(f"sses://127.0.0.1:{target.port}/events?count=2")
    assert (response.error, events_of(response)) == (None, 2)


# ------------------------------------------------------------ failures


@pytest.mark.parametrize(
    ("actions", "rule", "kind", "words"),
    [
        (
            (Send(HEAD + b"data: 1\n\n"), Close()),
            {"events": 3},
            "connection",
            "the stream ended when 1 events had come, before 3 events",
        ),
        (
            (Send(HEAD + b"data: 1\n\n"), Close()),
            {"until": "x"},
            "connection",
            "the stream ended when 1 events had come, before an event with 'x'",
        ),
        (
            (Send(CHUNKED + chunk(b"data: 1\n\n")), Close()),
            {},
            "connection",
            "the connection was closed inside the body",
        ),
        ((Send(HEAD + b"data: 1\n\n"), Reset()), {}, "connection_reset", "reset the connection"),
        (
            (Send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nhi"), Stall()),
            {},
            "protocol",
            "the response is no event stream: text/html",
        ),
        (
            (Send(HEAD + b"data: " + b"x" * 3000), Stall()),
            {},
            "protocol",
            "an event is longer than max_response_size",
        ),
    ],
    ids=["too few", "without the end", "cut off", "reset", "no stream", "too long"],
)
async def test_failures(make_client, actions, rule, kind, words):
    client = make_client(max_response_size=2000)
    async with ScriptedServer((ReadHead(), *actions)) as server:
        response = await client.listen(server.url, **rule)
    assert response.error_kind == kind
    assert words in response.error


async def test_a_compressed_stream_is_told(client):
    body = gzip.compress(b"data: 1\n\n")
    head = HEAD[:-2] + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body)
    async with ScriptedServer((ReadHead(), Send(head + body), Stall())) as server:
        response = await client.listen(server.url)
    assert response.error_kind == "protocol"
    assert response.error.endswith("text/event-stream; charset=utf-8, compressed with gzip")


async def test_a_stream_without_end_is_bounded_by_the_timeout(client, events_of):
    async with ScriptedServer((ReadHead(), Send(HEAD + b"data: 1\n\n"), Stall())) as server:
        response = await client.listen(server.url, events=2, timeout=0.1)
    assert (response.status, response.error_kind, events_of(response)) == (0, "timeout", 1)
    assert response.error.endswith("(1 events had come, the plan waits for 2 events)")
    assert response.duration >= 0.1


async def test_a_status_that_is_no_success_is_left_to_the_plan(client):
    async with DemoTarget() as target:
        request = client.compile(f"{target.url}/status/503")
        response = await request.send(client.session, client.scope)
    assert (response.status, response.error_kind) == (503, None)
    assert not request.expects(response.status)


async def test_refused(client):
    with refused_port() as port:
        response = await client.listen(f"sse://127.0.0.1:{port}/")
    assert (response.status, response.error_kind) == (0, "connection_refused")


async def test_a_cancelled_stream_lets_go_of_its_connection(client, until):
    gate = Gate()
    async with ScriptedServer(
        (ReadHead(), Send(HEAD), Pause(gate), Send(b"data: 1\n\n" * 100_000))
    ) as server:
        task = asyncio.ensure_future(client.listen(server.url))
        await until(lambda: server.requests)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
        gate.open()
        await until(lambda: server.left_early)


# ------------------------------------------------------------ reconnection


async def test_a_stream_goes_on_behind_its_last_id(client, events_of):
    first = (ReadHead(), Send(HEAD + b"retry: 10\n\nid: 7\ndata: a\n\nid: 8\ndata: lost"), Close())
    second = (ReadHead(), Send(HEAD + b"id: 9\ndata: b\n\n"), Stall())
    async with ScriptedServer(first, second) as server:
        response = await client.listen(server.url, events=2, reconnect=1)
    assert (response.error, events_of(response), response.body) == (None, 2, b"b")
    assert b"last-event-id" not in server.requests[0].head.lower()
    assert b"Last-Event-ID: 7\r\n" in server.requests[1].head


async def test_no_more_reconnections_than_the_plan_says(client, events_of):
    again = (ReadHead(), Send(HEAD + b"retry: 1\n\ndata: a\n\n"), Reset())
    async with ScriptedServer(again) as server:
        response = await client.listen(server.url, events=9, reconnect=2)
        assert server.connections == 3
    assert (response.error_kind, events_of(response)) == ("connection_reset", 3)


async def test_a_stream_is_not_opened_again_after_its_timeout(client):
    again = (ReadHead(), Send(HEAD + b"retry: 60000\n\ndata: a\n\n"), Close())
    async with ScriptedServer(again) as server:
        response = await client.listen(server.url, events=9, reconnect=2)
        assert server.connections == 1
    assert response.error_kind == "connection"


async def test_refused_before_the_run(client):
    with pytest.raises(
        CompileError, match=r"sse\.duration, 5 s, is not shorter than the request's timeout, 5 s"
    ):
        client.compile("http://h/", duration="5s")


async def test_each_stream_is_a_trace_where_the_plan_says_so(make_client):
    client = make_client(tracing=True)
    async with ScriptedServer((ReadHead(), Send(HEAD + b"data: 1\n\n"), Close())) as server:
        response = await client.listen(server.url)
    assert response.trace_id
    assert f"traceparent: 00-{response.trace_id}-".encode() in server.requests[0].head
