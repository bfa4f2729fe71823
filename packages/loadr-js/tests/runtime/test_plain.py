"""A context without the engine's C symbols: what it still does, and what it says that it does not."""

import logging

import pytest
import quickjs

from loadr_config import load_plan
from loadr_core.checking import check_extensions
from loadr_core.clock import SystemClock
from loadr_core.plugins import Catalog
from loadr_core.spi import ScriptContext as CoreContext
from loadr_core.spi import ScriptSource
from loadr_js.engine import JsEngine
from loadr_js.errors import EngineError, ScriptFailed, ScriptSyntaxError
from loadr_js.runtime import LIMITS, Limits, ScriptContext
from loadr_js.runtime.modules import ModuleRefused
from loadr_js.runtime.plain import PlainAccess

pytestmark = [
    pytest.mark.usefixtures("access"),
    pytest.mark.parametrize("access", ["plain"], indirect=True),
]

MODULES = {
    "main.js": "import {twice} from './lib/a.js';\n\nexport const f = x => twice(x);",
    "lib/a.js": "import {by} from '../b.js';\nexport function twice(x) {\n  return by(2, x);\n}",
    "b.js": "export function by(n, x) {\n  if (x === 13) throw new RangeError('no');\n  return n * x;\n}",
    "wrong.js": "import './b.js';\nexport const x = 1;\nlet let = 2;",
    "missing.js": "import './gone.js'; export const f = 1",
    "later.js": "import './b.js'; export const f = async name => (await import(name)).by?.(2, 3)",
    "cycle.js": "import * as other from './cycle2.js'; export const one = 1; export const f = () => other.two()",
    "cycle2.js": "import * as back from './cycle.js'; export const two = () => back.one + 1",
    "nul.js": "export const f = 'a\0b'",
    "throws.js": "export const a = 1;\nnull.x;",
}


def load_module(name):
    if name not in MODULES:
        raise ModuleRefused(f"there is no module {name!r}")
    return MODULES[name]


async def loaded(name):
    made = ScriptContext({}, load_module, Limits(), SystemClock())
    await made.load(name)
    return made


async def test_modules_import_each_other():
    assert await (await loaded("main.js")).call("f", 4) == 8
    assert await (await loaded("cycle.js")).call("f") == 2


async def test_errors_have_their_places():
    made = await loaded("main.js")
    with pytest.raises(ScriptFailed) as raised:
        await made.call("f", 13)
    assert [frame.split("(")[-1].rsplit(":", 1)[0] for frame in raised.value.stack.splitlines()][:3] == [
        "b.js:2",
        "lib/a.js:3",
        "main.js:3",
    ]


@pytest.mark.parametrize(
    ("module", "error", "message"),
    [
        ("wrong.js", ScriptSyntaxError, r"wrong\.js:3:"),
        ("missing.js", ScriptFailed, "there is no module 'gone.js'"),
        ("gone.js", ScriptFailed, "there is no module 'gone.js'"),
        ("nul.js", ScriptFailed, r"nul\.js: embedded null"),
        ("throws.js", ScriptFailed, r"cannot read property 'x' of null \(throws\.js:2:"),
    ],
)
async def test_what_cannot_be_loaded_is_told_each_time(module, error, message):
    made = ScriptContext({}, load_module, Limits(), SystemClock())
    for _ in range(2):
        with pytest.raises(error, match=message):
            await made.load(module)


async def test_only_what_is_imported_can_be_imported_later():
    made = await loaded("later.js")
    assert await made.call("f", "./b.js") == 6
    with pytest.raises(ScriptFailed, match="without a module loader only what is imported somewhere"):
        await made.call("f", "./lib/a.js")


def test_a_broken_script_of_our_own_is_our_bug():
    access = PlainAccess(quickjs.Context(), load_module)
    with pytest.raises(EngineError, match="loadr:x cannot be run"):
        access.run_script("loadr:x", "let let = 1")


def test_its_limits_are_told(tmp_path, caplog):
    with caplog.at_level(logging.WARNING):
        engine = JsEngine(CoreContext(SystemClock(), tmp_path))
    assert LIMITS in caplog.text
    assert engine.load(ScriptSource("export function f() {}", "s.js")).exports == {"f"}


def test_validation_tells_its_limits():
    text = """\
name: x
js: {script: "export function f() {}"}
scenarios: {a: {executor: per-vu-iterations, vus: 1, iterations: 1, exec: f}}
"""
    (told,) = check_extensions(load_plan("p.yaml", text=text), Catalog.read(), {}).diagnostics
    assert (str(told.severity), told.line) == ("warning", 2)
    assert told.message == LIMITS
