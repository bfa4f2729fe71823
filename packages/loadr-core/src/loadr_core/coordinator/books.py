"""The books of a run: nothing that was made is lost on its way to the summary. Pure.

What workers count where it begins is held against what arrived and was added up. They differ where a
worker was lost before its last report, and where loadr has a bug; both are told.
"""

from collections.abc import Iterable

from loadr_config.summary import Book
from loadr_core.metrics import Aggregator, View
from loadr_core.metrics.durations import ALL_REQUESTS
from loadr_core.metrics.sinks import CounterSink, RateSink

_MADE = {"iterations": "began", "requests": "were made"}


def balance(aggregator: Aggregator, started: int) -> list[Book]:
    """The books.

    Args:
        aggregator: the merged data.
        started: the iterations that all workers began, as their last reports have it.
    """
    requests = aggregator.sink(View(ALL_REQUESTS))
    failed, total = (requests.hits, requests.total) if isinstance(requests, RateSink) else (0, 0)
    return [
        Book(
            what="iterations",
            made=started,
            parts={
                "completed": _sum(aggregator, "iterations"),
                "interrupted": _sum(aggregator, "interrupted_iterations"),
            },
        ),
        Book(
            what="requests",
            made=aggregator.requests_made,
            parts={"succeeded": total - failed, "failed": failed},
        ),
    ]


def imbalances(books: Iterable[Book]) -> list[str]:
    """What does not balance, a line each."""
    return [
        f"{book.made:,} {book.what} {_MADE[book.what]}, "
        + ", ".join(f"{count:,} {part}" for part, count in book.parts.items())
        + (
            f": of {book.missing:,} nothing more is known"
            if book.missing > 0
            else f": {-book.missing:,} too many"
        )
        for book in books
        if book.missing
    ]


def _sum(aggregator: Aggregator, metric: str) -> int:
    sink = aggregator.sink(View(metric))
    return int(sink.sum or 0) if isinstance(sink, CounterSink) else 0
