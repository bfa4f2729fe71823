import threading

import pytest

from loadr_core.clock import SystemClock
from loadr_outputs.delivery import (
    Backoff,
    Courier,
    Destination,
    Parcel,
    RejectedError,
    Spool,
    UnavailableError,
)
from loadr_testing.conformance.output import summary

SOON = Backoff(first=0.001, longest=0.001)


class Scripted(Destination):
    """Behaves as told: an outcome for each delivery, the last one for ever."""

    def __init__(self, *outcomes):
        self.outcomes = list(outcomes) or [None]
        self.delivered = []
        self.attempts = 0
        self.closed_with = None
        self.attempted = threading.Event()

    def open(self):
        pass

    def deliver(self, parcels):
        outcome = self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]
        self.attempts += 1
        self.attempted.set()
        if isinstance(outcome, threading.Event):
            outcome.wait(60.0)
        elif outcome is not None:
            raise outcome
        self.delivered += [parcel.content for parcel in parcels]

    def close(self, summary):
        self.closed_with = summary


def courier(destination, spool=None, **options):
    made = Courier("test", destination, spool or Spool(), SystemClock(), backoff=SOON, **options)
    made.start()
    return made


def fill(spool, count=10, samples=3):
    for number in range(count):
        spool.put(Parcel(number, samples=samples, size=10))


def figures(courier):
    books = courier.books()
    assert books.taken == books.written + books.lost
    return books.taken, books.lost


def test_everything_is_delivered_in_order_before_the_end():
    destination, spool = Scripted(), Spool()
    made = courier(destination, spool)
    fill(spool)
    made.finish(summary())
    assert destination.delivered == list(range(10))
    assert destination.closed_with == summary()
    assert figures(made) == (30, 0)
    assert made.books().problem == ""


def test_a_destination_that_is_away_for_a_while_loses_nothing():
    destination, spool = Scripted(UnavailableError("away"), UnavailableError("away", 0.001), None), Spool()
    fill(spool)
    made = courier(destination, spool, patience=60.0)
    made.finish(summary())
    assert destination.delivered == list(range(10))
    assert destination.attempts == 3
    assert figures(made) == (30, 0)


def test_what_is_rejected_is_lost_and_the_rest_goes_on():
    destination, spool = Scripted(RejectedError("400 bad line"), None), Spool()
    fill(spool)
    made = courier(destination, spool, most=1)
    made.finish(summary())
    assert destination.delivered == list(range(1, 10))
    assert figures(made) == (30, 3)
    assert made.books().problem == "400 bad line"


def test_a_dead_destination_ends_with_the_patience_and_the_books_balance():
    destination, spool = Scripted(UnavailableError("connection refused")), Spool()
    fill(spool)
    made = courier(destination, spool, patience=0.0)
    made.finish(summary())
    assert destination.delivered == []
    assert destination.closed_with == summary()
    assert figures(made) == (30, 30)
    assert made.books().problem == "connection refused"


def test_a_slow_destination_blocks_nobody_who_puts():
    gate, spool = threading.Event(), Spool(memory_limit=100, disk_limit=400)
    destination = Scripted(gate, None)
    made = courier(destination, spool, most=1)
    fill(spool, count=1)
    assert destination.attempted.wait(60.0)
    fill(spool, count=1_000)  # returns at once, whatever the destination does
    refused = spool.refused
    assert 0 < refused < 3_000
    gate.set()
    made.finish(summary())
    assert figures(made) == (3_003, refused)
    assert len(destination.delivered) == 1_001 - refused // 3
    assert "waited for delivery" in made.books().problem


def test_closing_may_fail_without_a_traceback():
    destination = Scripted()
    destination.close = lambda _summary: (_ for _ in ()).throw(UnavailableError("gone"))
    made = courier(destination)
    made.finish(summary())
    assert made.books().written == 0


@pytest.mark.parametrize("end_first", [True, False])
def test_a_run_without_samples_ends(end_first):
    destination, spool = Scripted(), Spool()
    if end_first:
        spool.close()
    made = courier(destination, spool)
    made.finish(summary())
    assert destination.attempts == 0
    assert figures(made) == (0, 0)
