"""What server-sent events find wrong with a plan before it runs, with the place."""

import pytest

from loadr_config.models import HttpDefaults, Request
from loadr_core.spi import PlanContext, PlanPart
from loadr_protocols.sse.checks import SseChecks
from loadr_testing.conformance import ChecksConformance

PATH = ("scenarios", "s", "flow", 0, "request")


def part(**request):
    return PlanPart("protocols", "sse", PATH, Request.model_validate({"url": "sse://host/", **request}))


class TestSseChecks(ChecksConformance):
    extension = SseChecks

    def right(self):
        return [
            part(),
            part(url="sses://${host}/", sse={"events": 1}),
            part(sse={"duration": "1m"}, timeout="2m"),
        ]

    def wrong(self):
        return [part(url="sse://bad host/"), part(sse={"duration": "30s"})]


@pytest.mark.parametrize(
    ("request_", "below", "message"),
    [
        ({"url": "sse://bad host/"}, "url", "'http://bad host/' has no valid host name"),
        (
            {"sse": {"duration": "31s"}},
            "sse.duration",
            "the stream cannot last 31 s: the request's timeout is 30 s",
        ),
        ({"method": "CONNECT"}, "method", "CONNECT is not a request that a plan can send"),
    ],
)
def test_finding(request_, below, message, tmp_path):
    context = PlanContext(HttpDefaults(), tmp_path, known=lambda text: None if "${" in text else text)
    (finding,) = SseChecks.check([part(**request_)], context)
    assert finding.path[len(PATH) :] == tuple(below.split("."))
    assert finding.message == message
