import pytest

from loadr_js.errors import Place
from loadr_js.runtime.modules import ModuleRefused
from loadr_js.sources import ScriptFolder
from loadr_js.sources.imports import Import, imports_of


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import a from 'x'", [Import("x", 1, 15)]),
        ("\nimport 'x';\nimport {b} from \"./y.js\"", [Import("x", 2, 8), Import("./y.js", 3, 17)]),
        ("export * from 'x'; export {a} from 'y'", [Import("x", 1, 15), Import("y", 1, 36)]),
        ("export const f = async () => (await import('x')).default", [Import("x", 1, 44)]),
        ("/* \N{GRINNING FACE} ü */ import 'x'", [Import("x", 1, 18)]),
        ("export default import.meta; const from = 'x', i = `import 'y'`", []),
        ("import(name); import(); export const a = 1", []),
    ],
)
def test_what_a_module_imports_is_found_with_its_place(source, expected):
    assert list(imports_of(source)) == expected


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("https://jslib.k6.io/a/1.0.0/index.js", Place("main.ts", 2, 15)),
        ("k6/htpp", Place("main.ts", 3, 18)),
        ("lib/gone.js", Place("lib/a.js", 1, 8)),
        ("lib/typed.ts", Place("lib/typed.ts", 2, 1)),
        ("never.js", None),
    ],
)
def test_what_is_refused_is_told_where_it_is_imported_or_wrong(name, place, tmp_path):
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "a.js").write_text("import './gone.js'")
    (tmp_path / "lib" / "typed.ts").write_text("export const a = 1\nenum A {}")
    main = """import './lib/a.js'; import {t} from './lib/typed.ts';
import a from 'https://jslib.k6.io/a/1.0.0/index.js'; a(t);
export {b}  from 'k6/htpp';
"""
    folder = ScriptFolder(tmp_path, "main.ts", main)
    folder.load("lib/a.js")
    with pytest.raises(ModuleRefused) as refused:
        folder.load(name)
    assert refused.value.place == place
