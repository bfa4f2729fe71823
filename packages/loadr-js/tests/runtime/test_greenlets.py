"""Calls of a context share a greenlet; what parks goes on where it was."""

import asyncio
import contextvars

import greenlet
import pytest

from loadr_js.runtime.greenlets import Calls, CannotWait, Signal, wait_for

SPOKEN = contextvars.ContextVar("SPOKEN", default="nothing")


class Watch:
    def __init__(self):
        self.stretches = 0
        self.running = False

    def start(self):
        assert not self.running
        self.running = True

    def stop(self):
        assert self.running
        self.running = False
        self.stretches += 1


class Never:
    def __await__(self):
        while True:
            yield


def parked(*values):
    return [wait_for(asyncio.sleep(0, value)) for value in values]


async def test_a_function_parks_and_goes_on():
    watch = Watch()
    calls = Calls(watch)
    assert await calls.run(parked, 1, 2) == [1, 2]
    assert (watch.stretches, watch.running) == (3, False)


async def test_calls_share_one_greenlet():
    calls = Calls(Watch())
    assert await calls.run(greenlet.getcurrent) is await calls.run(greenlet.getcurrent)


async def test_what_is_raised_comes_out_and_the_next_call_runs():
    calls = Calls(Watch())
    with pytest.raises(ZeroDivisionError):
        await calls.run(lambda: 1 // 0)
    assert await calls.run(parked, 3) == [3]


async def test_what_the_awaitable_raises_goes_inside():
    def guarded():
        try:
            wait_for(asyncio.wait_for(asyncio.Event().wait(), 0))
        except TimeoutError:
            return "late"

    assert await Calls(Watch()).run(guarded) == "late"


async def test_a_cancellation_unwinds_what_is_parked():
    calls, seen, is_waiting = Calls(Watch()), [], asyncio.Event()

    def held():
        is_waiting.set()
        try:
            wait_for(asyncio.Event().wait())
        finally:
            seen.append("unwound")

    task = asyncio.create_task(calls.run(held))
    await is_waiting.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert seen == ["unwound"]
    assert await calls.run(parked, 1) == [1]


async def test_context_variables_are_those_of_the_caller_each_time():
    calls = Calls(Watch())
    for word in ("one", "two"):
        SPOKEN.set(word)
        assert await calls.run(SPOKEN.get) == word


def test_the_calls_of_another_loop_have_a_greenlet_that_returns_there():
    calls = Calls(Watch())
    for number in range(2):
        assert asyncio.run(calls.run(parked, number)) == [number]


def test_nothing_waits_outside_of_a_call():
    with pytest.raises(CannotWait):
        wait_for(asyncio.sleep(0))


@pytest.mark.parametrize("swallows", [False, True], ids=["unwinds", "swallows it"])
@pytest.mark.parametrize(
    ("drop", "kind"),
    [
        (lambda running, _green: running.close(), GeneratorExit),
        (lambda _running, green: green.throw(greenlet.GreenletExit), greenlet.GreenletExit),
    ],
    ids=["by its coroutine", "by its greenlet"],
)
def test_what_is_dropped_while_it_is_parked_ends(drop, kind, swallows):
    """As when a loop is closed with calls under way; a script's host function swallows what unwinds it."""
    seen = []

    def held():
        seen.append(greenlet.getcurrent())
        try:
            wait_for(Never())
        except BaseException as error:
            seen.append(type(error))
            if not swallows:
                raise

    calls = Calls(Watch())
    running = calls.run(held)
    running.send(None)
    drop(running, seen[0])
    assert seen[1:] == [kind]
    calls.close()
    assert seen[0].dead


async def test_closing_lets_go_of_the_greenlet():
    calls = Calls(Watch())
    green = await calls.run(greenlet.getcurrent)
    calls.close()
    calls.close()
    assert green.dead
    assert await calls.run(parked, 1) == [1]


async def test_a_signal_goes_on_right_where_it_is_given_and_the_call_ends_as_any_other():
    watch, signal, seen = Watch(), Signal(), []
    calls = Calls(watch)

    def held():
        for number in range(3):
            signal.wait()
            seen.append(number)
        seen.append(wait_for(asyncio.sleep(0, "slept")))
        signal.wait()
        return "over"

    task = asyncio.create_task(calls.run(held))
    await asyncio.sleep(0)
    for number in range(3):
        assert repr(signal) == "<Signal waited for>"
        signal.give()
        assert seen == [*range(number + 1)], "no turn of the loop comes in between"
    signal.give()  # it waits for something else
    assert seen == [0, 1, 2]
    while signal.give() is None and not task.done():  # noqa: ASYNC110 - the task has to come to the last signal
        await asyncio.sleep(0)
    assert (await task, seen, watch.running) == ("over", [0, 1, 2, "slept"], False)
    assert await calls.run(parked, 1) == [1]


async def test_a_call_that_waits_for_a_signal_is_cancelled_as_any_other():
    calls, signal, seen = Calls(Watch()), Signal(), []

    def held():
        try:
            signal.wait()
        finally:
            seen.append("unwound")

    task = asyncio.create_task(calls.run(held))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert seen == ["unwound"]
    signal.give()
    assert await calls.run(parked, 1) == [1]


@pytest.mark.parametrize("then", ["ends", "waits"])
async def test_a_cancellation_right_behind_a_signal_loses_nothing(then):
    calls, signal, seen = Calls(Watch()), Signal(), []

    def held():
        try:
            signal.wait()
            seen.append("given")
            if then == "waits":
                wait_for(asyncio.sleep(60))
        finally:
            seen.append("unwound")

    task = asyncio.create_task(calls.run(held))
    await asyncio.sleep(0)
    signal.give()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert seen == ["given", "unwound"]
    assert await calls.run(parked, 1) == [1]


async def test_what_a_call_raises_behind_a_signal_is_the_callers():
    calls, signal = Calls(Watch()), Signal()

    def held():
        signal.wait()
        raise ZeroDivisionError

    task = asyncio.create_task(calls.run(held))
    await asyncio.sleep(0)
    signal.give()
    with pytest.raises(ZeroDivisionError):
        await task


async def test_a_signal_given_inside_of_another_call_waits_for_the_loop():
    first, second, signal, seen = Calls(Watch()), Calls(Watch()), Signal(), []

    def held():
        signal.wait()
        seen.append("held")

    def giver():
        signal.give()
        seen.append("gave")
        wait_for(asyncio.sleep(0))

    task = asyncio.create_task(first.run(held))
    await asyncio.sleep(0)
    await second.run(giver)
    await task
    assert seen == ["gave", "held"]


def test_a_signal_is_not_waited_for_outside_of_a_call():
    with pytest.raises(CannotWait):
        Signal().wait()
    Signal().give()
