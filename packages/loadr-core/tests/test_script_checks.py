"""A plan's functions against what its module exports, told by an engine that loads it."""

import re

import pytest

from loadr_config import load_plan
from loadr_core.checking import check_extensions
from loadr_core.plugins import Catalog, Extension
from loadr_core.spi import ScriptEngine, ScriptError

PLAN = """\
js:
  %s
scenarios:
  main:
    executor: constant-vus
    vus: 1
    duration: 1s
    exec: mian
    on_start: hello
    flow: [{js: {call: step}}]
"""


class Module:
    def __init__(self, exports):
        self.exports = frozenset(exports)
        self.options = {}


SEEN = []


class LoadingEngine(ScriptEngine):
    """Takes `function NAME` for an export; a line that begins with `throw` fails."""

    def load(self, source):
        SEEN.append((self.context, source))
        for number, line in enumerate(source.text.split("\n"), 1):
            if line.strip().startswith("throw"):
                column = line.index("throw") + 1
                raise ScriptError("Error", "thrown", f"{source.name}:{number}:{column}")
            if line.strip() == "nowhere":
                raise ScriptError("Error", "lost", source.name)
            if line.strip() == "elsewhere":
                raise ScriptError("SyntaxError", "unexpected token", "lib/helper.js:3")
        return Module(re.findall(r"function (\w+)", source.text))


class Entry:
    @staticmethod
    def load():
        return LoadingEngine


CATALOG = Catalog(
    {"loadr.script_engines": {"js": Extension("loadr.script_engines", "js", "acme 1", Entry())}}, {}
)
GOOD = "export function main() {}\nexport function hello() {}\nexport function step() {}\n"


@pytest.fixture
def check(tmp_path):
    """Check a plan whose module is a file with a text, or code in the plan."""

    def run(text=None, inline=None, **options):
        SEEN.clear()
        if text is not None:
            (tmp_path / "script.js").write_text(text)
        module = "file: script.js" if inline is None else f"script: |\n{inline}"
        (tmp_path / "plan.yaml").write_text(PLAN % module)
        loaded = load_plan(tmp_path / "plan.yaml", check_files=False)
        return check_extensions(loaded, CATALOG, {"STAGE": "test"}, **options)

    return run


def test_a_function_that_is_not_exported_is_found_with_what_may_be_meant(check):
    (found,) = check(GOOD).errors
    assert (found.line, found.column, found.suggestion) == (8, 11, 'did you mean "main"?')
    assert found.message == 'the script module exports no function "mian"'


def test_the_engine_gets_what_it_has_in_a_run(check, tmp_path):
    check(GOOD)
    ((context, source),) = SEEN
    assert (source.text, source.name) == (GOOD, "script.js")
    assert (context.folder, context.environment, context.timeout) == (tmp_path, {"STAGE": "test"}, 10.0)
    assert context.memory_limit == 64 << 20


def test_a_module_that_fails_is_shown_in_its_file(check, tmp_path):
    (found,) = check("let a;\n  throw a;\n").errors
    assert found.message == "the script cannot be loaded: Error: thrown"
    assert (found.file, found.line, found.column) == (str(tmp_path / "script.js"), 2, 3)
    assert found.source_line == "  throw a;"
    assert found.path == "js.file"


def test_a_module_that_fails_in_another_file_is_shown_there(check, tmp_path):
    (found,) = check("elsewhere\n").errors
    assert (found.file, found.line) == (str(tmp_path / "lib/helper.js"), 3)
    assert found.message == "the script cannot be loaded: SyntaxError: unexpected token"


def test_code_in_the_plan_that_fails_is_shown_in_the_plan(check):
    (found,) = check(inline="    let a;\n      throw a;\n").errors
    assert (found.line, found.column) == (4, 7)
    assert found.source_line == "      throw a;"


def test_a_failure_without_a_place_is_shown_at_the_module(check):
    (found,) = check("nowhere\n").errors
    assert (found.line, found.path) == (1, "js")


@pytest.mark.parametrize(
    ("text", "options"), [(None, {}), (GOOD, {"check_files": False})], ids=["missing", "not looked at"]
)
def test_a_file_that_is_not_read_is_not_compared(check, text, options):
    assert check(text, **options).diagnostics == ()
    assert SEEN == []
