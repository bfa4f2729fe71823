"""Modules become functions, and nothing moves to another line."""

import json

import pytest
import quickjs

from loadr_js.runtime.rewriting import resolved, rewritten

RUN = """
(function (run, others) {
  const module = {}, add = (key, get) => Object.defineProperty(module, key, {get, enumerable: true});
  const all = other => Object.keys(other).forEach(key => { if (key !== 'default') add(key, () => other[key]); });
  run(name => others[name], add, all, name => others[name]);
  return JSON.stringify(module, (_, value) => typeof value !== 'function' ? value : `${value}`.startsWith('class') ? 'a class' : `${value(3)}`);
})
"""
OTHERS = "({'./a': {default: 10, x: 1, y: 2}, b: {default: 20, z: 3}})"


def exported(source):
    code, imports = rewritten(source)
    assert code.count("\n") == source.count("\n") + 1
    context = quickjs.Context()
    function = context.eval(code)
    return json.loads(context.eval(RUN)(function, context.eval(OTHERS))), imports


@pytest.mark.parametrize(
    ("source", "exports", "imports"),
    [
        ("export const a = 1;", {"a": 1}, ()),
        ("export let a = 1, b = 2;", {"a": 1, "b": 2}, ()),
        (
            "export const {a, b: [c, ...d], e = 5} = {a: 1, b: [2, 3, 4]};",
            {"a": 1, "c": 2, "d": [3, 4], "e": 5},
            (),
        ),
        ("export function f(x) { return x + 1 }", {"f": "4"}, ()),
        ("export default function (x) { return x + 1 }", {"default": "4"}, ()),
        ("export default function named(x) { return x ? named(0) : 'end' }", {"default": "end"}, ()),
        ("export default x => x * 2", {"default": "6"}, ()),
        ("export default {a: 1}", {"default": {"a": 1}}, ()),
        (
            "export default class A {}; export const is = new A() instanceof A",
            {"default": "a class", "is": True},
            (),
        ),
        ("const a = 1; export {a, a as b, a as default};", {"a": 1, "b": 1, "default": 1}, ()),
        ("import d from './a'; export const r = d", {"r": 10}, ("./a",)),
        ("import {x, y as w} from './a'; export const r = [x, w]", {"r": [1, 2]}, ("./a",)),
        (
            "import d, {x} from './a'; import e from \"b\"; export const r = [d, x, e]",
            {"r": [10, 1, 20]},
            ("./a", "b"),
        ),
        (
            "import * as all from './a'; export const r = all",
            {"r": {"default": 10, "x": 1, "y": 2}},
            ("./a",),
        ),
        ("import './a'; export const r = 1", {"r": 1}, ("./a",)),
        ("export * from './a'", {"x": 1, "y": 2}, ("./a",)),
        ("export * as all from 'b'", {"all": {"default": 20, "z": 3}}, ("b",)),
        ("export {x, default as d} from './a'", {"x": 1, "d": 10}, ("./a",)),
        ("import {\n  x,\n  y,\n} from './a';\nexport const r = x + y", {"r": 3}, ("./a",)),
        (
            "export const t = `import x from 'no'`, r = /export default/.source",
            {"t": "import x from 'no'", "r": "export default"},
            (),
        ),
        ("// import x from 'no'\nexport const a = 'é😀'; export const b = 2", {"a": "é😀", "b": 2}, ()),
        ("let n = 1; export {n}; n = 2", {"n": 2}, ()),
    ],
)
def test_what_a_module_exports(source, exports, imports):
    found, imported = exported(source)
    assert (found, imported) == (exports, imports)


@pytest.mark.parametrize(
    ("importer", "name", "module"),
    [
        ("main.js", "./lib/a.js", "lib/a.js"),
        ("lib/a.js", "../b.js", "b.js"),
        ("lib/a.js", "k6/http", "k6/http"),
        ("main.js", "../out.js", "../out.js"),
    ],
)
def test_names_are_resolved_as_by_the_engine(importer, name, module):
    assert resolved(importer, name) == module
