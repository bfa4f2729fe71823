"""A script that cannot be loaded: told at its line, before the run."""

import pytest

pytestmark = pytest.mark.process

REMOTE = "remote modules are not loaded; save it beside the script"
CASES = {
    # name: (script, what stands in lib/a.js, place, words)
    "remote module": (
        "import {check} from 'k6';\nimport {uuidv4} from 'https://jslib.k6.io/k6-utils/1.4.0/index.js';",
        "",
        "script.js:2:22",
        REMOTE,
    ),
    "unknown module": ("import http from 'k6/htttp';", "", "script.js:1:18", "did you mean 'k6/http'?"),
    "missing file of a file": (
        "import {a} from './lib/a.js';",
        "export const a = 1;\nexport * from './gone.js';",
        "lib/a.js:2:15",
        "cannot be read: No such file or directory",
    ),
    "syntax error": ("const a = 1;\nconst a = 2;", "", "script.js:2:", "SyntaxError"),
    "exception": ("\nthrow new TypeError('on purpose');", "", "script.js:2:", "TypeError: on purpose"),
}


@pytest.mark.parametrize("case", CASES)
def test_it_is_told_at_its_line(case, loadr):
    script, beside, place, words = CASES[case]
    (loadr.folder / "lib").mkdir()
    (loadr.folder / "lib" / "a.js").write_text(beside, encoding="utf-8")
    (loadr.folder / "script.js").write_text(f"{script}\nexport default () => {{}};\n", encoding="utf-8")
    done = loadr("run", "script.js")
    assert done.code == 107, done
    assert f"--> {place}" in done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    validated = loadr("validate", "script.js")
    assert validated.code == 1, validated
    assert f"--> {place}" in validated.stdout
    assert words in validated.stdout


def test_a_plan_names_the_line_of_its_own_script(loadr, plans):
    plan = plans.document(
        {
            "scenarios": {"a": {"executor": "shared-iterations", "exec": "default"}},
            "js": {"script": "import 'k6';\nimport x from 'https://host/x.js';\nexport default () => 1\n"},
        }
    )
    done = loadr("run", plan)
    assert done.code == 1, done
    assert REMOTE in done.stderr
    assert "--> " in done.stderr
