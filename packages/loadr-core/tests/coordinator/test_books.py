"""The books balance, and say so when they do not."""

import pytest

from loadr_config.summary import Book
from loadr_core.coordinator.books import imbalances
from loadr_core.worker.messages import Report
from loadr_testing.fakes import Answer, InProcessMember


def book(done, what):
    return next(book for book in done.summary.books if book.what == what)


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize(
    ("executor", "knobs"),
    [
        ("per-vu-iterations", {"vus": 3, "iterations": 5}),
        ("shared-iterations", {"vus": 3, "iterations": 10}),
        ("constant-vus", {"vus": 3, "duration": "2s", "graceful_stop": "0s"}),
        (
            "constant-arrival-rate",
            {"rate": 30, "duration": "2s", "pre_allocated_vus": 5, "graceful_stop": "0s"},
        ),
    ],
)
def test_they_balance(run_fleet, plan_of, executor, knobs, workers):
    flow = [{"request": {"url": "/"}}, {"request": {"url": "/${nothing}"}}, {"request": {"url": "/"}}]

    def rule(request):
        return Answer(seconds=0.3, status=500 if request.iteration % 2 else 200)

    done = run_fleet(plan_of(executor, flow, **knobs), rule, workers=workers)
    iterations, requests = book(done, "iterations"), book(done, "requests")
    assert iterations.missing == requests.missing == 0
    assert iterations.parts["interrupted"] == done.total("interrupted_iterations")
    assert iterations.made >= done.iterations() > 0
    assert requests.parts["failed"] > 0 < requests.parts["succeeded"]
    assert requests.made > len(done.sent) / 2, "also those that could not be sent"
    assert not any("nothing more is known" in note for note in done.summary.notes)


def test_iterations_that_found_no_row_are_none(run_fleet, plan_of):
    users = {"type": "inline", "rows": [{"n": 1}, {"n": 2}], "on_eof": "stop", "mode": "shared"}
    flow = [{"request": {"url": "/${data.users.n}"}}]
    done = run_fleet(plan_of("constant-vus", flow, top={"data": {"users": users}}, vus=2, duration="5s"))
    assert (book(done, "iterations").made, book(done, "iterations").missing) == (2, 0)


def test_a_lost_worker_leaves_a_gap(run_fleet, plan_of):
    async def kill(run, members, clock):
        await clock.sleep_until(2.15)
        members[1].kill()

    plan = plan_of("constant-vus", vus=4, duration="5s")
    done = run_fleet(plan, lambda _: Answer(seconds=0.7), workers=2, during=kill)
    iterations = book(done, "iterations")
    assert iterations.missing == 2, "its two VUs were in an iteration when it last reported"
    assert any(note.endswith(": of 2 nothing more is known") for note in done.summary.notes)
    assert book(done, "requests").missing == 0, "what it has reported is all there"


def test_a_report_that_gets_lost_on_its_way_shows(run_fleet, plan_of, monkeypatch):
    original = InProcessMember.messages

    async def lossy(member):
        reports = 0
        async for message in original(member):
            reports += isinstance(message, Report)
            if not (isinstance(message, Report) and reports == 2):
                yield message

    monkeypatch.setattr(InProcessMember, "messages", lossy)
    done = run_fleet(plan_of("constant-vus", vus=1, duration="4s"), lambda _: Answer(seconds=0.1))
    requests, iterations = book(done, "requests"), book(done, "iterations")
    assert iterations.missing == requests.missing == pytest.approx(10, abs=1), "a second of ten a second"
    notes = [
        note for note in done.summary.notes if note.endswith(f": of {requests.missing} nothing more is known")
    ]
    assert [note.split(",")[0] for note in notes] == ["40 iterations began", "40 requests were made"]


def test_what_is_counted_twice_is_told():
    twice = Book(what="requests", made=10, parts={"succeeded": 11, "failed": 1})
    fine = Book(what="iterations", made=1, parts={"completed": 1, "interrupted": 0})
    assert imbalances([twice, fine]) == ["10 requests were made, 11 succeeded, 1 failed: 2 too many"]
