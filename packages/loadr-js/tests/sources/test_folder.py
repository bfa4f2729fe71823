import pytest

from loadr_js.errors import Place
from loadr_js.runtime.modules import ModuleRefused
from loadr_js.sources import ScriptFolder


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "secret.js").write_text("export default 1")
    inner = tmp_path / "plan"
    (inner / "lib").mkdir(parents=True)
    (inner / "lib" / "a.js").write_text("\ufeffexport const a = 1", encoding="utf-8")
    (inner / "lib" / "t.ts").write_text("export const t: number = 1")
    (inner / "lib" / "wrong.ts").write_text("enum A {}")
    (inner / "bytes.js").write_bytes(b"export const a = '\xff'")
    (inner / "link.js").symlink_to(tmp_path / "secret.js")
    return ScriptFolder(inner, "main.js", "import {a} from 'x';\nimport b from './lib/gone.js';\n")


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("lib/a.js", "export const a = 1"),
        ("lib/t.ts", "export const t         = 1"),
        ("main.js", "import {a} from 'x';\nimport b from './lib/gone.js';\n"),
    ],
)
def test_modules_are_read_from_the_folder(name, source, folder):
    assert folder.load(name) == source


def test_our_own_modules_are_found_by_name(folder):
    assert "export function sleep" in folder.load("k6")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("../secret.js", "outside of the plan's folder"),
        ("/etc/passwd", "outside of the plan's folder"),
        ("link.js", "outside of the plan's folder"),
        ("lib/gone.js", "cannot be read: No such file"),
        ("lodash", "npm packages must be bundled"),
        ("https://jslib.k6.io/k6-utils/1.4.0/index.js", "remote modules are not loaded"),
        ("k6/htpp", "did you mean 'k6/http'"),
        ("k6/experimental/timers", "its functions are globals now"),
        ("k6/experimental/redis", "does not speak the protocol of Redis"),
        ("k6/browser", "loadr has no browser"),
        ("k6/x/sql", "extensions of k6 are parts of its program"),
        ("bytes.js", "is not UTF-8"),
        ("lib/wrong.ts", "enum has an effect"),
    ],
)
def test_what_cannot_be_loaded_is_refused_with_the_way_out(name, message, folder):
    with pytest.raises(ModuleRefused, match=message):
        folder.load(name)


def test_the_importing_line_is_found(folder):
    folder.load("main.js")
    assert folder.importer_of("lib/gone.js") == Place("main.js", 2, 15)
    assert folder.importer_of("lib/never.js") is None
