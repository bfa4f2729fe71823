"""Streams of server-sent events: numbers, and words as a language model sends them."""

import json
from collections.abc import Iterator

from loadr_testing.demo_target._delays import LIMIT_MS
from loadr_testing.demo_target._replies import Stream
from loadr_testing.demo_target._routing import ANY, Router, Visit

MOST_EVENTS = 10_000
"""Longest stream."""

_MEDIA_TYPE = "text/event-stream"
_WORDS = ("load", "testing", "that", "says", "when", "not", "to", "trust", "the", "number")


def add_events(router: Router) -> None:
    """Register the endpoints of this module."""
    router.add("GET", "/events", _numbers)
    router.add(ANY, "/chat", _words)


def _numbers(visit: Visit) -> Stream:
    count = visit.integer("count", default=5, low=0, high=MOST_EVENTS)
    last_id = visit.request.header("last-event-id") or ""
    first = int(last_id) + 1 if last_id.isdigit() and len(last_id) < 10 else 1
    return Stream(_events(first, count), interval=_interval(visit, 20), content_type=_MEDIA_TYPE)


def _events(first: int, count: int) -> Iterator[bytes]:
    for number in range(first, count + 1):
        yield b'id: %d\nevent: tick\ndata: {"number": %d}\n\n' % (number, number)


def _words(visit: Visit) -> Stream:
    count = visit.integer("count", default=20, low=1, high=MOST_EVENTS)
    return Stream(_tokens(count), interval=_interval(visit, 10), content_type=_MEDIA_TYPE)


def _tokens(count: int) -> Iterator[bytes]:
    for number in range(count):
        yield b"data: %b\n\n" % json.dumps({"token": _WORDS[number % len(_WORDS)]}).encode()
    yield b"data: [DONE]\n\n"


def _interval(visit: Visit, default: int) -> float:
    return visit.number("interval_ms", default=default, low=0, high=LIMIT_MS) / 1000
