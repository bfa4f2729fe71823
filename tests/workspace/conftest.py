"""What the tests of the workspace share: its scripts as modules, and a copy that may be broken."""

import importlib.util
import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def script(monkeypatch):
    """Give a script of `scripts/` as a module of its own for one test; it works on its own folder's."""

    def load(name, root=ROOT):
        spec = importlib.util.spec_from_file_location(f"_script_{name}", root / f"scripts/{name}.py")
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, spec.name, module)  # dataclasses look their module up
        spec.loader.exec_module(module)
        return module

    return load


@pytest.fixture
def workspace(tmp_path):
    """A copy of everything that an installation is made from; not the tests."""
    folder = tmp_path / "workspace"
    ignored = shutil.ignore_patterns("__pycache__", "tests")
    shutil.copytree(ROOT / "packages", folder / "packages", ignore=ignored)
    shutil.copytree(ROOT / "scripts", folder / "scripts", ignore=ignored)
    for name in ("pyproject.toml", "uv.lock"):
        shutil.copy(ROOT / name, folder)
    return folder
