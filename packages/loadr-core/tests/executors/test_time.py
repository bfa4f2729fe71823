"""What executors wait with: a stopwatch that can stand still, sleepers that can be woken, a signal that is kept."""

import asyncio
from math import inf

import pytest

from loadr_core.executors.control import StopSignal
from loadr_core.executors.sleepers import Sleepers
from loadr_core.executors.stopwatch import Stopwatch
from loadr_testing.fakes import VirtualClock, run_in_virtual_time


def test_a_stopwatch_leaves_pauses_out():
    async def main():
        clock = VirtualClock()
        watch = Stopwatch(clock)
        assert (watch.elapsed, watch.moment(1.0)) == (0.0, inf)
        await clock.sleep(5)
        watch.start(5.0)
        await clock.sleep(2)
        assert (watch.elapsed, watch.moment(3.0)) == (2.0, 8.0)
        watch.pause()
        watch.pause()
        await clock.sleep(10)
        assert (watch.elapsed, watch.moment(3.0), watch.is_paused) == (2.0, inf, True)
        assert repr(watch) == "<Stopwatch 2.000 s, paused>"
        watch.resume()
        watch.resume()
        await clock.sleep(1)
        assert (watch.elapsed, watch.moment(3.0)) == (3.0, 18.0)
        assert repr(watch) == "<Stopwatch 3.000 s>"

    run_in_virtual_time(main())


def test_a_stopwatch_may_start_paused():
    async def main():
        clock = VirtualClock()
        watch = Stopwatch(clock)
        watch.pause()
        await clock.sleep(1)
        watch.start(1.0)
        await clock.sleep(4)
        assert watch.elapsed == 0.0
        watch.resume()
        await clock.sleep(2)
        assert watch.elapsed == 2.0

    run_in_virtual_time(main())


def test_sleepers_sleep_until_their_moment_or_until_woken():
    async def main():
        clock = VirtualClock()
        sleepers = Sleepers(clock)
        awake = []

        async def sleep(name, moment):
            await sleepers.sleep_until(moment)
            awake.append((name, clock.now()))

        tasks = [
            asyncio.create_task(sleep(*args)) for args in [("short", 1.0), ("long", 9.0), ("never", inf)]
        ]
        given_up = asyncio.create_task(sleep("given up", inf))
        await clock.sleep(2)
        given_up.cancel()
        await asyncio.sleep(0)
        assert repr(sleepers) == "<Sleepers: 2>"
        sleepers.wake_all()
        await asyncio.wait(tasks)
        assert sorted(awake) == [("long", 2.0), ("never", 2.0), ("short", pytest.approx(1.0))]
        assert repr(sleepers) == "<Sleepers: 0>"

    run_in_virtual_time(main())


def test_the_first_reason_to_stop_is_kept_and_told_once():
    told = []
    signal = StopSignal(lambda: told.append("stop"))
    assert (signal.is_set, repr(signal)) == (False, "<StopSignal not set>")
    signal.set("enough")
    signal.set("a later reason")
    assert (signal.reason, told, repr(signal)) == ("enough", ["stop"], "<StopSignal enough>")
