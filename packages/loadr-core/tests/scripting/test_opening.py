"""Conversations that a script opens: recorded like requests, and so is what happens in them later."""

import asyncio

import pytest

from loadr_config.models import WsBlock
from loadr_core.scripting.shapes import shape_of
from loadr_core.spi import Arrival, CompileError, ScriptRequest
from loadr_testing.fakes import Answer, fake_scripts

THRESHOLDS = {
    "fake_reqs{name:talk,team:shop,method:GET,status:200}": "count>0",
    "fake_msgs_sent{name:talk,team:shop,status:200}": "count>0",
    "fake_msgs_received{group:::chat}": "count>0",
    "fake_life{name:talk}": "max>0",
}
TALK = ScriptRequest("/talk", name="talk", tags=(("team", "shop"),))


@pytest.fixture
def run_script(run_plan, scenario):
    """Run a function of a script once."""

    def run(function, rule=lambda _request: Answer(), rest=None, **knobs):
        plan = scenario("per-vu-iterations", [], exec="main", **{"vus": 1, **knobs})
        plan |= {"js": {"script": "code"}, "thresholds": THRESHOLDS, **(rest or {})}
        return run_plan(plan, rule, scripts=fake_scripts(main=function))

    return run


def test_an_opening_is_recorded_as_a_request_and_what_is_said_later_under_its_tags(run_script):
    async def main(host, data, context):
        connection = (await host.open(TALK)).connection
        connection.send("text", "hello")
        connection.arrive("message", "welcome")
        assert connection.next()[:2] == ("message", "welcome")
        await host.sleep(2)
        connection.abort()

    done = run_script(main)
    assert done.total("fake_reqs", name="talk", team="shop", method="GET", status="200") == 1
    assert done.total("fake_msgs_sent", name="talk", team="shop", status="200") == 1
    assert done.total("fake_msgs_received") == 1
    assert done.trend("fake_life", name="talk").max == pytest.approx(2_000_000, rel=1e-2)


def test_the_tags_are_those_of_the_place_where_it_was_opened(run_script):
    async def main(host, data, context):
        outside = host.tags
        host.tags = {**outside, "group": "::chat"}
        opening = host.open(TALK)
        host.tags = outside
        connection = (await opening).connection
        connection.arrive("message", "later")
        connection.next()
        connection.abort()

    assert run_script(main).total("fake_msgs_received", group="::chat") == 1


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (Answer(status=404), ("status", "talk", "404")),
        (Answer(status=0, error_kind="timeout"), ("transport", "talk", "timeout: made by the rule: timeout")),
    ],
    ids=["refused", "failed"],
)
def test_an_opening_that_fails_is_a_response_without_a_conversation(run_script, answer, cause):
    seen = []

    async def main(host, data, context):
        response = await host.open(TALK)
        seen.append((response.status, response.error_kind, response.connection, host.scope.failed_requests))

    done = run_script(main, lambda _: answer)
    assert seen == [(answer.status, answer.error_kind, None, 1)]
    assert done.rate("http_req_failed") == done.rate("fake_req_failed") == (1, 1)
    assert done.causes == {cause: 1}


def test_failures_of_what_counts_apart_are_those_of_the_protocol_only(run_script):
    async def main(host, data, context):
        await host.open(ScriptRequest("/talk", name="talk", counts_for_all=False))
        await host.request(ScriptRequest("/asks", name="asks", counts_for_all=False))

    done = run_script(main, lambda _: Answer(status=500))
    assert done.rate("http_req_failed") == (0, 0)
    assert done.rate("fake_req_failed") == (2, 2)
    assert done.total("fake_reqs") == 2


def test_openings_of_one_shape_are_compiled_a_bounded_number_of_times(run_script):
    async def main(host, data, context):
        for number in range(100):
            response = await host.open(ScriptRequest(f"/talk/{number}", name="talk"))
            response.connection.abort()

    done = run_script(main)
    assert [sent.url for sent in done.handler.sent] == [f"/talk/{number}" for number in range(100)]
    assert done.handler.compiled == 32 + 1


def test_a_request_and_an_opening_of_the_same_place_are_two_things(run_script):
    async def main(host, data, context):
        assert (await host.request(TALK)).connection is None
        assert (await host.open(TALK)).connection is not None
        assert (await host.request(TALK)).connection is None

    assert len(run_script(main).handler.opened) == 1


def test_a_protocol_that_is_not_installed_is_told_with_the_way_out(run_script):
    async def main(host, data, context):
        with pytest.raises(CompileError, match=r"pip install 'loadr\[ws\]'"):
            await host.open(ScriptRequest("ws://host/", protocol="ws"))
        with pytest.raises(CompileError, match="protocol 'grpc' is not installed"):
            await host.request(ScriptRequest("grpc://host/"))

    assert run_script(main).total("iterations") == 1


def test_a_protocol_without_conversations_says_so(run_script, monkeypatch):
    from loadr_testing.fakes.protocol import FakeProtocolHandler  # noqa: PLC0415 - to take its ability away

    monkeypatch.delattr(FakeProtocolHandler, "compile_opening")

    async def main(host, data, context):
        with pytest.raises(CompileError, match="scripts have no conversations of the protocol 'fake'"):
            await host.open(TALK)

    assert run_script(main).total("iterations") == 1


def test_the_listener_is_woken_for_what_came_before_and_what_comes_later(run_script):
    seen = []

    async def main(host, data, context):
        connection = (await host.open(TALK)).connection
        connection.arrive("message", 1)
        woken = asyncio.Event()
        connection.listen(woken.set)
        await woken.wait()
        connection.arrive("closed", "done")
        while (arrival := connection.next()) is not None:
            assert isinstance(arrival, Arrival)
            seen.append(arrival.data)

    run_script(main)
    assert seen == [1, "done"]


@pytest.mark.parametrize(
    ("change", "shares"),
    [({}, True), ({"compression": True}, False), ({"subprotocols": ("chat",)}, False)],
    ids=["the same", "compression", "subprotocols"],
)
def test_only_openings_with_the_same_block_share_a_compiled_one(change, shares):
    first, second = WsBlock.model_construct(), WsBlock.model_construct(**change)
    shapes = [shape_of(ScriptRequest("ws://host/", block=block)) for block in (first, second)]
    assert (shapes[0] == shapes[1]) is shares
    assert len({*shapes}) == 1 + (not shares)
