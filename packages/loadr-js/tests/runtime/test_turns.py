"""Turns are taken in the order in which they were asked for, and none is lost."""

import asyncio

import pytest

from loadr_js.runtime.turns import Turns


async def inside(turns, order, name):
    if not turns.take():
        await turns.wait()
    order.append(name)
    await asyncio.sleep(0)
    turns.leave()


async def test_first_come_first_served():
    turns, order = Turns(), []
    await asyncio.gather(*(inside(turns, order, name) for name in "abc"))
    assert order == ["a", "b", "c"]
    assert repr(turns) == "<Turns free, 0 waiting>"


async def test_nobody_comes_in_between():
    turns = Turns()
    assert turns.take()
    waiting = asyncio.create_task(turns.wait())
    await asyncio.sleep(0)
    assert repr(turns) == "<Turns taken, 1 waiting>"
    turns.leave()
    assert not turns.take()
    await waiting
    assert turns.is_taken


@pytest.mark.parametrize("is_late", [False, True], ids=["while it waits", "when its turn has come"])
async def test_one_who_gives_up_holds_up_nobody(is_late):
    turns, order = Turns(), []
    assert turns.take()
    one = asyncio.create_task(turns.wait())
    other = asyncio.create_task(inside(turns, order, "other"))
    await asyncio.sleep(0)
    if is_late:
        turns.leave()
    one.cancel()
    with pytest.raises(asyncio.CancelledError):
        await one
    if not is_late:
        turns.leave()
    await other
    assert order == ["other"]
    assert not turns.is_taken
