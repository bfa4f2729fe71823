"""The sweep on a clock that the test moves."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadr_core.spi import Clock
from loadr_protocols.http.deadlines import NO_DEADLINE, DeadlineSweeper


class Timer:
    def __init__(self, moment, call):
        self.moment, self.call = moment, call

    def cancel(self):
        self.moment = float("inf")


class FakeLoop(Clock):
    """A clock and the loop's timers on it; a timer may fire a little early, as uvloop's do."""

    def __init__(self, early=0.0):
        self.time, self.timers, self.woken, self.early = 0.0, [], 0, early

    def now(self):
        return self.time

    async def sleep(self, seconds):
        raise NotImplementedError

    def call_later(self, delay, call):
        timer = Timer(self.time + max(delay - self.early, 1e-4), call)
        self.timers.append(timer)
        return timer

    def run_until(self, end):
        while True:
            timer = min(self.timers, key=lambda timer: timer.moment, default=None)
            if timer is None or timer.moment > end:
                self.time = end
                return
            self.timers.remove(timer)
            self.time = timer.moment
            self.woken += 1
            timer.call()

    @property
    def armed(self):
        return [timer for timer in self.timers if timer.moment != float("inf")]


class Item:
    def __init__(self, loop, deadline=NO_DEADLINE):
        self.loop, self.deadline, self.expired_at = loop, deadline, None

    def expire(self):
        assert self.expired_at is None
        self.expired_at = self.loop.time
        self.deadline = NO_DEADLINE


@pytest.fixture
def loop(monkeypatch):
    loop = FakeLoop()
    monkeypatch.setattr(asyncio, "get_running_loop", lambda: loop)
    return loop


def test_expires_at_its_deadline_and_not_at_the_next_sweep(loop):
    sweeper = DeadlineSweeper(loop)
    sweeper.admit(10)
    item = Item(loop)
    sweeper.watch(item)
    loop.run_until(0.3)
    item.deadline = 10.3
    loop.run_until(20)
    assert item.expired_at == pytest.approx(10.3, abs=0.002)
    assert item.expired_at >= 10.3


def test_what_is_done_in_time_costs_no_timer(loop):
    sweeper = DeadlineSweeper(loop)
    sweeper.admit(30)
    items = [Item(loop) for _ in range(100)]
    for item in items:
        sweeper.watch(item)
    for step in range(1000):
        for item in items:
            item.deadline = loop.time + 30
        loop.run_until(step / 10)
    assert loop.woken <= 101  # once a second
    assert all(item.expired_at is None for item in items)


def test_a_smaller_timeout_quickens_the_sweep_at_once(loop):
    sweeper = DeadlineSweeper(loop)
    sweeper.admit(30)
    item = Item(loop)
    sweeper.watch(item)
    loop.run_until(0.1)
    sweeper.admit(0.05)
    item.deadline = 0.15
    loop.run_until(1)
    assert item.expired_at == pytest.approx(0.15, abs=0.002)
    assert repr(sweeper) == "<DeadlineSweeper 1 watched, every 0.025 s>"


def test_a_deadline_that_was_moved_does_not_expire_at_the_old_one(loop):
    sweeper = DeadlineSweeper(loop)
    sweeper.admit(1)
    item = Item(loop, 0.4)
    sweeper.watch(item)
    loop.run_until(0.39)
    item.deadline = 1.39
    loop.run_until(3)
    assert item.expired_at == pytest.approx(1.39, abs=0.002)


def test_forgotten_items_do_not_expire_and_the_timer_stops(loop):
    sweeper = DeadlineSweeper(loop)
    item = Item(loop, 0.4)
    sweeper.watch(item)
    sweeper.forget(item)
    assert not loop.armed
    loop.run_until(3)
    assert item.expired_at is None
    again = Item(loop, 3.5)
    sweeper.watch(again)
    loop.run_until(9)
    assert again.expired_at == pytest.approx(3.5, abs=0.002)


def test_expiring_may_forget_others(loop):
    sweeper = DeadlineSweeper(loop)
    sweeper.admit(0.3)
    other = Item(loop, 0.4)

    class Both(Item):
        def expire(self):
            super().expire()
            sweeper.forget(self)
            sweeper.forget(other)

    both = Both(loop, 0.3)
    sweeper.watch(other)
    sweeper.watch(both)
    loop.run_until(3)
    assert (both.expired_at is not None, other.expired_at) == (True, None)
    assert not loop.armed


@given(
    timeouts=st.lists(st.floats(0.01, 5), min_size=1, max_size=20),
    starts=st.lists(st.floats(0, 10), min_size=20, max_size=20),
    early=st.floats(0, 0.002),
)
def test_every_deadline_is_kept(timeouts, starts, early):
    with pytest.MonkeyPatch.context() as patch:
        loop = FakeLoop(early)
        patch.setattr(asyncio, "get_running_loop", lambda: loop)
        sweeper = DeadlineSweeper(loop)
        items = []
        for timeout in timeouts:
            sweeper.admit(timeout)
            items.append(Item(loop))
            sweeper.watch(items[-1])
        due = {}
        for start, timeout, item in sorted(
            zip(starts, timeouts, items, strict=False), key=lambda row: row[0]
        ):
            loop.run_until(start)
            item.deadline = due[item] = start + timeout
        loop.run_until(20)
    for item, deadline in due.items():
        assert deadline <= item.expired_at <= deadline + 0.005
