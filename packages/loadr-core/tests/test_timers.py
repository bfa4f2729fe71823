"""Timers fire once, not before their moment, and at the last one that was set."""

import asyncio
import ctypes
import errno
import sys
from math import inf

import pytest

from loadr_core import timers
from loadr_core.clock import SystemClock, reads_clock_monotonic
from loadr_core.timers import DescriptorTimer, LoopTimer, open_timer
from loadr_core.worker.tuning import loop_factory
from loadr_testing.fakes import VirtualClock, run_in_virtual_time

KINDS = ["timerfd", "loop"] if sys.platform.startswith("linux") else ["loop"]


def on_both_loops(main):
    for factory in (loop_factory(), asyncio.new_event_loop):
        with asyncio.Runner(loop_factory=factory) as runner:
            runner.run(main())


@pytest.fixture(params=KINDS)
def make(request, monkeypatch):
    """`open_timer`, of each kind that this system has."""
    if request.param == "loop":
        monkeypatch.setattr(timers, "_has_descriptors", lambda: False)
    return open_timer


class Bell:
    """Notes when it rings, and lets wait for it."""

    def __init__(self, clock):
        self.rings = []
        self._clock = clock
        self._rang = asyncio.Event()

    def __call__(self):
        self.rings.append(self._clock.now())
        self._rang.set()

    async def wait(self):
        async with asyncio.timeout(60):
            await self._rang.wait()
        self._rang.clear()


def test_linux_has_the_exact_kind():
    async def main():
        timer = open_timer(SystemClock(), lambda: None)
        timer.close()
        return type(timer)

    assert reads_clock_monotonic() or KINDS == ["loop"]
    assert asyncio.run(main()) is (DescriptorTimer if "timerfd" in KINDS else LoopTimer)


def test_it_fires_at_its_moment_and_can_be_set_again(make):
    async def main():
        clock = SystemClock()
        bell = Bell(clock)
        timer = make(clock, bell)
        moments = []
        for wait in (0.02, 0.001, 0.0, -5.0):
            moments.append(clock.now() + wait)
            timer.arm(moments[-1])
            await bell.wait()
        timer.close()
        # A loop's timers have a grain of a millisecond, so they may be early by half of it.
        assert all(ring > moment - 0.001 for ring, moment in zip(bell.rings, moments, strict=True))

    on_both_loops(main)


def test_only_the_last_moment_counts(make):
    async def main():
        clock = SystemClock()
        bell = Bell(clock)
        timer = make(clock, bell)
        began = clock.now()
        timer.arm(began + 3600)
        timer.arm(began + 0.01)
        await bell.wait()
        timer.close()
        assert len(bell.rings) == 1

    on_both_loops(main)


def test_never_is_never_and_a_closed_timer_is_silent(make):
    async def main():
        clock = SystemClock()
        bells = [Bell(clock), Bell(clock), Bell(clock)]
        never, closed, last = (make(clock, bell) for bell in bells)
        never.arm(clock.now() + 0.005)
        never.arm(inf)
        closed.arm(clock.now() + 0.005)
        closed.close()
        last.arm(clock.now() + 0.03)
        await bells[2].wait()
        never.close()
        last.close()
        assert [len(bell.rings) for bell in bells] == [0, 0, 1]

    on_both_loops(main)


def test_a_timer_that_was_set_again_in_its_callback_goes_on(make):
    async def main():
        clock = SystemClock()
        done = asyncio.Event()
        rings = []

        def ring():
            rings.append(clock.now())
            if len(rings) == 20:
                done.set()
            else:
                timer.arm(began + len(rings) * 0.001)

        began = clock.now()
        timer = make(clock, ring)
        timer.arm(began)
        async with asyncio.timeout(60):
            await done.wait()
        timer.close()
        assert rings == sorted(rings)

    on_both_loops(main)


def test_another_clock_has_the_loops_timers():
    async def main():
        rings = []
        clock = VirtualClock()
        timer = open_timer(clock, lambda: rings.append(clock.now()))
        assert isinstance(timer, LoopTimer)
        timer.arm(1.5)
        await clock.sleep(2)
        timer.arm(3.0)
        timer.close()
        await clock.sleep(2)
        return rings

    assert run_in_virtual_time(main()) == [pytest.approx(1.5)]


def test_a_descriptor_that_cannot_be_had_is_an_error_of_the_system(monkeypatch):
    class Libc:
        timerfd_settime = None

        def timerfd_create(self, clock, flags):
            ctypes.set_errno(errno.EMFILE)
            return -1

    async def main():
        monkeypatch.setattr(timers.ctypes, "CDLL", lambda *_args, **_options: Libc())
        with pytest.raises(OSError, match="Too many open files"):
            DescriptorTimer(lambda: None)

    asyncio.run(main())
