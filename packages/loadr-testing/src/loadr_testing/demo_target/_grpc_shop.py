"""The target's gRPC server: the shop of `shop.proto` in all four shapes, health, reflection. Needs the extra `grpc`."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final, Self

from loadr_testing.demo_target._delays import LIMIT_MS
from loadr_testing.demo_target._events import MOST_EVENTS
from loadr_testing.demo_target._products import PRODUCTS

if TYPE_CHECKING:
    import grpc
    from google.protobuf.descriptor_pool import DescriptorPool

_SERVICE: Final = "shop.v1.Shop"


class GrpcShop:
    """A running server.

    Attributes:
        port: where it listens.
    """

    def __init__(self, server: "grpc.aio.Server", port: int) -> None:
        self._server = server
        self.port = port

    @classmethod
    async def start(cls, host: str) -> Self:
        """Start one on a free port."""
        import grpc  # noqa: PLC0415 - an extra
        from grpc_health.v1 import health, health_pb2, health_pb2_grpc  # noqa: PLC0415 - an extra
        from grpc_reflection.v1alpha import reflection  # noqa: PLC0415 - an extra

        pool = await asyncio.to_thread(_compiled)
        pool.AddSerializedFile(health_pb2.DESCRIPTOR.serialized_pb)
        server = grpc.aio.server(options=[("grpc.so_reuseport", 0)])
        server.add_generic_rpc_handlers((_Shop(pool).handler(),))
        servicer = health.aio.HealthServicer()
        health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
        for service in ("", _SERVICE):
            await servicer.set(service, health_pb2.HealthCheckResponse.SERVING)
        names = (_SERVICE, health.SERVICE_NAME, reflection.SERVICE_NAME)
        reflection.enable_server_reflection(names, server, pool)
        port = server.add_insecure_port(f"{host}:0")
        await server.start()
        return cls(server, port)

    async def stop(self) -> None:
        """Stop it; calls under way are cut off."""
        await self._server.stop(None)


def _compiled() -> "DescriptorPool":
    """The messages and services of `shop.proto`."""
    from google.protobuf.descriptor_pb2 import FileDescriptorSet  # noqa: PLC0415 - an extra
    from google.protobuf.descriptor_pool import DescriptorPool  # noqa: PLC0415 - an extra
    from grpc_tools import protoc  # noqa: PLC0415 - an extra

    with as_file(files("loadr_testing.demo_target") / "shop.proto") as proto, TemporaryDirectory() as made:
        target = Path(made) / "descriptors"
        if protoc.main(["", f"--proto_path={proto.parent}", f"--descriptor_set_out={target}", str(proto)]):
            raise RuntimeError(f"{proto} does not compile")
        described = FileDescriptorSet.FromString(target.read_bytes())
    pool = DescriptorPool()
    for file in described.file:
        pool.Add(file)
    return pool


class _Shop:
    """The methods; messages are made from the same descriptors that clients get."""

    def __init__(self, pool: "DescriptorPool") -> None:
        from google.protobuf.message_factory import GetMessageClass  # noqa: PLC0415 - an extra

        self._methods = pool.FindServiceByName(_SERVICE).methods_by_name
        self._class = {
            name: GetMessageClass(pool.FindMessageTypeByName(f"shop.v1.{name}"))
            for name in ("Product", "Cart", "Price")
        }
        self._class_of = GetMessageClass

    def handler(self) -> "grpc.GenericRpcHandler":
        """All methods for a server."""
        import grpc  # noqa: PLC0415 - an extra

        self._not_found = grpc.StatusCode.NOT_FOUND
        made = {
            "GetProduct": (grpc.unary_unary_rpc_method_handler, self.get_product),
            "ListProducts": (grpc.unary_stream_rpc_method_handler, self.list_products),
            "FillCart": (grpc.stream_unary_rpc_method_handler, self.fill_cart),
            "Quote": (grpc.stream_stream_rpc_method_handler, self.quote),
        }
        handlers = {
            name: make(
                method,
                request_deserializer=self._class_of(self._methods[name].input_type).FromString,
                response_serializer=self._class_of(self._methods[name].output_type).SerializeToString,
            )
            for name, (make, method) in made.items()
        }
        return grpc.method_handlers_generic_handler(_SERVICE, handlers)

    async def get_product(self, request: Any, context: Any) -> Any:
        """One product."""
        await _pause(request.delay_ms)
        return self._class["Product"](**await self._find(request.id, context))

    async def list_products(self, request: Any, _context: Any) -> AsyncIterator[Any]:
        """Products one after the other."""
        for number in range(min(request.count, MOST_EVENTS)):
            if number:
                await _pause(request.interval_ms)
            yield self._class["Product"](**PRODUCTS[number % len(PRODUCTS) + 1])

    async def fill_cart(self, items: AsyncIterator[Any], context: Any) -> Any:
        """Items, added up."""
        cart = self._class["Cart"]()
        async for item in items:
            cart.items += item.quantity
            cart.total_cents += item.quantity * (await self._find(item.product_id, context))["price_cents"]
        return cart

    async def quote(self, items: AsyncIterator[Any], context: Any) -> AsyncIterator[Any]:
        """What each item costs."""
        async for item in items:
            product = await self._find(item.product_id, context)
            yield self._class["Price"](item=item, price_cents=item.quantity * product["price_cents"])

    async def _find(self, number: int, context: Any) -> Mapping[str, Any]:
        """A product; ends the call where there is none."""
        if number not in PRODUCTS:
            await context.abort(self._not_found, f"there is no product {number}")
        return PRODUCTS[number]


async def _pause(milliseconds: int) -> None:
    await asyncio.sleep(min(max(milliseconds, 0), LIMIT_MS) / 1000)
