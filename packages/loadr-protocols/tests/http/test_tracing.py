"""`tracing` and `dns` of the plan against a real server."""

import asyncio
import re

import pytest

from loadr_testing.servers import ReadRequest, ScriptedServer, Send, Stall

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
MOVED = b"HTTP/1.1 302 X\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n"
TRACE = re.compile(rb"\r\ntraceparent: 00-([0-9a-f]{32})-([0-9a-f]{16})-01\r\n")


async def test_each_request_is_a_trace_and_its_hops_share_it(make_client):
    client = make_client(tracing=True)
    script = (ReadRequest(), Send(OK), ReadRequest(), Send(MOVED), ReadRequest(), Send(OK), Stall())
    async with ScriptedServer(script) as server:
        request = client.compile(server.url)
        responses = [await request.send(client.session, client.scope) for _ in range(2)]
        first, second, hop = [TRACE.search(each.head).groups() for each in server.requests]
    assert [response.status for response in responses] == [200, 200]
    assert [response.trace_id for response in responses] == [each[0].decode() for each in (first, second)]
    assert first != second == hop
    assert int(first[0], 16)
    assert int(first[1], 16)


async def test_requests_at_once_do_not_get_each_others_traces(make_client):
    client = make_client(tracing=True)
    async with ScriptedServer((ReadRequest(), Send(OK), Stall())) as server:
        request = client.compile(server.url)
        sending = [request.send(client.session, client.scope) for _ in range(4)]
        traces = [response.trace_id for response in await asyncio.gather(*sending)]
        sent = [TRACE.search(each.head).group(1).decode() for each in server.requests]
    assert sorted(traces) == sorted(sent)
    assert len(set(traces)) == 4


async def test_without_tracing_a_response_has_no_trace(make_client):
    client = make_client()
    async with ScriptedServer((ReadRequest(), Send(OK), Stall())) as server:
        assert (await client.send(server.url)).trace_id is None


@pytest.mark.parametrize("own", [{"headers": [("Traceparent", "mine")]}, {}])
async def test_a_traceparent_of_the_plan_counts(make_client, own):
    client = make_client(tracing=True, headers={} if own else {"traceparent": "mine"})
    async with ScriptedServer((ReadRequest(), Send(OK), Stall())) as server:
        await client.send(server.url, **own)
        head = server.requests[0].head.lower()
    assert head.count(b"\r\ntraceparent: ") == 1
    assert b"\r\ntraceparent: mine\r\n" in head


@pytest.mark.parametrize("select", ["first", "random", "round_robin"])
async def test_names_are_looked_up_as_the_plan_says(make_client, column, select):
    client = make_client(dns={"ttl": "1m", "select": select}, keep_alive=False)
    async with ScriptedServer((ReadRequest(), Send(OK))) as server:
        responses = [await client.send(f"http://localhost:{server.port}/") for _ in range(3)]
    assert [response.status for response in responses] == [200] * 3
    assert repr(client.handler.connector._reach._resolver) == f"<Resolver {select}, 1 hosts known>"
