"""The nasty cases: whatever a script does, it is bounded, reported, and the process lives."""

import asyncio
import gc
import weakref

import pytest

from loadr_core.clock import SystemClock
from loadr_js.errors import ScriptFailed, ScriptSyntaxError
from loadr_js.runtime import Limits, ScriptContext, door, self_test, wait_for
from loadr_js.runtime.modules import ModuleRefused
from loadr_js.runtime.outcomes import HostError

pytestmark = pytest.mark.usefixtures("access")

HARD = r"""
const {call} = __loadr;
const sleep = ms => call('sleep', ms);
export const options = {vus: 3};
function deeper(n, f) { return n <= 0 ? f() : deeper(n - 1, f) }
export default function (...args) { sleep(1); return args }
export function slow() { try { sleep(60000) } catch (e) { globalThis.caught = (globalThis.caught || 0) + 1; for (;;) {} } }
export function slowfinally() { try { sleep(60000) } finally { globalThis.finals = (globalThis.finals || 0) + 1 } }
export function counted() { return [globalThis.caught || 0, globalThis.finals || 0] }
export function spin() { sleep(1); for (;;) {} }
export function spincalls() { sleep(1); for (;;) { call('echo', 1) } }
export function spintry() { sleep(1); for (;;) { try { for (;;) {} } catch (e) {} finally {} } }
export function recursion() { sleep(1); function f() { return f() + 1 } return f() }
export function caughtrecursion() { let n = 0; function f() { n++; return [1].map(f) } try { f() } catch (e) { sleep(1); return [n > 10, e.name] } }
export function deep() { return deeper(300, () => { sleep(1); return 'up' }) }
export function memory() { sleep(1); const a = []; for (;;) a.push(new Array(1000).fill(a.length)) }
export async function asynchronous() { await null; sleep(1); return await Promise.all([1, 2, 3].map(async i => { sleep(1); return i })) }
export async function rejects() { await null; sleep(1); throw new TypeError('later') }
export function never() { return new Promise(() => {}) }
export function thrownull() { throw null }
export function thrownumber() { throw 5 }
export function throwscycle() { const a = {}; a.a = a; throw a }
export function throwsgetter() { const e = new Error('x'); Object.defineProperty(e, 'message', {get() { throw new Error('no') }}); throw e }
export function returnscycle() { const a = {}; a.a = a; return a }
export function returnsbig() { return 10n }
export function sorted() { return [3, 1, 2].sort((a, b) => { sleep(1); return a - b }) }
export function generator() { function* g() { for (let i = 0; i < 3; i++) { sleep(1); yield i } } return [...g()] }
export function replaced() { return 'a-b-c'.replace(/-/g, () => { sleep(1); return '+' }) }
export function json() { return JSON.parse(JSON.stringify({a: 1, toJSON() { sleep(1); return {z: 2} }}), (k, v) => { sleep(1); return v }) }
export function getter() { return ({get x() { sleep(1); return 7 }}).x + `${{toString() { sleep(1); return 'q' }}}` }
export function proxied() { return new Proxy({}, {get(t, k) { sleep(1); return k }}).hello }
export function unicode() { return call('echo', 'é\u{1F600}') }
export function nul() { return call('echo', 'a\0b') }
export function lone() { return call('echo', '\ud800').length }
export function rope() { let s = ''; for (let i = 0; i < 5000; i++) s += i; return call('echo', s).length }
export function large() { return 'x'.repeat(100000) + 'y'.repeat(100000) }
export function hosterror() { try { call('refuse') } catch (e) { return [e.name, e.message, e.code, e instanceof Error] } }
export function bug() { return call('bug') }
export function nohost() { return call('missing') }
export function throws() {
  throw new TypeError('broken');
}
export function directly() { return [__loadr.direct.double(21), __loadr.direct.text(1), __loadr.direct.nothing()] }
export function directfails() {
  const {direct, failed} = __loadr;
  try { if (direct.refuse(1) === false) failed(); } catch (e) { return [e.name, e.message, e.code] }
}
export function directwaits() { __loadr.direct.wait(60000); return 'not cancelled' }
export const nothing = () => 'nothing';
export async function nothinglater() { await null; return 'nothing' }
export function defaulted(x = 1) { return x }
export function arguments_() { return arguments.length }
export const rest = (...all) => all.length;
export function bytes() { call('bytes'); const b = new Uint8Array(__loadr_buffer); globalThis.__loadr_buffer = new Uint8Array([...b].reverse()).buffer; return call('back') }
"""


class Hosts:
    def __init__(self):
        self.context = None
        self.sleeping = asyncio.Event()

    def functions(self):
        return {
            name: getattr(self, f"do_{name}") for name in ("sleep", "echo", "refuse", "bug", "bytes", "back")
        }

    def direct(self):
        return {
            "double": lambda number: number * 2,
            "text": lambda _number: "a\0é\U0001f600",
            "nothing": lambda: None,
            "refuse": lambda _number: self.do_refuse(),
            "wait": self.do_sleep,
        }

    def do_sleep(self, ms):
        self.sleeping.set()
        wait_for(asyncio.sleep(ms / 1000))

    def do_echo(self, value):
        return value

    def do_refuse(self):
        raise HostError("connection refused", name="HttpError", code=1212)

    def do_bug(self):
        raise KeyError("oops")

    def do_bytes(self):
        self.context.put_buffer(b"\x00\x01\xff")

    def do_back(self):
        return list(self.context.take_buffer())


MODULES = {
    "hard.js": HARD,
    "lib/a.js": "import {b} from './deeper/b.js'; export const a = b + 1",
    "lib/deeper/b.js": "import {c} from '../c.js'; export const b = c",
    "lib/c.js": "export const c = 40",
    "imports.js": "import {a} from './lib/a.js'; export function answer() { return a + 1 }",
    "wrong.js": "export const x = 1;\nexport function f() {\n  return 1 +* 2;\n}",
    "missing.js": "import x from './nowhere.js'; export default x",
    "throws.js": "const a = 1;\nnull.x;",
    "outside.js": "import x from '../../etc/passwd'; export default x",
    "waits.js": "__loadr.call('sleep', 1); export function f() { return 1 }",
    "toplevel.js": "await null; export function f() { return 2 }",
}


def load_module(name):
    if name not in MODULES:
        raise ModuleRefused(f"there is no module {name!r}")
    return MODULES[name]


def context(**limits):
    hosts = Hosts()
    made = ScriptContext(
        hosts.functions(), load_module, Limits(**limits), SystemClock(), direct=hosts.direct()
    )
    hosts.context = made
    return made, hosts


async def loaded(module="hard.js", **limits):
    made, _ = context(**limits)
    await made.load(module)
    return made


async def fails(made, function):
    with pytest.raises(ScriptFailed) as raised:
        await made.call(function)
    return raised.value


@pytest.mark.parametrize("access", ["symbols"], indirect=True)
def test_the_engine_is_the_one_that_is_known():
    assert self_test() is True


async def test_loading_tells_what_is_exported():
    made, _ = context()
    exports = await made.load("hard.js")
    assert exports["options"] == {"vus": 3}
    assert {"default", "slow", "bytes"} <= set(exports["functions"])
    assert "options" not in exports["functions"]


@pytest.mark.parametrize(
    ("function", "result"),
    [
        ("deep", "up"),
        ("caughtrecursion", [True, "RangeError"]),
        ("asynchronous", [1, 2, 3]),
        ("sorted", [1, 2, 3]),
        ("generator", [0, 1, 2]),
        ("replaced", "a+b+c"),
        ("json", {"z": 2}),
        ("getter", "7q"),
        ("proxied", "hello"),
        ("unicode", "é\U0001f600"),
        ("nul", "a\0b"),
        ("lone", 1),
        ("rope", 18890),
        ("large", "x" * 100000 + "y" * 100000),
        ("hosterror", ["HttpError", "connection refused", 1212, True]),
        ("bytes", [255, 1, 0]),
        ("directly", [42, "a\0é\U0001f600", None]),
        ("directfails", ["HttpError", "connection refused", 1212]),
    ],
)
async def test_calls_park_and_go_on_wherever_they_are(function, result):
    made = await loaded()
    assert await made.call(function) == result


@pytest.mark.parametrize(
    ("function", "result"),
    [("nothing", "nothing"), ("nothinglater", "nothing"), ("defaulted", 5), ("arguments_", 2), ("rest", 2)],
)
async def test_arguments_arrive_where_a_function_can_see_them(function, result):
    made = await loaded()
    assert await made.call_as(1, 2, 3, function, 5, 6) == result


@pytest.mark.parametrize(
    ("function", "name", "message"),
    [
        ("recursion", "RangeError", "Maximum call stack size exceeded"),
        ("rejects", "TypeError", "later"),
        ("never", "Error", "never settles"),
        ("thrownull", "", "thrown: null"),
        ("thrownumber", "", "thrown: 5"),
        ("throwscycle", "", "thrown: something that cannot be shown"),
        ("throwsgetter", "Error", "an error that cannot be read"),
        ("returnscycle", "TypeError", "circular"),
        ("returnsbig", "TypeError", "BigInt"),
        ("bug", "Error", "KeyError: 'oops'"),
        ("nohost", "Error", "KeyError: 'missing'"),
        ("nothere", "TypeError", "undefined"),
    ],
)
async def test_whatever_is_thrown_is_told_and_the_context_stays_usable(function, name, message):
    made = await loaded()
    error = await fails(made, function)
    assert error.name == name
    assert message in error.reason
    assert await made.call("default", 1, "x") == [1, "x"]


async def test_an_error_knows_its_place():
    made = await loaded()
    error = await fails(made, "throws")
    line = HARD.splitlines().index("  throw new TypeError('broken');") + 1
    assert (error.place.file, error.place.line) == ("hard.js", line)
    assert f"hard.js:{line}" in error.stack
    assert "loadr:" not in error.stack
    assert str(error).startswith(f"TypeError: broken (hard.js:{line}:")


@pytest.mark.parametrize("access", ["symbols"], indirect=True)
@pytest.mark.parametrize("function", ["spin", "spincalls", "spintry"])
async def test_an_endless_loop_is_interrupted_and_cannot_catch_it(function):
    made = await loaded(seconds=0.05)
    error = await fails(made, function)
    assert error.name == "Interrupted"
    assert error.reason == "ran for more than 0.05 s"
    assert await made.call("default") == []


async def test_waiting_does_not_count_as_running():
    made = await loaded(seconds=0.05)
    assert await asyncio.gather(*[made.call("default") for _ in range(100)]) == [[]] * 100


async def test_memory_is_bounded():
    made = await loaded(memory_mib=8)
    error = await fails(made, "memory")
    assert "out of memory" in error.reason
    assert made.memory_bytes < 8 << 20
    assert await made.call("default") == []


async def test_a_cancelled_direct_call_says_so_and_the_script_is_interrupted():
    made, hosts = context()
    await made.load("hard.js")
    calling = asyncio.create_task(made.call("directwaits"))
    await hosts.sleeping.wait()
    calling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await calling
    assert await made.call("directly") == [42, "a\0é\U0001f600", None]


@pytest.mark.parametrize("access", ["symbols"], indirect=True)
@pytest.mark.parametrize("function", ["slow", "slowfinally"])
async def test_a_cancelled_call_unwinds_the_script(function):
    made, hosts = context()
    await made.load("hard.js")
    calling = asyncio.create_task(made.call(function))
    await hosts.sleeping.wait()
    calling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await calling
    assert await made.call("counted") == ([1, 0] if function == "slow" else [0, 1])


async def test_calls_into_one_context_take_turns():
    made = await loaded()
    results = await asyncio.gather(made.call("sorted"), made.call("generator"), made.call("deep"))
    assert results == [[1, 2, 3], [0, 1, 2], "up"]
    assert repr(made) == "<ScriptContext free>"


async def test_closing_lets_go_of_the_engine_without_a_garbage_collector():
    made = await loaded()
    assert await made.call("sorted") == [1, 2, 3]
    held = weakref.ref(made)
    gc.disable()
    try:
        made.close()
        del made
        assert held() is None
    finally:
        gc.enable()


async def test_many_contexts_run_at_once():
    contexts = [await loaded() for _ in range(20)]
    calls = [made.call(function) for made in contexts for function in ("deep", "asynchronous", "generator")]
    assert await asyncio.gather(*calls) == ["up", [1, 2, 3], [0, 1, 2]] * 20


async def test_modules_import_each_other_relatively():
    made = await loaded("imports.js")
    assert await made.call("answer") == 42


@pytest.mark.parametrize("access", ["symbols"], indirect=True)
async def test_a_module_may_await_at_its_top():
    made = await loaded("toplevel.js")
    assert await made.call("f") == 2


@pytest.mark.parametrize(
    ("module", "error", "message", "line"),
    [
        ("wrong.js", ScriptSyntaxError, "unexpected token", 3),
        ("missing.js", ScriptFailed, "there is no module 'nowhere.js'", None),
        ("outside.js", ScriptFailed, "there is no module", None),
        ("throws.js", ScriptFailed, "cannot read property 'x' of null", 2),
        ("gone.js", ScriptFailed, "there is no module 'gone.js'", None),
    ],
)
async def test_a_module_that_cannot_be_loaded_is_told_with_its_line(module, error, message, line):
    made, _ = context()
    with pytest.raises(error, match=message) as raised:
        await made.load(module)
    if line is not None:
        assert (raised.value.place.file, raised.value.place.line) == (module, line)


async def test_functions_are_defined_once_and_evaluated_often():
    made = await loaded()
    made.define("sum", "(function (a, b) { return a + b })")
    assert [await made.evaluate("sum", n, 1) for n in range(3)] == [1, 2, 3]
    with pytest.raises(ScriptSyntaxError):
        made.define("wrong", "(function ( { })")


async def test_python_is_out_of_reach():
    made = await loaded()
    made.define(
        "names",
        "(function () { return Object.getOwnPropertyNames(globalThis).filter(n => n.startsWith('__loadr')) })",
    )
    buffers = set() if door.library() else {"__loadr_buffer", "__loadr_hex"}
    assert set(await made.evaluate("names")) == {"__loadr", *buffers}
