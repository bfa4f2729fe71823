"""What gRPC finds wrong with a plan before it runs, with the place."""

from pathlib import Path

import pytest

from loadr_config.models import HttpDefaults, Request
from loadr_core.spi import PlanContext, PlanPart
from loadr_protocols.grpc.checks import GrpcChecks
from loadr_testing.conformance import ChecksConformance

PATH = ("scenarios", "s", "flow", 0, "request")
PROTOS = str(Path(__file__).parent / "protos" / "shop.proto")
CALL = {"service": "shop.v1.Shop", "method": "Get", "proto_files": [PROTOS]}


def part(**request):
    return PlanPart(
        "protocols", "grpc", PATH, Request.model_validate({"url": "grpc://h:1", "grpc": CALL, **request})
    )


class TestGrpcChecks(ChecksConformance):
    extension = GrpcChecks

    def right(self):
        return [part(), part(url="grpcs://${host}", grpc={**CALL, "proto_files": [], "reflection": True})]

    def wrong(self):
        return [part(url="grpc://bad host"), part(grpc={**CALL, "method": "None"})]


@pytest.mark.parametrize(
    ("request_", "below", "message"),
    [
        ({"url": "grpc://bad host"}, "url", "'http://bad host' has no valid host name"),
        ({"grpc": None}, "url", 'a gRPC request needs a block "grpc"'),
        ({"method": "GET"}, "method", "a gRPC request is sent with POST"),
        ({"body": "x"}, "body", "a gRPC request has no body"),
        ({"grpc": {**CALL, "proto_files": []}}, "grpc", "nothing defines the service"),
        (
            {"grpc": {**CALL, "proto_files": ["none.proto"], "proto_includes": ["."]}},
            "grpc.proto_files",
            "there is no file 'none.proto'",
        ),
        ({"grpc": {**CALL, "service": "a.B"}}, "grpc.service", "there is no service 'a.B'"),
        (
            {"grpc": {**CALL, "method": "Gett"}},
            "grpc.method",
            "the service shop.v1.Shop has no method 'Gett'",
        ),
        ({"grpc": {**CALL, "messages": [{}, {}]}}, "grpc.messages", "/shop.v1.Shop/Get takes one message"),
        (
            {"grpc": {**CALL, "message": {"idd": "${x}"}}},
            "grpc.message.idd",
            "shop.v1.Ask has no field 'idd'",
        ),
        (
            {"grpc": {**CALL, "method": "Add", "messages": [{}, {"count": "x"}]}},
            "grpc.messages.1.count",
            "Failed to parse count field: invalid literal for int() with base 10: 'x'",
        ),
    ],
)
def test_finding(request_, below, message, tmp_path):
    context = PlanContext(HttpDefaults(), tmp_path, known=lambda text: None if "${" in text else text)
    (finding,) = GrpcChecks.check([part(**request_)], context)
    assert ".".join(map(str, finding.path[len(PATH) :])) == below
    assert finding.message == message
