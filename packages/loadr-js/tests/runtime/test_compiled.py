"""What one context has compiled, others read; places and sources stay those of the text."""

import pytest

from loadr_core.clock import SystemClock
from loadr_js.errors import ScriptFailed, ScriptSyntaxError
from loadr_js.runtime import Limits, ScriptContext, compiled

MODULES = {
    "main.js": "import {twice} from './lib.js';\nexport const f = x => twice(x);\nexport const text = () => `${f}`;",
    "lib.js": "export function twice(x) {\n  if (x === 13) throw new RangeError('no');\n  return 2 * x;\n}",
    "wrong.js": "export const x = 1;\nlet let = 2;",
    "k6/own": "export const own = 1; export const text = () => `${text}`;",
}


@pytest.fixture
def kept(monkeypatch):
    known = {}
    monkeypatch.setattr(compiled, "_KEPT", known)
    return known


def context():
    return ScriptContext({}, MODULES.__getitem__, Limits(), SystemClock())


async def test_a_module_is_compiled_once(kept):
    for _ in range(3):
        made = context()
        await made.load("main.js")
        assert await made.call("f", 4) == 8
    assert sorted(name for name, _ in kept) == ["lib.js", "loadr:glue", "main.js"]


async def test_errors_have_their_places_and_functions_their_sources(kept):
    for _ in range(2):
        made = context()
        await made.load("main.js")
        with pytest.raises(ScriptFailed) as raised:
            await made.call("f", 13)
        assert str(raised.value.place).startswith("lib.js:2:")
        assert await made.call("text") == "x => twice(x)"


async def test_what_cannot_be_parsed_is_not_kept(kept):
    for _ in range(2):
        with pytest.raises(ScriptSyntaxError) as raised:
            await context().load("wrong.js")
        assert str(raised.value.place).startswith("wrong.js:2:")
    assert [name for name, _ in kept] == ["loadr:glue"]


async def test_another_text_under_the_same_name_is_another_module(kept, monkeypatch):
    monkeypatch.setitem(MODULES, "main.js", "export const f = () => 1")
    one = context()
    await one.load("main.js")
    monkeypatch.setitem(MODULES, "main.js", "export const f = () => 2")
    other = context()
    await other.load("main.js")
    assert [await one.call("f"), await other.call("f")] == [1, 2]


async def test_what_is_kept_is_bounded(kept, monkeypatch):
    monkeypatch.setattr(compiled, "_MOST_KEPT", 2)
    for _ in range(2):
        made = context()
        await made.load("main.js")
        assert await made.call("f", 1) == 2
    assert len(kept) <= 2


async def test_our_own_scripts_are_kept_without_their_source(kept):
    for _ in range(2):
        made = context()
        await made.load("k6/own")
    assert "native code" in await made.call("text")
