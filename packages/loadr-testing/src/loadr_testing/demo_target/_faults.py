"""Endpoints that fail on purpose."""

import itertools
from collections.abc import Iterator
from random import Random

from loadr_testing.demo_target._recent import RecentlyUsed
from loadr_testing.demo_target._replies import Ending, Raw, Response, error_response, json_response
from loadr_testing.demo_target._routing import ANY, Router, Visit, bounded_integer

_TRUNCATED = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 1000\r\n\r\n" + b"x" * 500
_MALFORMED = b"This is not HTTP.\r\n\r\n"
_SLOW = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
_BLOCK = 100
_SERIES_KEPT = 256


def add_faults(router: Router) -> None:
    """Register the endpoints of this module; each router counts for itself."""
    counts: RecentlyUsed[tuple[int, int], Iterator[bool]] = RecentlyUsed(_SERIES_KEPT)

    def rate(visit: Visit) -> Response:
        percent = bounded_integer("percent", visit.captured, 0, 100)
        seed = visit.integer("seed", default=0, low=0, high=2**53)
        if next(counts.get_or_make((percent, seed), lambda: failing_share(percent, seed))):
            return error_response(500, "failing on purpose")
        return json_response({"status": "ok"})

    router.add(ANY, "/rate/{percent}", rate)
    router.add(ANY, "/fault/reset", lambda _: Raw((), Ending.RESET))
    router.add(ANY, "/fault/stall", lambda _: Raw((), Ending.STALL))
    router.add(ANY, "/fault/close", lambda _: Raw((), Ending.CLOSE))
    router.add(ANY, "/fault/truncated", lambda _: Raw((_TRUNCATED,), Ending.CLOSE))
    router.add(ANY, "/fault/malformed", lambda _: Raw((_MALFORMED,), Ending.CLOSE))
    router.add(ANY, "/fault/slow-head", _slow_head)


def failing_share(percent: int, seed: int) -> Iterator[bool]:
    """Say of each request in turn whether it fails.

    Args:
        percent: How many of every 100 requests in a row, counted from the first, fail: exactly.
        seed: Chooses which.
    """
    order = list(range(_BLOCK))
    Random(seed).shuffle(order)  # noqa: S311 - a repeatable order, not a secret
    return itertools.cycle([place < percent for place in order])


def _slow_head(visit: Visit) -> Raw:
    interval = visit.number("interval_ms", default=20, low=0, high=1000) / 1000
    head = tuple(_SLOW[place : place + 1] for place in range(len(_SLOW)))
    body = b"" if visit.request.method == "HEAD" else b"slow\n"
    return Raw(
        (*head[:-1], head[-1] + body), Ending.KEEP if visit.request.keep_alive else Ending.CLOSE, interval
    )
