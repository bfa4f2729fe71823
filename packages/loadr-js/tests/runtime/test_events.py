"""Timers, and operations that promises wait for."""

import asyncio

import pytest

from loadr_js.errors import ScriptFailed
from loadr_js.runtime import Limits, ScriptContext
from loadr_js.runtime.outcomes import HostError
from loadr_js.sources import built_in_modules, prelude
from loadr_testing.fakes import VirtualClock, run_in_virtual_time

pytestmark = pytest.mark.usefixtures("access")

SCRIPT = r"""
import {setTimeout} from 'k6/timers';
const {start} = __loadr;
export async function all() {
  const order = [];
  const one = async (name, ms) => { await start('wait', ms); order.push(name); return name };
  const results = await Promise.all([one('slow', 30), one('quick', 1)]);
  return [results, order];
}
export function timers() {
  const seen = [];
  setTimeout(() => seen.push('b'), 20);
  setTimeout((...args) => seen.push(...args), 1, 'a', 1);
  const gone = setTimeout(() => seen.push('never'), 5);
  clearTimeout(gone);
  globalThis.seen = seen;
}
export function seen() { return globalThis.seen }
export async function interval() {
  let n = 0;
  await new Promise(resolve => { const id = setInterval(() => { if (++n === 3) { clearInterval(id); resolve() } }, 1) });
  return n;
}
export function throws() { setTimeout(() => { throw new TypeError('in a timer') }, 1) }
export async function refused() { try { await start('refuse') } catch (e) { return [e.name, e.message, e.code] } }
export async function unhandled() { setTimeout(() => {}, 60000); throw new Error('at once') }
export async function forever() { await start('wait', 60000) }
"""


def in_virtual_time(test):
    """Timers end in the order of their times, however busy the machine is."""

    def run():
        async def live():
            await test(await loaded())

        run_in_virtual_time(live())

    run.__name__, run.__doc__ = test.__name__, test.__doc__
    return run


async def wait(milliseconds):
    await asyncio.sleep(milliseconds / 1000)


async def refuse():
    raise HostError("no", name="HttpError", code=1)


async def loaded():
    hosts = {
        "wait": lambda ms: context.events.start(wait(ms)),
        "refuse": lambda: context.events.start(refuse()),
    }
    modules = {**built_in_modules(), "s.js": SCRIPT}
    context = ScriptContext(hosts, modules.__getitem__, Limits(), VirtualClock(), prelude())
    await context.load("s.js")
    return context


@in_virtual_time
async def test_operations_run_at_once(made):
    assert await made.call("all") == [["slow", "quick"], ["quick", "slow"]]


@in_virtual_time
async def test_a_call_ends_when_its_timers_have_ended(made):
    await made.call("timers")
    assert await made.call("seen") == ["a", 1, "b"]
    assert made.events.is_empty


@in_virtual_time
async def test_an_interval_repeats_until_it_is_cleared(made):
    assert await made.call("interval") == 3


@in_virtual_time
async def test_an_operation_s_error_is_thrown_where_it_is_awaited(made):
    assert await made.call("refused") == ["HttpError", "no", 1]


@in_virtual_time
async def test_an_error_in_a_timer_fails_the_call(made):
    with pytest.raises(ScriptFailed, match="in a timer"):
        await made.call("throws")
    assert await made.call("interval") == 3


@in_virtual_time
async def test_an_error_ends_the_call_at_once(made):
    with pytest.raises(ScriptFailed, match="at once"):
        await made.call("unhandled")
    assert made.events.is_empty
    assert repr(made.events) == "<Events 0 under way>"


@in_virtual_time
async def test_a_cancelled_call_forgets_what_was_under_way(made):
    calling = asyncio.create_task(made.call("forever"))
    await asyncio.sleep(0.01)
    calling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await calling
    assert made.events.is_empty
    assert await made.call("interval") == 3
