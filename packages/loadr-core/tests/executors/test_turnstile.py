import asyncio

import pytest

from loadr_core.executors.turnstile import Turnstile
from loadr_core.schedules import Slots
from loadr_core.segments import Segment
from loadr_testing.fakes import VirtualClock, run_in_virtual_time


def passages(scenario, rate=2.0):
    """Run `scenario(turnstile, clock, passed)`; the (name, moment) of all who passed."""
    passed = []

    async def main():
        clock = VirtualClock()
        turnstile = Turnstile(Slots(rate, Segment().turns(1)), clock)

        async def person(name):
            took = await turnstile.wait()
            passed.append((name if took else f"no {name}", pytest.approx(clock.now())))

        await scenario(turnstile, clock, person)
        turnstile.close()

    run_in_virtual_time(main())
    return passed


def test_one_passes_per_slot_in_the_order_of_coming():
    async def scenario(turnstile, clock, person):
        turnstile.open(clock.now())
        await asyncio.gather(*(person(name) for name in "abcd"))
        await clock.sleep(10)
        await person("e")

    assert passages(scenario) == [("a", 0.0), ("b", 0.5), ("c", 1.0), ("d", 1.5), ("e", 11.5)]


def test_without_being_opened_the_first_to_come_sets_the_zero():
    async def scenario(turnstile, clock, person):
        await clock.sleep(0.3)
        await asyncio.gather(person("a"), person("b"))

    assert passages(scenario) == [("a", 0.3), ("b", 0.8)]


def test_who_gives_up_costs_no_slot():
    async def scenario(turnstile, clock, person):
        people = [asyncio.create_task(person(name)) for name in "abc"]
        await clock.sleep(0.1)
        people[1].cancel()
        await asyncio.wait(people)

    assert passages(scenario) == [("a", 0.0), ("c", 0.5)]


def test_a_release_lets_everybody_go():
    async def scenario(turnstile, clock, person):
        people = [asyncio.create_task(person(name)) for name in "abc"]
        await clock.sleep(0.1)
        assert repr(turnstile) == "<Turnstile of 2/s, 2 wait>"
        turnstile.release()
        await asyncio.wait(people)

    assert passages(scenario) == [("a", 0.0), ("no b", 0.1), ("no c", 0.1)]
