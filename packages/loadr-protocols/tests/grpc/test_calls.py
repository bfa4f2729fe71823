"""Calls of grpcio's server, all four shapes."""

import asyncio
import json
from dataclasses import replace

import grpc
import pytest

from loadr_core.spi import CompileError, RenderError, Text, VuContext
from loadr_protocols.grpc.layout import STREAM_LAYOUT, UNARY_LAYOUT
from loadr_testing.servers import BlackHole, LoopbackAuthority, refused_port


@pytest.mark.parametrize("connections", ["per_vu", "shared"])
async def test_a_unary_call(client, serve, sent_and_received, connections):
    async with serve() as served:
        request = client.compile(served.url, "Get", message={"id": "a"}, connections=connections)
        assert request.layout is UNARY_LAYOUT
        for _ in range(3):
            response = await request.send(client.session, client.scope)
            assert (response.error, response.status, response.proto) == (None, 0, "gRPC")
            assert request.expects(response.status)
            assert json.loads(response.body)["stock"] == str(2**40)
            assert sent_and_received(response) == (1, 1)
        assert len(served.shop.peers) == 1
        await client.handler.close()
    assert (response.headers["x-first"], response.headers["x-last"]) == ("1", "2")


async def test_users_share_connections_where_the_plan_says_so(client, serve):
    async with serve() as served:
        request = client.compile(served.url, "Get", message={"id": "a"}, connections="shared")
        await asyncio.gather(*(request.send(client.session, client.scope) for _ in range(20)))
        assert len(served.shop.peers) == 1
        await client.handler.close()


@pytest.mark.parametrize(
    ("method", "block", "counts", "last"),
    [
        ("List", {"message": {"id": "x", "count": 3}}, (1, 3), {"id": "x2"}),
        ("List", {"message": {"id": "x", "count": 0}}, (1, 0), None),
        (
            "Add",
            {"messages": [{"id": "a", "count": 1}, {"id": "b", "count": 2}]},
            (2, 1),
            {"total": 3, "ids": ["a", "b"]},
        ),
        ("Add", {"message": {"id": "a", "count": 1}}, (1, 1), {"total": 1, "ids": ["a"]}),
        ("Add", {"messages": []}, (0, 1), {"total": 0, "ids": []}),
        ("Chat", {"messages": [{"id": "a"}, {"id": "b"}]}, (2, 2), {"id": "B"}),
    ],
    ids=["server", "server, nothing", "client", "client, one", "client, nothing", "both"],
)
async def test_streams(client, serve, sent_and_received, method, block, counts, last):
    async with serve() as served:
        response = await client.call(served.url, method, **block)
    assert (response.error, response.status) == (None, 0)
    assert sent_and_received(response) == counts
    if last is None:
        assert response.body == b""
    else:
        body = json.loads(response.body)
        assert {key: body[key] for key in last} == last


async def test_streams_have_their_own_layout(client):
    assert client.compile("grpc://h:1", "List").layout is STREAM_LAYOUT


async def test_every_kind_of_field(client, serve):
    message = {
        "id": "ü",
        "stock": "9007199254740993",
        "kind": "KIND_BOOK",
        "cover": "AP8=",
        "ratings": {"a": 5},
        "tags": ["x", "y"],
        "money": {"currency": "EUR", "cents": "250"},
        "added": "2026-01-02T03:04:05Z",
        "soldOut": True,
    }
    async with serve() as served:
        response = await client.call(served.url, "Echo", message=message)
    assert json.loads(response.body) == message


async def test_names_of_fields_may_be_those_of_the_proto(client, serve):
    async with serve() as served:
        response = await client.call(served.url, "Echo", message={"sold_out": True, "free": False})
    assert json.loads(response.body)["soldOut"] is True


def of_variables(source):
    """Compiles templates of one variable."""
    if not source.startswith("${"):
        return Text.fixed(source)
    return Text(source, None, lambda scope: str(scope.variables[source[2:-1]]))


async def test_templates_are_rendered_for_each_call(client, serve):
    async with serve() as served:
        request = client.compile(
            served.url, "Get", message={"id": "${x}", "count": "${n}"}, compile_text=of_variables
        )
        client.scope.variables["n"] = 0
        for text in ("a", "b", 7):
            client.scope.variables["x"] = text
            assert json.loads((await request.send(client.session, client.scope)).body)["id"] == str(text)
        client.scope.variables["n"] = "many"
        with pytest.raises(RenderError, match=r"grpc\.message: Failed to parse count field"):
            await request.send(client.session, client.scope)


async def test_rendered_texts_become_what_their_fields_take(client, serve):
    message = {
        "id": "${id}",
        "stock": "${number}",
        "kind": "${kind}",
        "ratings": {"a": "${number}"},
        "tags": ["${id}"],
        "money": "${money}",
        "added": "${time}",
        "sold_out": "${yes}",
    }
    client.scope.variables |= {
        "id": "007",
        "number": "5",
        "kind": "KIND_BOOK",
        "money": '{"currency": "EUR", "cents": 250}',
        "time": "2026-01-02T03:04:05Z",
        "yes": "true",
    }
    async with serve() as served:
        request = client.compile(served.url, "Echo", message=message, compile_text=of_variables)
        body = json.loads((await request.send(client.session, client.scope)).body)
    assert body == {
        "id": "007",
        "stock": "5",
        "kind": "KIND_BOOK",
        "cover": "",
        "ratings": {"a": 5},
        "tags": ["007"],
        "money": {"currency": "EUR", "cents": "250"},
        "added": "2026-01-02T03:04:05Z",
        "soldOut": True,
    }


async def test_metadata_and_deadline(client, serve):
    async with serve() as served:
        await client.call(served.url, "Get", metadata={"X-Own": "yes"}, timeout=2.5)
        (metadata,) = served.shop.metadata
    assert metadata["x-own"] == "yes"


async def test_compression(client, serve):
    async with serve(compression=grpc.Compression.Gzip) as served:
        message = {"id": "x" * 10_000}
        response = await client.call(served.url, "Echo", message=message, compression=True)
    assert json.loads(response.body)["id"] == "x" * 10_000
    assert response.row[UNARY_LAYOUT.index("bytes_sent")] < 2000
    assert response.row[UNARY_LAYOUT.index("bytes_received")] < 2000


@pytest.mark.parametrize("mutual", [False, True], ids=["TLS", "mTLS"])
async def test_tls(make_client, serve, tmp_path, mutual):
    authority = LoopbackAuthority()
    authority.write_ca_file(tmp_path)
    chain, key = authority.write_certificate(tmp_path, "127.0.0.1")
    roots = (tmp_path / "ca.pem").read_bytes() if mutual else None
    credentials = grpc.ssl_server_credentials(
        [(key.read_bytes(), chain.read_bytes())], roots, require_client_auth=mutual
    )
    settings = {"ca_file": "ca.pem"}
    if mutual:
        settings |= {"cert_file": chain.name, "key_file": key.name}
    client = make_client(tmp_path, tls=settings)
    async with serve(credentials=credentials) as served:
        url = served.url.replace("grpc", "grpcs")
        response = await client.call(url, "Get", reflection=True, message={"id": "a"})
    assert (response.error, response.status) == (None, 0)


async def test_reflection_and_health(client, serve):
    async with serve() as served:
        response = await client.call(served.url, "Get", reflection=True, message={"id": "a"})
        assert json.loads(response.body)["id"] == "a"
        health = await client.call(
            served.url,
            "Check",
            service="grpc.health.v1.Health",
            reflection=True,
            message={"service": "shop.v1.Shop"},
        )
    assert json.loads(health.body) == {"status": "SERVING"}


# ------------------------------------------------------------ failures


async def test_a_status_of_the_server(client, serve):
    async with serve() as served:
        request = client.compile(served.url, "Get", message={"id": "x", "failWith": 1})
        response = await request.send(client.session, client.scope)
    assert (response.status, response.error_kind, response.body) == (5, None, b"")
    assert not request.expects(response.status)
    assert response.message == "no item 'x': ünknown"


async def test_a_status_behind_answers(client, serve, sent_and_received):
    async with serve() as served:
        response = await client.call(served.url, "List", message={"id": "x", "count": 2, "failWith": 1})
    assert (response.status, response.message) == (15, "gone")
    assert sent_and_received(response) == (1, 2)


async def test_a_deadline(client, serve):
    async with serve() as served:
        response = await client.call(served.url, "Get", message={"count": 20}, timeout=0.2)
    assert response.status == 4
    assert response.duration >= 0.15


async def test_a_server_that_never_answers(client):
    async with BlackHole() as server:
        response = await client.call(f"grpc://127.0.0.1:{server.port}", "Get", timeout=0.1)
    assert (response.status, response.error_kind) == (4, "timeout")


async def test_nobody_there(client):
    with refused_port() as port:
        response = await client.call(f"grpc://127.0.0.1:{port}", "Get")
    assert (response.status, response.error_kind) == (14, "connection_refused")


async def test_a_service_that_the_server_does_not_have(client, serve):
    async with serve() as served:
        url = served.url
        response = await client.call(url, "Get", message={"id": "a"})
        assert response.status == 0
    async with serve(reflects=False) as served:
        with pytest.raises(CompileError, match="does not answer server reflection: UNIMPLEMENTED"):
            await client.call(served.url, "Get", reflection=True)


# ------------------------------------------------------------ before the run


@pytest.mark.parametrize(
    ("method", "block", "words", "hint"),
    [
        ("Gett", {}, "no method 'Gett'", "did you mean 'Get'?"),
        ("Get", {"service": "shop.v1.Shopp"}, "no service 'shop.v1.Shopp'", "did you mean 'shop.v1.Shop'?"),
        ("Get", {"service": "other"}, "no service 'other'", "there are shop.v1.Shop"),
        (
            "Get",
            {"message": {"idd": 1}},
            r"grpc\.message\.idd: shop\.v1\.Ask has no field",
            "did you mean 'id'?",
        ),
        ("Get", {"message": {"count": "many"}}, "Failed to parse count field", ""),
        ("Get", {"message": [1]}, "a message of type shop.v1.Ask is a map", ""),
        ("Get", {"messages": [{}, {}]}, "/shop.v1.Shop/Get takes one message", "use grpc.message"),
        ("Get", {"proto_files": []}, "needs `proto_files`", ""),
        ("Get", {"proto_files": ["none.proto"]}, "there is no file 'none.proto'", ""),
    ],
)
async def test_refused(client, method, block, words, hint):
    with pytest.raises(CompileError, match=words) as caught:
        client.compile("grpc://h:1", method, **block)
    assert hint in caught.value.hint


async def test_a_proto_that_does_not_compile_is_told_with_file_and_line(make_client, tmp_path):
    (tmp_path / "bad.proto").write_text('syntax = "proto3";\nmessage A { strin id = 1; }\n')
    with pytest.raises(CompileError, match=r'bad\.proto:2:13: "strin" is not defined'):
        make_client(tmp_path).compile("grpc://h:1", "Get", proto_files=["bad.proto"])


async def test_a_hint_from_reflection(client, serve):
    async with serve() as served:
        with pytest.raises(CompileError, match=r"no service 'shop\.v1\.Shopp'") as caught:
            await client.call(served.url, "Get", service="shop.v1.Shopp", reflection=True)
    assert caught.value.hint == "did you mean 'shop.v1.Shop'?"


async def test_each_call_is_a_trace_where_the_plan_says_so(make_client, serve):
    client = make_client(tracing=True)
    async with serve() as served:
        response = await client.call(served.url, "Get", message={"id": "a"})
        (metadata,) = served.shop.metadata
    assert response.trace_id
    assert metadata["traceparent"].startswith(f"00-{response.trace_id}-")


async def test_a_call_that_is_shown_to_somebody_ends_as_one_that_is_not(client, serve):
    seen = []
    client.handler.context = replace(client.handler.context, tap=seen.append)
    client.session = client.handler.open_session(VuContext(1, "test"))
    async with serve() as served:
        done = await client.call(served.url, "Get", message={"id": "a"})
        failed = await client.call(served.url, "Get", message={"id": "x", "failWith": 1})
    with refused_port() as port:
        refused = await client.call(f"grpc://127.0.0.1:{port}", "Get")
    assert [response.status for response in (done, failed, refused)] == [0, 5, 14]
    assert len(seen) == 3
