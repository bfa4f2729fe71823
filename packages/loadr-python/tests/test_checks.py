"""What validation says about a plan's Python; nothing of it is run."""

from pathlib import Path

import pytest

from loadr_config import load_plan
from loadr_core.checking import check_extensions
from loadr_core.plugins import Catalog

PLAN = """\
python: {%s}
scenarios:
  main:
    executor: constant-vus
    vus: 1
    duration: 1s
    exec: %s
    flow:
      - %s
"""


def found_in(folder: Path, module="file: tasks.py", function="main", step="python: pass") -> list[tuple]:
    plan = folder / "plan.yaml"
    plan.write_text(PLAN % (module, function, step), encoding="utf-8")
    installed = Catalog.read()
    loaded = check_extensions(load_plan(plan, installed=installed.installed()), installed, {})
    return [
        (Path(found.file).name, found.line, found.column, found.message, found.suggestion)
        for found in loaded.diagnostics
    ]


@pytest.fixture
def tasks(tmp_path):
    file = tmp_path / "tasks.py"
    file.write_text(
        "import sys\nfrom helpers import buy\nsys.exit('was run')\nasync def main(session): pass\n"
        "browse = main\nif True:\n    def later(session): pass\n",
        encoding="utf-8",
    )
    return file


@pytest.mark.parametrize("name", ["main", "buy", "browse", "later"])
def test_names_of_the_top_level_may_be_functions(name, tasks):
    assert found_in(tasks.parent, function=name) == []


def test_a_mistyped_function_has_a_suggestion(tasks):
    assert found_in(tasks.parent, function="mian") == [
        (
            "plan.yaml",
            7,
            11,
            'the script module exports no function "mian"',
            'did you mean "main"?',
        )
    ]


def test_a_star_import_may_bring_any_name(tmp_path):
    (tmp_path / "tasks.py").write_text("from helpers import *\n", encoding="utf-8")
    assert found_in(tmp_path, function="any") == []


def test_a_syntax_error_of_the_module_has_its_place_there(tmp_path):
    (tmp_path / "tasks.py").write_text("x = 1\ndef main(:\n    pass\n", encoding="utf-8")
    ((file, line, column, message, _),) = found_in(tmp_path)
    assert (file, line, column) == ("tasks.py", 2, 10)
    assert message.startswith("this is no Python: ")


def test_a_syntax_error_of_code_in_the_plan_has_its_place_there(tmp_path):
    module = 'script: "def main(session): return ]"'
    ((file, line, column, message, _),) = found_in(tmp_path, module)
    assert (file, line, message) == ("plan.yaml", 1, "this is no Python: unmatched ']'")
    assert (PLAN % (module, "", "")).splitlines()[0][column - 1] == "]"


@pytest.mark.parametrize(
    ("step", "wrong"),
    [
        ("python: await session.sleep(1)", None),
        ('python: "x = [1, 2"', "[1"),
        ('if: {condition: "session.vu >", then: []}', '"'),
        ('if: {condition: "session.vu > 1", then: []}', None),
        ('request: {url: "http://h/${python: 1 +}"}', "+"),
        ('request: {url: "http://h", checks: [{type: python, expression: "a b"}]}', "a b"),
    ],
)
def test_code_of_steps_and_expressions_is_parsed(step, wrong, tasks):
    found = found_in(tasks.parent, step=step)
    assert [(line, message.partition(":")[0]) for _, line, _, message, _ in found] == (
        [] if wrong is None else [(9, "this is no Python")]
    )


def test_a_function_of_both_modules_is_ambiguous(tasks):
    module = "file: tasks.py}\njs: {script: 'export function main() {}'"
    (found,) = found_in(tasks.parent, module)
    assert found[3:] == ('both script modules export a function "main"', "rename one of them")
