import asyncio

import pytest

from loadr_testing.fakes import VirtualClock, run_in_virtual_time
from loadr_testing.fakes.time import DeadlockError


def test_an_hour_passes_without_waiting():
    async def main():
        clock = VirtualClock()
        await clock.sleep(3600)
        return clock.now()

    assert run_in_virtual_time(main()) == pytest.approx(3600)


def test_tasks_wake_in_the_order_of_their_timers():
    woken = []

    async def sleeper(clock, seconds):
        await clock.sleep_until(seconds)
        woken.append((seconds, clock.now()))

    async def main():
        clock = VirtualClock()
        async with asyncio.TaskGroup() as group:
            for seconds in (3.0, 1.0, 2.0):
                group.create_task(sleeper(clock, seconds))

    run_in_virtual_time(main())
    assert woken == [(1.0, 1.0), (2.0, 2.0), (3.0, 3.0)]


def test_a_deadlock_is_an_error_not_a_hang():
    async def main():
        await asyncio.Event().wait()

    with pytest.raises(DeadlockError):
        run_in_virtual_time(main())


def test_a_moment_in_the_past_gives_others_one_turn():
    async def main():
        clock = VirtualClock()
        await clock.sleep(-1)
        await clock.sleep_until(-5)
        return clock.now()

    assert run_in_virtual_time(main()) == 0
