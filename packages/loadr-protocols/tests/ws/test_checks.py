"""What WebSocket finds wrong with a plan before it runs, with the place."""

import pytest

from loadr_config.models import HttpDefaults, Request
from loadr_core.spi import PlanContext, PlanPart
from loadr_protocols.ws.checks import WsChecks
from loadr_testing.conformance import ChecksConformance

PATH = ("scenarios", "s", "flow", 0, "request")


def part(**request):
    defaults = {"url": "ws://host/", "ws": {"send": ["x"]}}
    return PlanPart("protocols", "ws", PATH, Request.model_validate({**defaults, **request}))


class TestWsChecks(ChecksConformance):
    extension = WsChecks

    def right(self):
        return [
            part(),
            part(url="wss://${host}/", headers={"a": "${b}"}),
            part(ws={"session_duration": "5s"}),
        ]

    def wrong(self):
        return [part(url="ws://bad host/"), part(ws={"session_duration": "30s"})]


@pytest.mark.parametrize(
    ("request_", "below", "message"),
    [
        ({"url": "ws://bad host/"}, "url", "'http://bad host/' has no valid host name"),
        ({"ws": None}, "url", 'a WebSocket request needs a block "ws"'),
        ({"method": "POST"}, "method", "a WebSocket handshake is a GET"),
        ({"body": "x"}, "body", "a WebSocket request has no body"),
        (
            {"ws": {"session_duration": "31s"}},
            "ws.session_duration",
            "the session cannot last 31 s: the request's timeout is 30 s",
        ),
        (
            {"ws": {"close": True}},
            "ws.close",
            '"close" has no effect without "session": a session without a name ends with its request',
        ),
    ],
)
def test_finding(request_, below, message, tmp_path):
    context = PlanContext(HttpDefaults(), tmp_path, known=lambda text: None if "${" in text else text)
    (finding,) = WsChecks.check([part(**request_)], context)
    assert finding.path[len(PATH) :] == tuple(below.split("."))
    assert finding.message == message
