"""Files of CommonJS, and files that mix both kinds of modules; run in both ways to reach the engine."""

import asyncio

import pytest

from loadr_core.clock import SystemClock
from loadr_core.cookies import CookieJar
from loadr_core.spi import Scope, ScriptContext, ScriptError, ScriptSource, VuContext
from loadr_js.engine import JsEngine
from loadr_js.sources.commonjs import as_module
from loadr_testing.fakes.scripts import FakeHost

LIBRARY = {
    "lib/commonjs.js": "exports.one = 1; exports['two'] = () => 2; module.exports.three = require('./deep.js').value;",
    "lib/deep.js": "module.exports = {value: 3};",
    "lib/esm.js": "export const one = 1; export default 'd';",
    "lib/babel.js": "Object.defineProperty(exports, '__esModule', {value: true}); exports.default = 'the default';",
    "lib/umd.js": "(function (root, make) { if (typeof exports === 'object') module.exports = make(); else root.umd = make(); })(this, () => ({umd: 1}));",
}


@pytest.fixture
def run(tmp_path, access):
    (tmp_path / "lib").mkdir()
    for name, text in LIBRARY.items():
        (tmp_path / name).write_text(text, encoding="utf-8")

    def running(text):
        module = JsEngine(ScriptContext(SystemClock(), tmp_path)).load(ScriptSource(text, "main.js"))
        script = module.open(FakeHost(Scope(VuContext(1, "main"), 5, CookieJar())))
        return module, asyncio.run(script.call("f"))

    return running


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (
            "const {one, two, three} = require('./lib/commonjs.js'); exports.f = () => [one, two(), three];",
            [1, 2, 3],
        ),
        ("module.exports = {f: () => typeof require('k6').sleep};", "function"),
        ("const m = require('./lib/esm.js'); module.exports.f = () => [m.one, m.default];", [1, "d"]),
        ("import {one, two} from './lib/commonjs.js'; export const f = () => [one, two()];", [1, 2]),
        ("import all from './lib/commonjs.js'; export const f = () => all.three;", 3),
        ("import value from './lib/babel.js'; export const f = () => value;", "the default"),
        ("import umd from './lib/umd.js'; export const f = () => umd.umd;", 1),
        ("const m = require('./lib/deep.js'); export function f() { return m.value; }", 3),
        ("export const f = () => require(\"./lib/deep.js\") === require('./lib/deep.js');", True),
        (
            "const top = this; exports.f = () => [top === module.exports, global === globalThis];",
            [True, True],
        ),
        (
            "exports.f = () => { try { require('lodash') } catch (e) { return e.message.slice(0, 40) } };",
            "require: there is no module 'lodash': it",
        ),
        (
            "const name = './lib/deep.js'; exports.f = () => require(name).value // require('./lib/deep.js')",
            3,
        ),
        ("const require = name => name; export const f = () => require('own');", "own"),
        ("exports.f = () => { const inner = require => require('./a'); return inner(name => name) };", "./a"),
    ],
)
def test_what_is_required_is_there(text, value, run):
    assert run(text)[1] == value


def test_options_and_functions_are_those_of_the_exports(run):
    module, _ = run("module.exports = {options: {vus: 3}, f() {}, default: () => 1, none: 5};")
    assert module.exports == {"f", "default"}
    assert module.options == {"vus": 3}


def test_a_missing_module_is_told_where_it_is_required(tmp_path):
    engine = JsEngine(ScriptContext(SystemClock(), tmp_path))
    with pytest.raises(ScriptError, match="no module 'left-pad'") as failed:
        engine.load(ScriptSource("const a = 1;\nconst b = require('left-pad');\n", "main.js"))
    assert failed.value.site.startswith("main.js:2:")


def test_an_exception_keeps_its_line(tmp_path):
    engine = JsEngine(ScriptContext(SystemClock(), tmp_path))
    with pytest.raises(ScriptError) as failed:
        engine.load(ScriptSource("exports.a = 1;\n\n  null.x;\n", "main.js"))
    assert failed.value.site.startswith("main.js:3:")


@pytest.mark.parametrize(
    "text",
    [
        "export const a = 1",
        "import a from 'x'; export const exports = a;",
        "const requirement = 1; // no module at all",
    ],
)
def test_a_module_of_the_language_stays_as_it_is(text):
    assert as_module(text, lambda _name: True) == text


def test_files_outside_of_the_folder_are_not_required(tmp_path):
    (tmp_path / "secret.js").write_text("exports.secret = 1")
    inner = tmp_path / "inner"
    inner.mkdir()
    engine = JsEngine(ScriptContext(SystemClock(), inner))
    with pytest.raises(ScriptError, match=r"there is no module '\.\./secret\.js'"):
        engine.load(ScriptSource("require('../secret.js')", "main.js"))
