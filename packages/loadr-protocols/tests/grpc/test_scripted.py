"""What scripts ask for, against grpcio's server: channels, calls over them, calls whose messages come one by one."""

import asyncio
from pathlib import Path

import grpc
import pytest
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.wrappers_pb2 import StringValue

from loadr_core.spi import (
    CallBlock,
    ChannelBlock,
    ChannelTls,
    CompileError,
    LoadsMethods,
    OpensConnections,
    Payload,
    RequestSpec,
    ServiceError,
    Text,
)
from loadr_protocols.grpc import GrpcHandler
from loadr_protocols.grpc.layout import CALL_LAYOUT, ENDING_LAYOUT, OPENING_LAYOUT
from loadr_testing.servers import BlackHole, LoopbackAuthority, refused_port

PROTOS = Path(__file__).parent / "protos"
GET, LIST, ADD, CHAT = ("Get", "List", "Add", "Chat")


class Cell:
    def __init__(self):
        self.value = 0


class Book:
    """A recording that a test can look into."""

    def __init__(self):
        self.cells = {}
        self.samples = []

    def sample(self, sample):
        assert sample.layout is ENDING_LAYOUT
        self.samples.append((sample.status, sample.method, sample.error_kind, sample.expected))

    def counter(self, metric, like):
        assert (like.status, like.proto) == (0, "gRPC")
        return self.cells.setdefault(metric, Cell())

    @property
    def counts(self):
        return {name.removeprefix("grpc_streams_msgs_"): cell.value for name, cell in self.cells.items()}


class Talk:
    """A stream with its book, and waiting for arrivals."""

    def __init__(self, connection, method):
        self.connection = connection
        self.method = method
        self.book = Book()
        connection.record_in(self.book)
        self._come = asyncio.Event()
        connection.listen(self._come.set)

    def write(self, value):
        self.connection.send("message", self.method.encode(value))

    async def next(self):
        while (arrival := self.connection.next()) is None:
            self._come.clear()
            await self._come.wait()
        if arrival.kind == "closed":
            return arrival.data
        return self.method.decode(arrival.data)

    async def all(self):
        found = [await self.next()]
        while isinstance(found[-1], dict):
            found.append(await self.next())
        return found


class Script:
    """A VU's script with one channel."""

    def __init__(self, client):
        self.client = client
        self.methods = {
            method.name: method for method in GrpcHandler.load_methods(["shop.proto"], [], PROTOS)
        }

    def spec(self, block, *, url="grpc://127.0.0.1:1", metadata=(), timeout=5.0, body=None):
        return RequestSpec(
            name=Text.fixed("test"),
            method=None,
            url=Text.fixed(url),
            headers=tuple((name, Text.fixed(value)) for name, value in metadata),
            body=body,
            timeout=timeout,
            block=block,
        )

    async def connect(self, url, *, number=0, within=5.0, metadata=(), **block):
        spec = self.spec(ChannelBlock(number, **block), url=url, timeout=within, metadata=metadata)
        opening = self.client.handler.compile_opening(spec)
        return await opening.send(self.client.session, self.client.scope)

    async def call(self, name, value, *, number=0, within=5.0, metadata=()):
        method = self.methods[name] if isinstance(name, str) else name
        body = Payload.fixed(method.encode(value))
        request = self.client.handler.compile(
            self.spec(CallBlock(number, method, within), metadata=metadata, body=body)
        )
        assert request.layout is CALL_LAYOUT
        assert request.method == method.name
        return await request.send(self.client.session, self.client.scope)

    async def open(self, name, *, within=5.0):
        method = self.methods[name]
        request = self.client.handler.compile_opening(self.spec(CallBlock(0, method, within)))
        assert request.layout is OPENING_LAYOUT
        return await request.send(self.client.session, self.client.scope)

    async def talk(self, name, **options):
        response = await self.open(name, **options)
        assert response.status == 0, response.ended
        return Talk(response.connection, self.methods[name])

    def read(self, name, response):
        return self.methods[name].decode(response.body)


@pytest.fixture
def script(client):
    return Script(client)


def test_the_handler_has_the_abilities_of_scripts():
    assert issubclass(GrpcHandler, OpensConnections)
    assert isinstance(GrpcHandler, LoadsMethods)


async def test_a_call(script, serve):
    async with serve() as served:
        opened = await script.connect(served.url)
        assert (opened.status, opened.error_kind, opened.connection.is_open) == (0, None, True)
        for _ in range(3):
            response = await script.call(GET, {"id": "a"}, metadata=[("x-one", "1"), ("x-two-bin", "AQL/")])
            assert (response.status, response.error_kind, response.ended.reason) == (0, None, "")
            assert script.read(GET, response)["id"] == "a"
            assert response.first["x-first"] == ["1"]
            assert response.last == {"x-last": ["2"]}
        assert len(served.shop.peers) == 1
        seen = served.shop.metadata[-1]
        assert (seen["x-one"], seen["x-two-bin"]) == ("1", b"\x01\x02\xff")
        start, end, sent, received = response.row
        assert 0 < end - start < 30
        assert sent > 0 < received


async def test_calls_at_once_share_the_connection(script, serve):
    async with serve() as served:
        await script.connect(served.url)
        answers = await asyncio.gather(*(script.call(GET, {"id": str(number)}) for number in range(50)))
        assert [script.read(GET, answer)["id"] for answer in answers] == [str(number) for number in range(50)]
        assert len(served.shop.peers) == 1


@pytest.mark.parametrize(
    ("name", "value", "within", "status", "reason", "kind"),
    [
        (GET, {"id": "a", "fail_with": 5}, 5.0, 5, "no item 'a': ünknown", None),
        (GET, {"count": 30}, 0.1, 4, "context deadline exceeded", "timeout"),
        (LIST, {"count": 2}, 5.0, 2, "the method gives more than one answer: use a Stream", None),
        (LIST, {"count": 0}, 5.0, 2, "EOF: the call has ended without an answer", None),
        (ADD, {"count": 1}, 5.0, 0, "", None),
    ],
    ids=["told", "late", "many answers", "none", "a client stream of one"],
)
async def test_how_calls_end(script, serve, name, value, within, status, reason, kind):
    async with serve() as served:
        await script.connect(served.url)
        response = await script.call(name, value, within=within)
        assert (response.status, response.ended.reason, response.error_kind) == (status, reason, kind)
        assert (await script.call(GET, {"id": "b"})).status == 0


async def test_the_server_may_be_the_first_to_tell_a_deadline(script, serve):
    async with serve() as served:
        await script.connect(served.url)
        ends = [(await script.call(GET, {"count": 30}, within=0.05)).ended for _ in range(5)]
        assert set(ends) == {(4, "context deadline exceeded", ())}


@pytest.mark.parametrize("within", [0.5, 3600.0, 48 * 3600.0, 1e12], ids=["ms", "hour", "two days", "ages"])
async def test_the_server_is_told_the_deadline(script, serve, within):
    left = []

    async def get(_ask, context):
        left.append(context.time_remaining())
        await context.abort(grpc.StatusCode.NOT_FOUND, "")

    async with serve(get=get) as served:
        await script.connect(served.url)
        assert (await script.call(GET, {}, within=within)).status == 5
    assert left[0] <= within
    assert left[0] > min(within, 48 * 3600) / 2


async def test_details_of_a_failure(script, serve):
    detail = AnyMessage()
    detail.Pack(StringValue(value="why"))
    # google.rpc.Status: code, message, details
    packed = detail.SerializeToString()
    status = b"\x08\x09\x12\x03bad\x1a" + bytes([len(packed)]) + packed

    async def get(_ask, context):
        context.set_trailing_metadata((("grpc-status-details-bin", status),))
        await context.abort(grpc.StatusCode.FAILED_PRECONDITION, "bad")

    async with serve(get=get) as served:
        await script.connect(served.url)
        response = await script.call(GET, {})
    assert response.ended[:2] == (9, "bad")
    (told,) = response.ended.details
    assert told["@type"] == "type.googleapis.com/google.protobuf.StringValue"


@pytest.mark.parametrize(
    ("block", "value", "reason"),
    [
        ({"longest_received": 5}, {"id": "a"}, "grpc: received message larger than max (10 vs. 5)"),
        ({"longest_sent": 2}, {"id": "a"}, "trying to send message larger than max (3 vs. 2)"),
    ],
    ids=["received", "sent"],
)
async def test_messages_that_are_too_large(script, serve, block, value, reason):
    async with serve() as served:
        await script.connect(served.url, **block)
        for _ in range(2):
            response = await script.call(GET, value)
            assert (response.status, response.ended.reason) == (8, reason)


async def test_metadata_that_cannot_be_sent(script, serve):
    async with serve() as served:
        await script.connect(served.url)
        response = await script.call(GET, {}, metadata=[("a", "x\ny")])
        assert response.status == 13
        assert response.ended.reason == 'header key "a" contains value with non-printable ASCII characters'
        assert (await script.call(GET, {}, metadata=[("a b", "x")])).status == 13


async def test_a_call_without_a_channel_is_the_scripts_mistake(script):
    with pytest.raises(CompileError, match="you must call connect first"):
        await script.call(GET, {})


async def test_what_cannot_be_reached(script):
    with refused_port() as port:
        response = await script.connect(f"grpc://127.0.0.1:{port}")
    assert (response.connection, response.error_kind) == (None, "connection_refused")
    assert response.ended.reason.startswith("connection error: 127.0.0.1:")
    async with BlackHole() as hole:
        response = await script.connect(f"grpcs://{hole.host}:{hole.port}", within=0.1)
    assert response.error_kind == "timeout"
    assert response.ended.reason.startswith("context deadline exceeded: connection error: ")
    with pytest.raises(CompileError, match="the address of a gRPC server is host:port"):
        await script.connect("grpc://127.0.0.1:x")


async def test_a_closed_channel_takes_no_more_calls(script, serve, until):
    async with serve() as served:
        opened = await script.connect(served.url)
        slow = asyncio.create_task(script.call(GET, {"count": 30}, within=60.0))
        await until(lambda: served.shop.metadata)
        opened.connection.close()
        opened.connection.close()
        assert (await slow).ended[:2] == (1, "grpc: the client connection is closing")
        assert not opened.connection.is_open
        with pytest.raises(CompileError):
            await script.call(GET, {})


async def test_connecting_again_closes_the_earlier_channel(script, serve):
    async with serve() as served:
        first = await script.connect(served.url)
        second = await script.connect(served.url)
        assert not first.connection.is_open
        first.connection.abort()  # does no harm to the second one
        assert second.connection.is_open
        assert (await script.call(GET, {})).status == 0


async def test_a_channel_reconnects(script, serve):
    async with serve() as served:
        await script.connect(served.url)
        assert (await script.call(GET, {"id": "a"})).status == 0
        port = served.port
    lost = await script.call(GET, {"id": "b"})
    assert (lost.status, lost.error_kind) == (14, "connection_refused")
    async with serve(port=port):
        assert (await script.call(GET, {"id": "c"})).status == 0


async def test_a_cancelled_call_leaves_the_channel_usable(script, serve, until):
    async with serve() as served:
        await script.connect(served.url)
        call = asyncio.create_task(script.call(GET, {"count": 30}, within=60.0))
        await until(lambda: served.shop.metadata)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert (await script.call(GET, {"id": "b"})).status == 0
        assert len(served.shop.peers) == 1


@pytest.mark.parametrize("mutual", [False, True], ids=["TLS", "mTLS"])
async def test_tls_of_the_channel(script, serve, tmp_path, mutual):
    authority = LoopbackAuthority()
    chain, key = (path.read_text() for path in authority.write_certificate(tmp_path, "shop.test"))
    authority.write_ca_file(tmp_path)
    root = (tmp_path / "ca.pem").read_text()
    credentials = grpc.ssl_server_credentials(
        [(key.encode(), chain.encode())], root.encode() if mutual else None, require_client_auth=mutual
    )
    tls = ChannelTls((root,), *((chain, key) if mutual else ()))
    async with serve(credentials=credentials) as served:
        url = served.url.replace("grpc", "grpcs")
        refused = await script.connect(url)
        assert (refused.connection, refused.error_kind) == (None, "tls")
        misnamed = await script.connect(url, tls=tls)
        assert (misnamed.connection, misnamed.error_kind) == (None, "tls")
        opened = await script.connect(url, tls=tls, authority="shop.test:1234", asks_methods=True)
        assert opened.status == 0, opened.ended
        assert (await script.call(GET, {"id": "a"})).status == 0
        with pytest.raises(CompileError, match="no certificates in PEM"):
            await script.connect(url, tls=ChannelTls(("x",)))


async def test_asking_for_methods(script, serve):
    async with serve() as served:
        opened = await script.connect(served.url, asks_methods=True, metadata=[("x-for", "reflection")])
        assert opened.status == 0, opened.ended
        methods = {method.path: method for method in opened.methods}
        again = await script.connect(served.url, asks_methods=True)
        assert all(method is methods[method.path] for method in again.methods), "made once"
        response = await script.call(methods["/shop.v1.Shop/Get"], {"id": "a"})
        assert script.read(GET, response)["id"] == "a"
    assert "/grpc.health.v1.Health/Watch" in methods


async def test_a_server_that_tells_no_methods(script, serve):
    async with serve(reflects=False) as served:
        opened = await script.connect(served.url, asks_methods=True)
        assert opened.ended.reason.startswith("can't list services: rpc error: code = Unimplemented desc = ")
        assert opened.connection is not None
        assert (await script.call(GET, {})).status == 0


async def test_health(script, serve):
    method = GrpcHandler.health_method()
    async with serve() as served:
        await script.connect(served.url)
        response = await script.call(method, {"service": "shop.v1.Shop"})
        assert method.decode(response.body) == {"status": 1}
        assert (await script.call(method, {"service": "x"})).status == 5


@pytest.mark.parametrize(
    ("name", "sends", "ends", "answers", "counts"),
    [
        (LIST, [{"id": "x", "count": 3}], False, ["x0", "x1", "x2"], {"sent": 1, "received": 3}),
        (LIST, [{"count": 0}], True, [], {"sent": 1}),
        (CHAT, [{"id": "a"}, {"id": "b"}], True, ["A", "B"], {"sent": 2, "received": 2}),
        (CHAT, [], True, [], {}),
        (GET, [{"id": "q"}], True, ["q"], {"sent": 1, "received": 1}),
    ],
    ids=["server", "server, nothing", "both", "both, nothing", "unary"],
)
async def test_streams(script, serve, name, sends, ends, answers, counts):
    async with serve() as served:
        await script.connect(served.url)
        talk = await script.talk(name)
        for message in sends:
            talk.write(message)
        if ends:
            talk.connection.close()
            talk.connection.close()
            assert not talk.connection.is_open
            with pytest.raises(ConnectionError):
                talk.write({})
        *messages, end = await talk.all()
        assert [message["id"] for message in messages] == answers
        assert end == (0, "", ())
        assert talk.connection.next() is None
        assert talk.book.counts == counts
        assert talk.book.samples == [(0, name, None, True)]


async def test_answers_come_while_messages_are_sent(script, serve):
    async with serve() as served:
        await script.connect(served.url)
        talk = await script.talk(CHAT)
        for letter in "abc":
            talk.write({"id": letter})
            assert (await talk.next())["id"] == letter.upper()
        talk.connection.close()
        assert (await talk.next()).status == 0


@pytest.mark.parametrize(
    ("send", "within", "end", "sample"),
    [
        ({"id": "x", "count": 1, "fail_with": 1}, 5.0, (15, "gone", ()), (15, LIST, None, False)),
        (
            {"count": 10_000_000},
            0.1,
            (4, "context deadline exceeded", ()),
            (4, LIST, "timeout", False),
        ),
    ],
    ids=["told", "late"],
)
async def test_how_streams_end(script, serve, send, within, end, sample):
    async with serve() as served:
        await script.connect(served.url)
        talk = await script.talk(LIST, within=within)
        talk.write(send)
        *messages, told = await talk.all()
        assert messages
        assert told == end
        (recorded,) = talk.book.samples
        assert recorded == sample


async def test_a_closed_channel_ends_its_streams(script, serve):
    async with serve() as served:
        opened = await script.connect(served.url)
        talk = await script.talk(CHAT)
        talk.write({"id": "a"})
        assert (await talk.next())["id"] == "A"
        opened.connection.close()
        assert (await talk.next()).status == 1
        assert talk.book.samples == [(1, CHAT, None, False)]


async def test_an_aborted_stream_is_cancelled_at_the_server(script, serve):
    async with serve() as served:
        await script.connect(served.url)
        talk = await script.talk(CHAT)
        talk.write({"id": "a"})
        await talk.next()
        talk.connection.abort()
        talk.connection.abort()
        assert talk.connection.next() is None
        assert talk.book.samples == [(1, CHAT, None, False)]
        assert (await script.call(GET, {"id": "b"})).status == 0
        assert len(served.shop.peers) == 1


async def test_a_server_that_goes_away_ends_a_stream(script, serve):
    async with serve() as served:
        await script.connect(served.url)
        talk = await script.talk(CHAT)
        talk.write({"id": "a"})
        assert (await talk.next())["id"] == "A"
    end = await talk.next()
    assert end.status in {1, 14}, end
    assert talk.book.samples[0][0] == end.status


async def test_a_stream_that_cannot_begin(script, serve):
    async with serve() as served:
        await script.connect(served.url)
    response = await script.open(CHAT)
    assert (response.connection, response.status, response.error_kind) == (None, 14, "connection_refused")


async def test_a_message_in_many_frames(script, serve):
    text = "x" * 200_000
    async with serve() as served:
        await script.connect(served.url)
        talk = await script.talk(CHAT)
        talk.write({"id": text})
        talk.connection.close()
        message, end = await talk.all()
        assert message["id"] == text.upper()
        assert end.status == 0


async def test_other_things_cannot_be_sent(script, serve):
    async with serve() as served:
        opened = await script.connect(served.url)
        with pytest.raises(ValueError, match="call a method"):
            opened.connection.send("message", b"")
        assert opened.connection.next() is None
        talk = await script.talk(CHAT)
        with pytest.raises(ValueError, match="a call has no 'ping' to send"):
            talk.connection.send("ping", b"")
        talk.connection.abort()


def test_protos_that_do_not_compile(tmp_path):
    (tmp_path / "bad.proto").write_text('syntax = "proto3";\nmessage A { int32 = 1; }\n')
    with pytest.raises(ServiceError, match=r"bad\.proto:2:"):
        GrpcHandler.load_methods(["bad.proto"], [], tmp_path)
    with pytest.raises(ServiceError, match=r"there is no file 'none\.proto'"):
        GrpcHandler.load_methods(["none.proto"], [], tmp_path)
    with pytest.raises(ServiceError, match="no descriptions of services"):
        GrpcHandler.read_methods(b"\xff\xff")


def test_without_the_extra_it_is_named(monkeypatch):
    monkeypatch.setattr("loadr_protocols.grpc.handler.find_spec", lambda _name: None)
    for ask in (lambda: GrpcHandler.load_methods(["a"], [], PROTOS), GrpcHandler.health_method):
        with pytest.raises(ServiceError, match=r"gRPC is not installed: pip install 'loadr\[grpc\]'"):
            ask()
