import asyncio
from contextlib import asynccontextmanager
from pathlib import Path

import grpc
import pytest
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection, reflection_pb2

from loadr_config.models import GrpcBlock
from loadr_core.spi import Text
from loadr_protocols.grpc import GrpcHandler
from loadr_protocols.grpc.compiling import compile_protos
from loadr_protocols.grpc.descriptors import Descriptors
from loadr_protocols.grpc.layout import UNARY_LAYOUT
from loadr_testing.user import ProtocolUser

PROTOS = Path(__file__).parent / "protos"


@pytest.fixture(scope="session")
def descriptors():
    """The services of the tests."""
    made = Descriptors(compile_protos(("shop.proto",), (), PROTOS))
    for known in (health_pb2, reflection_pb2):  # for reflection
        made.pool.AddSerializedFile(known.DESCRIPTOR.serialized_pb)
    return made


class Shop:
    """The service of the tests, its messages made from the same descriptors."""

    def __init__(self, descriptors):
        self.methods = {
            name: descriptors.method("shop.v1.Shop", name) for name in ("Get", "Echo", "List", "Add", "Chat")
        }
        self.metadata = []
        self.peers = set()

    def handlers(self):
        kinds = {
            "Get": grpc.unary_unary_rpc_method_handler,
            "Echo": grpc.unary_unary_rpc_method_handler,
            "List": grpc.unary_stream_rpc_method_handler,
            "Add": grpc.stream_unary_rpc_method_handler,
            "Chat": grpc.stream_stream_rpc_method_handler,
        }
        return {
            name: kind(
                getattr(self, name.lower()),
                request_deserializer=self.methods[name].request.FromString,
                response_serializer=self.methods[name].response.SerializeToString,
            )
            for name, kind in kinds.items()
        }

    def item(self, **fields):
        return self.methods["Get"].response(**fields)

    async def get(self, ask, context):
        self.metadata.append(dict(context.invocation_metadata()))
        self.peers.add(context.peer())
        if ask.fail_with:
            await context.abort(grpc.StatusCode.NOT_FOUND, f"no item {ask.id!r}: ünknown")
        if ask.count:
            await asyncio.sleep(ask.count)
        await context.send_initial_metadata((("x-first", "1"),))
        context.set_trailing_metadata((("x-last", "2"),))
        return self.item(id=ask.id, stock=2**40)

    async def echo(self, item, context):
        return item

    async def list(self, ask, context):
        for number in range(ask.count):
            yield self.item(id=f"{ask.id}{number}")
        if ask.fail_with:
            await context.abort(grpc.StatusCode.DATA_LOSS, "gone")

    async def add(self, asks, context):
        total, ids = 0, []
        async for ask in asks:
            total += ask.count
            ids.append(ask.id)
        return self.methods["Add"].response(total=total, ids=ids)

    async def chat(self, asks, context):
        async for ask in asks:
            yield self.item(id=ask.id.upper())


class Served:
    """A running server."""

    def __init__(self, shop, port):
        self.shop = shop
        self.port = port
        self.url = f"grpc://127.0.0.1:{port}"


@pytest.fixture
def serve(descriptors):
    """Runs a server of grpcio with the shop, reflection and health."""

    @asynccontextmanager
    async def running(*, credentials=None, reflects=True, compression=None, port=0, get=None):
        server = grpc.aio.server(compression=compression)
        shop = Shop(descriptors)
        if get is not None:
            shop.get = get
        server.add_generic_rpc_handlers(
            (grpc.method_handlers_generic_handler("shop.v1.Shop", shop.handlers()),)
        )
        servicer = health.aio.HealthServicer()
        health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
        await servicer.set("shop.v1.Shop", health_pb2.HealthCheckResponse.SERVING)
        if reflects:
            names = ("shop.v1.Shop", "grpc.health.v1.Health", reflection.SERVICE_NAME)
            reflection.enable_server_reflection(names, server, descriptors.pool)
        if credentials is None:
            port = server.add_insecure_port(f"127.0.0.1:{port}")
        else:
            port = server.add_secure_port("127.0.0.1:0", credentials)
        await server.start()
        try:
            async with asyncio.timeout(30):
                yield Served(shop, port)
        finally:
            await server.stop(None)

    return running


class GrpcClient(ProtocolUser):
    """gRPC, as one VU uses it."""

    def __init__(self, folder, **defaults):
        super().__init__(GrpcHandler, folder, **defaults)

    def compile(self, url, method, *, service="shop.v1.Shop", timeout=5.0, compile_text=Text.fixed, **block):
        if not block.get("reflection"):
            block.setdefault("proto_files", ["shop.proto"])
        block = GrpcBlock.model_validate({"service": service, "method": method, **block})
        return self.compiled(url, timeout=timeout, block=block, compile_text=compile_text)

    async def call(self, url, method, **spec):
        # Reflection blocks: a server of the same loop could not answer it.
        request = await asyncio.to_thread(self.compile, url, method, **spec)
        return await request.send(self.session, self.scope)


@pytest.fixture
def make_client(keep):
    return lambda folder=PROTOS, **defaults: keep(GrpcClient(folder, **defaults))


@pytest.fixture
def sent_and_received():
    """How many messages a response's row counts."""

    def read(response):
        index = UNARY_LAYOUT.index
        return response.row[index("msgs_sent")], response.row[index("msgs_received")]

    return read
