"""Scripts that attack the engine, the limits or the host: bounded, told, and the context stays usable."""

import asyncio

import pytest

from loadr_core.clock import SystemClock
from loadr_js.errors import ScriptFailed
from loadr_js.runtime import Limits, ScriptContext
from loadr_js.runtime.modules import ModuleRefused

SECONDS = 0.2
INTERRUPTED = "Interrupted: ran for more than 0.2 s"


def nothing_else(name):
    raise ModuleRefused(f"there is no module {name!r}")


async def outcome_of(body, seconds=SECONDS):
    """What `f` with a body comes to, in a context of its own; then whether that can still be used."""
    source = body if body.startswith("export") else f"export function f() {{ {body} }}"
    hosts = {"echo": lambda value: value}
    made = ScriptContext(
        hosts,
        lambda name: source if name == "script.js" else nothing_else(name),
        Limits(seconds, 16),
        SystemClock(),
        direct={"double": lambda number: number * 2},
    )
    made.define("five", "(function () { return 5 })")
    try:
        await made.load("script.js")
        outcome = await made.call("f")
    except ScriptFailed as failure:
        outcome = f"{failure.name}: {failure.reason}"
    assert await made.evaluate("five") == 5
    assert made.memory_bytes < 16 << 20
    made.close()
    return outcome


@pytest.mark.parametrize(
    "body",
    [
        "for (;;) {}",
        "export async function f() { for (;;) await null }",
        "return /^(a+)+$/.test('a'.repeat(40) + 'b')",
        "const t = {then(done) { done(t) }}; return Promise.resolve(t)",
        "function* g() { try { yield 1 } finally { for (;;) {} } } for (const x of g()) break",
        "const again = () => __loadr.timer(0, again); again()",
        "export const f = new Proxy(() => 1, {apply() { for (;;) {} }})",
        "return {get then() { for (;;) {} }}",
        "return {toJSON() { for (;;) {} }}",
        "export async function f() { try { for (;;) {} } finally { for (;;) {} } }",
        "new Map([[1, 1]]).forEach((v, k, m) => { for (let i = 0; ; i++) m.set(i % 9, i) })",
        "[1].sort(() => { for (;;) {} }); [2, 1].sort(() => { for (;;) {} })",
    ],
)
async def test_what_runs_on_is_interrupted(body):
    assert await outcome_of(body) == INTERRUPTED


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("const a = []; for (;;) a.push(new Array(1000).fill(1))", "out of memory"),
        ("let s = 'x'; for (;;) s += s", "string too long|out of memory"),
        ("return 'x'.repeat(1 << 29).length", "out of memory"),
        ("return new ArrayBuffer(1e9).byteLength", "out of memory"),
        ("const a = []; for (;;) a.push(new Uint8Array(1 << 20))", "out of memory"),
        ("const m = new Map(); for (let i = 0; ; i++) m.set(i, {})", "out of memory"),
        ("const o = {}; for (let i = 0; ; i++) o['k' + i] = i", "out of memory"),
        ("const f = () => f() + 1; return f()", "Maximum call stack"),
        ("return JSON.parse('['.repeat(1e6))", "Maximum call stack"),
        ("let a = []; for (let i = 0; i < 1e5; i++) a = [a]; return a", "Maximum call stack"),
        ("const o = {toString() { return `${o}` }}; return `${o}`", "Maximum call stack"),
        (
            "return new RegExp('('.repeat(1e5) + ')'.repeat(1e5)).test('')",
            "stack|regular|captures|interrupted",
        ),
    ],
)
async def test_what_takes_too_much_is_stopped(body, told):
    outcome = await outcome_of(body, seconds=300.0)
    assert isinstance(outcome, str)
    assert any(word in outcome for word in told.split("|")), outcome


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("return {get then() { throw new Error('gotcha') }}", "Error: gotcha"),
        ("return {toJSON() { throw new Error('gotcha') }}", "Error: gotcha"),
        ("return {get a() { throw new Error('gotcha') }}", "Error: gotcha"),
        ("throw new Proxy(new Error('p'), {get() { throw new Error('trap') }})", "trap|something|an error"),
        ("throw {get message() { throw 1 }, toString() { throw 2 }}", "thrown: "),
        ("throw Symbol('s')", "thrown: "),
        ("Error.prepareStackTrace = () => { throw new Error('x') }; throw new Error('boom')", "Error: boom"),
        (
            "return __loadr.call('echo', new Proxy({}, {ownKeys() { throw new Error('trap') }}))",
            "Error: trap",
        ),
        ("return __loadr.call('echo', 10n)", "TypeError: "),
        ("return __loadr.call('nothing')", "KeyError"),
        ("return __loadr.call(Symbol('x'))", "KeyError"),
        ("return __loadr.call('a'.repeat(9000) + 'b'.repeat(9000))", "InternalError: "),
        ("return __loadr.direct.double('a'.repeat(9000) + 'b'.repeat(9000))", "InternalError: "),
        ("return __loadr.direct.double('\\ud800')", "InternalError: "),
        ("Atomics.wait(new Int32Array(new SharedArrayBuffer(8)), 0, 0)", "TypeError: cannot block"),
    ],
)
async def test_what_lies_about_itself_is_told_as_far_as_it_can_be(body, told):
    outcome = await outcome_of(body)
    assert isinstance(outcome, str)
    assert any(word in outcome for word in told.split("|")), outcome


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ("return [typeof process, typeof require, typeof std, typeof os, typeof Deno]", ["undefined"] * 5),
        ("return Object.getOwnPropertyNames(__loadr.direct.double)", ["name"]),
        ("return typeof __loadr.direct.double.__globals__", "undefined"),
        ("return Object.isFrozen(__loadr) && Object.isFrozen(__loadr.direct)", True),
        ("try { __loadr.call = 1 } catch (error) { return error.name }", "TypeError"),
        ("return delete globalThis.nothing && Reflect.deleteProperty(globalThis, '__loadr')", False),
        ("JSON.parse = JSON.stringify = null; return __loadr.call('echo', [1])", [1]),
        ("Object.prototype.then = function (done) { done(7) }; return {}", 7),
        ("new FinalizationRegistry(() => { for (;;) {} }).register({}, 1); return 1", 1),
        (
            "export async function f() { try { await import('/etc/passwd') } catch (error) { return error.message } }",
            "there is no module '/etc/passwd'",
        ),
        (
            "export async function f() { try { await import('../../x.js') } catch (error) { return error.name } }",
            "ReferenceError",
        ),
        ("return __loadr.direct.double(10n ** 40n) > 1e40", True),
        ("return __loadr.direct.double({})", False),
    ],
)
async def test_there_is_no_way_out(body, value):
    assert await outcome_of(body) == value


async def test_one_that_breaks_its_own_language_breaks_nothing_else():
    ruined = "Array.prototype.toJSON = () => 'x'; Object.prototype.toJSON = () => { throw new Error('no') }; return {}"
    with pytest.raises(ScriptFailed, match="no"):
        await outcome_of(ruined)
    assert await asyncio.gather(outcome_of("return 1"), outcome_of("return [2]")) == [1, [2]]
