"""What TCP and UDP find wrong with a plan before it runs, with the place."""

import pytest

from loadr_config.models import HttpDefaults, Request
from loadr_core.spi import PlanContext, PlanPart
from loadr_protocols.sockets.checks import TcpChecks, UdpChecks
from loadr_testing.conformance import ChecksConformance

PATH = ("scenarios", "s", "flow", 0, "request")


def part(protocol="tcp", **request):
    defaults = {"url": f"{protocol}://host:7", "socket": {"send_text": "x"}}
    return PlanPart("protocols", protocol, PATH, Request.model_validate({**defaults, **request}))


class TestTcpChecks(ChecksConformance):
    extension = TcpChecks

    def right(self):
        return [part(), part(url="tls://${host}"), part(name="n", timeout="1s", tags={"a": "b"})]

    def wrong(self):
        return [part(url="tcp://host"), part(socket=None)]


@pytest.mark.parametrize(
    ("checks", "request_", "below", "message"),
    [
        (TcpChecks, {"url": "tcp://host"}, "url", "'tcp://host' names no port, and there is no usual one"),
        (TcpChecks, {"socket": None}, "url", 'a tcp request needs a block "socket"'),
        (TcpChecks, {"body": "x"}, "body", "a tcp request has no body"),
        (TcpChecks, {"method": "GET"}, "method", '"method" means nothing to a tcp request'),
        (TcpChecks, {"headers": {"a": "b"}}, "headers", '"headers" means nothing to a tcp request'),
        (
            UdpChecks,
            {"url": "udp://host:1", "socket": {"read_until_close": True}},
            "socket.read_until_close",
            "UDP has no connection that could close",
        ),
    ],
)
def test_finding(checks, request_, below, message, tmp_path):
    context = PlanContext(HttpDefaults(), tmp_path, known=lambda text: None if "${" in text else text)
    (finding,) = checks.check([part(checks.name, **request_)], context)
    assert finding.path[len(PATH) :] == tuple(below.split("."))
    assert finding.message == message


def test_what_is_right_has_no_findings(tmp_path):
    context = PlanContext(HttpDefaults(), tmp_path, known=lambda text: None if "${" in text else text)
    assert list(UdpChecks.check([part("udp")], context)) == []
