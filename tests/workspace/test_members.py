"""Every distribution under packages/ has the same shape."""

import ast
import importlib
import re
import tomllib
from pathlib import Path

import pytest

from loadr_config.version import VERSION

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = sorted(path.parent for path in ROOT.glob("packages/*/pyproject.toml"))
PROJECTS = {
    folder.name: tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8")) for folder in FOLDERS
}
LOWEST_PYTHON = ">=3.11"

# Every `__init__.py` of the workspace.
PACKAGES = [
    pytest.param(file, id=str(file.relative_to(ROOT)))
    for folder in FOLDERS
    for file in sorted(folder.glob("src/**/__init__.py"))
    if "_generated" not in file.parts
]


def every_member(test):
    return pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)(test)


def requirements(project):
    extras = project["project"].get("optional-dependencies", {})
    return [
        *project["project"].get("dependencies", []),
        *(line for lines in extras.values() for line in lines),
    ]


def test_no_folder_is_left_out():
    assert [folder.name for folder in FOLDERS] == sorted(
        path.name for path in (ROOT / "packages").iterdir() if path.is_dir() and any(path.glob("src/**/*.py"))
    )


@every_member
def test_it_is_named_after_its_folder_and_its_package_after_it(folder):
    assert PROJECTS[folder.name]["project"]["name"] == folder.name
    assert [path.name for path in (folder / "src").iterdir()] == [folder.name.replace("-", "_")]


@every_member
def test_it_has_tests_and_types(folder):
    assert list(folder.glob("tests/**/test_*.py"))
    assert (folder / "src" / folder.name.replace("-", "_") / "py.typed").is_file()


@every_member
def test_its_readme_says_something(folder):
    text = (folder / "README.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {folder.name}\n")
    assert len(text.split()) > 30


@every_member
def test_its_metadata_is_the_workspace_s(folder):
    project = PROJECTS[folder.name]["project"]
    root = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == root["version"]
    assert project["requires-python"] == LOWEST_PYTHON
    assert project["license"].split(" AND ")[0] == "Apache-2.0", "others' licences stand beside ours"
    assert project["readme"] == "README.md"
    assert PROJECTS[folder.name]["build-system"]["build-backend"] == "uv_build"


def test_the_version_in_the_code_is_that_of_the_distributions():
    assert PROJECTS["loadr-config"]["project"]["version"] == VERSION


@every_member
def test_it_pins_other_members_to_its_own_version(folder):
    project = PROJECTS[folder.name]
    for requirement in requirements(project):
        name, extras = re.match(r"([\w.-]+)(\[[\w,-]+\])?", requirement).groups()
        if name in PROJECTS and name != folder.name:
            assert requirement == f"{name}{extras or ''}=={project['project']['version']}"


@every_member
def test_it_carries_no_tool_configuration(folder):
    """Tools are configured at the root, once."""
    assert set(PROJECTS[folder.name].get("tool", {})) <= {"uv"}


@pytest.mark.parametrize("file", PACKAGES)
def test_a_package_only_reexports(file):
    """A docstring, imports, and `__all__` with exactly the imported names of ours.

    Where a first use is what imports (PEP 562), the names stand under TYPE_CHECKING as well.
    """
    docstring, *statements = ast.parse(file.read_text(encoding="utf-8")).body
    assert isinstance(docstring, ast.Expr)
    imported, assigned = set(), {}
    for statement in statements:
        match statement:
            case ast.ImportFrom():
                imported |= names_of_ours([statement])
            case ast.If(test=ast.Name(id="TYPE_CHECKING"), body=body, orelse=[]):
                imported |= names_of_ours(body)
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                assigned[name] = value
            case ast.AnnAssign(target=ast.Name(id=name), value=value):
                assigned[name] = value
            case ast.FunctionDef(name="__getattr__" | "__dir__"):
                pass
            case _:
                pytest.fail(f"neither an import nor `__all__`: {ast.unparse(statement)}")
    assert all(name == "__all__" or name.startswith("_") for name in assigned)
    if imported:
        assert imported == set(ast.literal_eval(assigned["__all__"]))


@pytest.mark.parametrize("file", PACKAGES)
def test_every_exported_name_exists(file):
    name = ".".join(file.relative_to(ROOT / "packages").parent.parts[2:])
    module = importlib.import_module(name)
    assert [export for export in getattr(module, "__all__", []) if not hasattr(module, export)] == []


def names_of_ours(statements):
    """The names that `from loadr... import` statements bring."""
    return {
        alias.asname or alias.name
        for statement in statements
        if isinstance(statement, ast.ImportFrom) and (statement.module or "").startswith("loadr")
        for alias in statement.names
    }
