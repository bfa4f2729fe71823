"""Redirects, cookies and content codings against real servers."""

import gzip

import pytest

from loadr_testing.servers import ReadRequest, ScriptedServer, Send, Stall


def answer(status=200, body=b"", *fields):
    lines = "".join(f"{field}\r\n" for field in (*fields, f"Content-Length: {len(body)}"))
    return (ReadRequest(), Send(f"HTTP/1.1 {status} X\r\n{lines}\r\n".encode("latin-1") + body))


def played(*answers):
    return ScriptedServer((*(action for each in answers for action in each), Stall()))


def lines_of(server):
    return [request.head.split(b"\r\n")[0].decode() for request in server.requests]


def cookies_of(server):
    return [
        next((line[8:].decode() for line in request.head.split(b"\r\n") if line.startswith(b"Cookie: ")), "")
        for request in server.requests
    ]


async def test_a_redirect_is_followed_and_each_hop_is_a_sample(client, column):
    async with played(
        answer(302, b"moved", "Location: /b"), answer(307, b"", "Location: c?x=1"), answer(200, b"here")
    ) as server:
        response = await client.send(f"{server.url}/a", method="POST", body=b"data")
        assert lines_of(server) == ["POST /a HTTP/1.1", "GET /b HTTP/1.1", "GET /c?x=1 HTTP/1.1"]
        assert [request.body for request in server.requests] == [b"data", b"", b""]
        assert server.connections == 1
    assert (response.status, response.body, response.error) == (200, b"here", None)
    assert response.method == "GET"
    assert response.sent.url == f"{server.url}/c?x=1"
    assert [(hop.status, hop.method, hop.expected) for hop in response.further] == [
        (302, "POST", True),
        (307, "GET", True),
    ]
    rows = [*(hop.row for hop in response.further), response.row]
    assert response.duration == pytest.approx(sum(row[9] - row[6] for row in rows))
    starts = [row[6] for row in rows]
    assert starts == sorted(starts)
    assert [row[2] > 0 for row in rows] == [True, False, False]
    assert repr(response) == "<VisitedResponse <HttpResponse 200 4 bytes> after 2 more>"


async def test_credentials_of_the_plan_stay_at_home_and_the_jars_cookies_follow_their_rules(client):
    async with played(answer(200, b"there", "Set-Cookie: there=1")) as other:
        moved = f"http://localhost:{other.port}/x"
        async with played(answer(302, b"", f"Location: {moved}", "Set-Cookie: here=1")) as server:
            response = await client.send(
                server.url, headers=[("Authorization", "Bearer x"), ("Cookie", "own=1"), ("X-Kept", "1")]
            )
            assert b"\r\nAuthorization: Bearer x\r\n" in server.requests[0].head
        head = other.requests[0].head
        assert f"Host: localhost:{other.port}\r\n".encode() in head
        assert b"X-Kept: 1\r\n" in head
        assert b"Authorization" not in head
        assert b"Cookie" not in head
    assert response.status == 200
    assert {
        cookie.name for cookies in client.scope.cookies.stored.values() for cookie in cookies.values()
    } == {"here", "there"}


@pytest.mark.parametrize("limit", [1, 2])
async def test_too_many_redirects_fail_the_request(make_client, limit):
    client = make_client(max_redirects=limit)
    async with played(*[answer(302, b"loop", "Location: /")] * 3) as server:
        response = await client.send(server.url)
        assert len(server.requests) == limit + 1
    assert (response.status, response.error_kind, response.body) == (302, "protocol", b"loop")
    assert response.error == f"127.0.0.1:{server.port}: more than {limit} redirects"
    assert len(response.further) == limit


@pytest.mark.parametrize(
    ("defaults", "spec"),
    [({"max_redirects": 0}, {}), ({}, {"follow_redirects": False})],
    ids=["none allowed", "not followed"],
)
async def test_a_redirect_that_is_not_followed_is_the_response(make_client, defaults, spec):
    client = make_client(**defaults)
    async with played(answer(302, b"moved", "Location: /b")) as server:
        response = await client.send(server.url, **spec)
        assert (response.status, response.body, response.error, response.further) == (302, b"moved", None, ())
        assert response.headers["location"] == "/b"


async def test_a_request_may_have_a_limit_of_its_own_and_stop_there(client):
    async with played(*[answer(302, b"loop", "Location: /")] * 4) as server:
        response = await client.send(server.url, max_redirects=1, stops_at_limit=True)
        assert (response.status, response.body, response.error) == (302, b"loop", None)
        assert len(response.further) == 1
        assert (await client.send(server.url, max_redirects=1)).error_kind == "protocol"


async def test_timings_by_name(client):
    async with played(answer(200, b"")) as server:
        response = await client.send(server.url)
    times = response.timings
    assert list(times) == [
        "blocked",
        "looking_up",
        "connecting",
        "tls_handshaking",
        "sending",
        "waiting",
        "receiving",
        "duration",
    ]
    assert times["duration"] == response.duration > 0
    assert times["connecting"] > 0


async def test_a_redirect_to_nowhere_fails_the_request(client):
    async with played(answer(302, b"", "Location: ftp://x/")) as server:
        response = await client.send(server.url)
    assert (response.status, response.error_kind) == (302, "protocol")
    assert response.error.endswith(": redirected to 'ftp://x/': 'ftp' is not a scheme of HTTP")


async def test_a_hop_without_an_answer_fails_the_request(client):
    async with ScriptedServer((*answer(302, b"", "Location: /b"), ReadRequest()), (ReadRequest(),)) as server:
        response = await client.send(server.url)
    assert (response.status, response.error_kind) == (0, "connection")
    assert len(response.further) == 1


async def test_the_timeout_is_one_for_all_hops(client, column):
    async with ScriptedServer((*answer(302, b"", "Location: /b"), Stall())) as server:
        response = await client.send(server.url, timeout=0.2)
    assert response.error_kind == "timeout"
    blocked, *_, start, _, _, _, _, _ = response.further[0].row
    assert response.row[9] - (start - blocked) >= 0.2 - 1e-6


async def test_head_stays_head(client):
    script = (ReadRequest(), Send(b"HTTP/1.1 302 X\r\nLocation: /b\r\nContent-Length: 9\r\n\r\n"))
    async with ScriptedServer(
        (*script, ReadRequest(), Send(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"), Stall())
    ) as server:
        response = await client.send(server.url, method="HEAD")
        assert lines_of(server) == ["HEAD / HTTP/1.1", "HEAD /b HTTP/1.1"]
    assert (response.status, response.body, response.method) == (200, b"", None)


async def test_cookies_are_kept_and_sent(client):
    async with played(
        answer(200, b"", "Set-Cookie: a=1", "Set-Cookie: b=2; Path=/x"),
        answer(302, b"", "Location: /x/y", "Set-Cookie: a=3", "Set-Cookie: c=caf\u00e9"),
        answer(),
        answer(200, b"", "Set-Cookie: b=; Path=/x; Max-Age=0"),
        answer(),
    ) as server:
        for path in ("/", "/", "/x", "/x"):
            assert (await client.send(server.url + path)).error is None
        assert lines_of(server)[2] == "GET /x/y HTTP/1.1"
        heads = [request.head for request in server.requests]
        sent = [
            [line for line in head.split(b"\r\n") if line.lower().startswith(b"cookie:")] for head in heads
        ]
        assert sent == [
            [],
            [b"Cookie: a=1"],
            [b"Cookie: b=2; a=3; c=caf\xe9"],
            [b"Cookie: b=2; a=3; c=caf\xe9"],
            [b"Cookie: a=3; c=caf\xe9"],
        ]


async def test_cookies_join_those_of_the_plan(client):
    async with played(answer(200, b"", "Set-Cookie: a=1", "Set-Cookie: own=jar"), answer()) as server:
        for _ in range(2):
            await client.send(server.url, headers=[("Cookie", "own=plan")])
        assert cookies_of(server) == ["own=plan", "own=plan; a=1"]


async def test_without_cookies_nothing_is_kept(make_client):
    client = make_client(cookies=False)
    async with played(answer(200, b"", "Set-Cookie: a=1"), answer()) as server:
        for _ in range(2):
            await client.send(server.url)
        assert cookies_of(server) == ["", ""]


@pytest.mark.parametrize("keeps", [True, False])
async def test_a_body_is_decoded_for_whoever_reads_it(client, column, keeps):
    body = gzip.compress(b"hello" * 1000)
    async with played(*[answer(200, body, "Content-Encoding: gzip")] * 2) as server:
        for _ in range(2):
            response = await client.send(server.url, keeps_body=keeps)
            assert response.body == (b"hello" * 1000 if keeps else body)
            assert response.error is None
            assert column(response, "bytes_received") > len(body)
            assert column(response, "bytes_received") < len(body) + 100
        assert b"\r\nAccept-Encoding: gzip, deflate, br, zstd\r\n" in server.requests[0].head


@pytest.mark.parametrize(
    ("defaults", "headers", "line"),
    [
        ({"compression": False}, [], None),
        ({}, [("accept-encoding", "br")], b"accept-encoding: br"),
        ({"headers": {"Accept-Encoding": "identity"}}, [], b"Accept-Encoding: identity"),
    ],
    ids=["off", "the request's own", "the defaults' own"],
)
async def test_what_is_asked_for(make_client, defaults, headers, line):
    client = make_client(**defaults)
    async with played(answer(200, gzip.compress(b"x"), "Content-Encoding: gzip")) as server:
        response = await client.send(server.url, headers=headers, keeps_body=True)
        assert response.body == b"x"  # who sends it uninvited is understood all the same
        found = [
            each
            for each in server.requests[0].head.split(b"\r\n")
            if each.lower().startswith(b"accept-encoding")
        ]
        assert found == ([] if line is None else [line])


async def test_a_body_that_cannot_be_decoded_fails_the_request(client):
    async with played(answer(200, b"no gzip", "Content-Encoding: gzip"), answer()) as server:
        response = await client.send(server.url, keeps_body=True)
        assert (response.status, response.error_kind) == (200, "protocol")
        assert response.error.startswith(f"127.0.0.1:{server.port}: the gzip body is damaged")
        assert (await client.send(server.url)).status == 200
        assert server.connections == 1


@pytest.mark.parametrize(
    "raw",
    [
        b"Content-Length: 1001\r\n\r\n" + b"x" * 1001,
        b"Transfer-Encoding: chunked\r\n\r\n1F4\r\n"
        + b"x" * 500
        + b"\r\n1F5\r\n"
        + b"x" * 501
        + b"\r\n0\r\n\r\n",
        b"\r\n" + b"x" * 1001,
    ],
    ids=["length", "chunked", "until close"],
)
async def test_a_body_that_is_too_long_fails_the_request_unless_it_is_only_counted(make_client, column, raw):
    response = b"HTTP/1.1 200 OK\r\n" + raw
    script = (ReadRequest(), Send(response[:200]), Send(response[200:]))
    for drops in (False, True):
        client = make_client(max_response_size=1000, discard_response_bodies=drops)
        async with ScriptedServer(script) as server:
            got = await client.send(server.url)
        if drops:
            assert (got.status, got.body, got.error) == (200, b"", None)
            assert column(got, "bytes_received") == len(response)
        else:
            assert (got.status, got.error_kind) == (0, "protocol")
            assert "the body is longer than max_response_size, 1,000 bytes" in got.error


async def test_a_compressed_body_that_grows_too_long_fails_the_request(make_client):
    client = make_client(max_response_size=1000)
    async with played(answer(200, gzip.compress(bytes(5000)), "Content-Encoding: gzip")) as server:
        response = await client.send(server.url, keeps_body=True)
    assert response.error_kind == "protocol"
    assert "grows beyond max_response_size" in response.error


async def test_discarded_bodies_are_kept_where_somebody_reads_them(make_client):
    client = make_client(discard_response_bodies=True)
    body = b"x" * 300_000
    async with played(*[answer(200, body)] * 2) as server:
        assert (await client.send(server.url, keeps_body=False)).body == b""
        assert (await client.send(server.url, keeps_body=True)).body == body
        assert server.connections == 1


async def test_what_scripts_will_ask_of_a_response(client):
    async with played(
        answer(302, b"", "Location: /b"), answer(200, b"", "X-A: 1", "x-a: 2", "Set-Cookie: a=b")
    ) as server:
        response = await client.send(server.url)
    assert response.head.reason == "X"
    assert response.head.fields[:2] == [("X-A", "1"), ("x-a", "2")]
    assert response.headers["x-a"] == "1, 2"
    assert response.head.values("set-cookie") == ["a=b"]
    assert response.remote == ("127.0.0.1", server.port, "", "")
