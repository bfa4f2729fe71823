"""The target's gRPC services, called by grpcio, which is another implementation than loadr's."""

import asyncio
from pathlib import Path

import grpc
import pytest
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

from loadr_testing import demo_target
from loadr_testing.demo_target import DemoTarget, _grpc
from loadr_testing.demo_target._grpc import GrpcPort
from loadr_testing.demo_target._grpc_absent import INSTALL
from loadr_testing.servers import LoopbackServer

ROOT = Path(__file__).resolve().parents[4]


class Caller:
    """Calls methods of the shop by the descriptors that the target tells."""

    def __init__(self, channel, pool):
        self._channel = channel
        self._pool = pool

    def __call__(self, name, *messages, timeout=20, **fields):
        method = self._pool.FindServiceByName("shop.v1.Shop").methods_by_name[name]
        asked, answer = GetMessageClass(method.input_type), GetMessageClass(method.output_type)
        streams = method.client_streaming, method.server_streaming
        make = {
            (False, False): self._channel.unary_unary,
            (False, True): self._channel.unary_stream,
            (True, False): self._channel.stream_unary,
            (True, True): self._channel.stream_stream,
        }[streams]
        call = make(f"/shop.v1.Shop/{name}", asked.SerializeToString, answer.FromString)
        given = [asked(**fields) for fields in messages] if streams[0] else asked(**fields)
        return call(given, timeout=timeout)


@pytest.fixture
async def channel(target):
    async with grpc.aio.insecure_channel(f"{target.host}:{target.port}") as channel, asyncio.timeout(60):
        yield channel


@pytest.fixture
async def call(channel, target):
    def describe():
        with grpc.insecure_channel(f"{target.host}:{target.port}") as asking:
            database = ProtoReflectionDescriptorDatabase(asking)
            assert set(database.get_services()) == {
                "shop.v1.Shop",
                "grpc.health.v1.Health",
                "grpc.reflection.v1alpha.ServerReflection",
            }
            pool = DescriptorPool(database)
            pool.FindServiceByName("shop.v1.Shop")
            return pool

    return Caller(channel, await asyncio.to_thread(describe))


async def test_a_product(call):
    product = await call("GetProduct", id=7, delay_ms=1)
    assert (product.id, product.name, product.price_cents) == (7, "Product 7", 799)


@pytest.mark.parametrize("number", [0, 21])
async def test_a_product_that_there_is_not(call, number):
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call("GetProduct", id=number)
    assert (caught.value.code(), caught.value.details()) == (
        grpc.StatusCode.NOT_FOUND,
        f"there is no product {number}",
    )


async def test_products_go_round(call):
    products = [product.id async for product in call("ListProducts", count=22, interval_ms=1)]
    assert products == [*range(1, 21), 1, 2]


async def test_a_cart(call):
    cart = await call("FillCart", {"product_id": 1, "quantity": 2}, {"product_id": 20, "quantity": 1})
    assert (cart.items, cart.total_cents) == (3, 2 * 199 + 2099)


async def test_prices_come_one_by_one(call):
    stream = call("Quote", {"product_id": 1, "quantity": 2}, {"product_id": 99, "quantity": 1})
    assert (await stream.read()).price_cents == 398
    with pytest.raises(grpc.aio.AioRpcError, match="there is no product 99"):
        await stream.read()


@pytest.mark.parametrize("service", ["", "shop.v1.Shop"])
async def test_health(channel, service):
    stub = health_pb2_grpc.HealthStub(channel)
    answer = await stub.Check(health_pb2.HealthCheckRequest(service=service))
    assert answer.status == health_pb2.HealthCheckResponse.SERVING


class Echo(LoopbackServer):
    """Sends back what comes, in place of grpcio's server."""

    async def serve(self, _, reader, writer):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()


async def test_more_than_buffers_hold(target, monkeypatch):
    """Both directions are relayed, and the client may be the slower side."""
    sent = b"PRI * HTTP/2.0\r\n" + bytes(range(256)) * 32_768

    async with Echo() as server, asyncio.timeout(60):

        async def port(_):
            return server.port

        monkeypatch.setattr(GrpcPort, "open", port)
        reader, writer = await asyncio.open_connection(target.host, target.port, limit=4096)
        writer.write(sent)
        await asyncio.sleep(0.05)  # long enough for buffers to fill
        assert await reader.readexactly(len(sent)) == sent
        writer.close()
        await writer.wait_closed()


async def test_a_call_that_is_left_behind_does_not_keep_the_target():
    async with DemoTarget() as target, asyncio.timeout(60):
        channel = grpc.aio.insecure_channel(f"{target.host}:{target.port}")
        stub = health_pb2_grpc.HealthStub(channel)
        watching = stub.Watch(health_pb2.HealthCheckRequest())
        await watching.read()
    await channel.close()


async def test_a_client_that_leaves_before_the_server_is_there(target):
    _, writer = await asyncio.open_connection(target.host, target.port)
    writer.write(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
    writer.close()
    await writer.wait_closed()


async def test_http_is_served_beside_it(target, ask, channel):
    await health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest())
    assert (await ask("GET", "/health")).status == 200
    assert target.connections == 2


async def test_without_the_extra_each_call_says_what_to_install(channel, monkeypatch):
    monkeypatch.setattr(_grpc, "_NEEDED", ("grpc", "no_such_module"))
    stub = health_pb2_grpc.HealthStub(channel)
    for _ in range(3):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await stub.Check(health_pb2.HealthCheckRequest())
        assert (caught.value.code(), caught.value.details()) == (grpc.StatusCode.UNIMPLEMENTED, INSTALL)
    assert "pip install 'loadr-testing[grpc]'" in INSTALL


async def test_frames_may_come_in_pieces(target, monkeypatch):
    monkeypatch.setattr(_grpc, "_NEEDED", ("no_such_module",))
    reader, writer = await asyncio.open_connection(target.host, target.port)
    ping = b"\x00\x00\x08\x06\x00\x00\x00\x00\x00" + b"12345678"
    whole = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\x00\x00\x00\x04\x00\x00\x00\x00\x00" + ping
    writer.write(whole[:20])
    for octet in whole[20:]:
        writer.write(bytes([octet]))
        await asyncio.sleep(0)
    settings, acknowledged = b"\x00\x00\x00\x04\x00\x00\x00\x00\x00", b"\x00\x00\x00\x04\x01\x00\x00\x00\x00"
    async with asyncio.timeout(10):
        answer = await reader.readexactly(len(settings) * 2 + len(ping))
    assert answer == settings + acknowledged + ping.replace(b"\x06\x00", b"\x06\x01", 1)
    writer.close()
    await writer.wait_closed()


@pytest.mark.parametrize("folder", ["examples", "tests/k6/grpc"])
def test_what_calls_it_has_the_same_proto(folder):
    inside = Path(demo_target.__file__).with_name("shop.proto")
    assert (ROOT / folder / "shop.proto").read_text() == inside.read_text()
