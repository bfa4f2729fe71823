"""gRPC passes the suite that plugin authors run, but for the status of a call without a response."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import grpc
import pytest

from loadr_config.models import GrpcBlock
from loadr_protocols.grpc import GrpcHandler
from loadr_testing.conformance import ProtocolConformance
from loadr_testing.servers import refused_port

PROTOS = str(Path(__file__).parent / "protos" / "shop.proto")


@pytest.fixture(scope="module")
def servers(descriptors):
    get = descriptors.method("shop.v1.Shop", "Get")
    handler = grpc.unary_unary_rpc_method_handler(
        lambda ask, _context: get.response(id=ask.id),
        request_deserializer=get.request.FromString,
        response_serializer=get.response.SerializeToString,
    )
    server = grpc.server(ThreadPoolExecutor(2))
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("shop.v1.Shop", {"Get": handler}),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with refused_port() as dead:
        yield f"grpc://127.0.0.1:{port}", f"grpc://127.0.0.1:{dead}"
    server.stop(None).wait()


class TestGrpc(ProtocolConformance):
    handler_class = GrpcHandler

    @pytest.fixture(autouse=True)
    def _servers(self, servers):
        self.live, self.dead = servers

    def spec(self, url):
        block = GrpcBlock(proto_files=(PROTOS,), service="shop.v1.Shop", method="Get", message={"id": "a"})
        return replace(super().spec(url), block=block)

    def url(self):
        return self.live

    def dead_url(self):
        return self.dead

    def test_a_dead_target_is_a_response_not_an_exception(self):
        # In gRPC the status 0 is success.
        async def fail(bench):
            return await bench.send(), bench.request

        response, request = self.use(self.dead_url(), fail)
        assert (response.status, response.error_kind) == (14, "connection_refused")
        assert not request.expects(response.status)
        assert len(response.row) == len(request.layout.columns)
        assert response.error
        assert response.body == b""
