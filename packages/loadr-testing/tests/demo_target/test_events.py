"""The target's streams of events."""

import json

import pytest

from loadr_testing.demo_target._application import DemoApplication
from loadr_testing.demo_target._request import Request


def stream(target, *headers, method="GET"):
    reply = DemoApplication().answer(Request(method, target, headers=headers)).reply
    assert reply.content_type == "text/event-stream"
    return [piece.decode() for piece in reply.pieces], reply.interval


def test_numbers():
    events, interval = stream("/events?count=3&interval_ms=7")
    assert events == [f'id: {n}\nevent: tick\ndata: {{"number": {n}}}\n\n' for n in (1, 2, 3)]
    assert interval == 0.007


@pytest.mark.parametrize(("last_id", "first"), [("2", 3), ("x", 1), ("9" * 20, 1)])
def test_they_go_on_behind_the_last_id(last_id, first):
    events, _ = stream("/events?count=4", ("Last-Event-ID", last_id))
    assert [event.splitlines()[0] for event in events] == [f"id: {n}" for n in range(first, 5)]


def test_tokens_end_with_done():
    events, _ = stream("/chat?count=2", method="POST")
    assert events[-1] == "data: [DONE]\n\n"
    assert [json.loads(event.removeprefix("data: "))["token"] for event in events[:-1]] == ["load", "testing"]
