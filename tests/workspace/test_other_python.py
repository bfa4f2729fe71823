"""`scripts/other_python.py`: which Pythons count, which are found; the tests that it runs are not run here."""

import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OWN = f"{sys.version_info[0]}.{sys.version_info[1]}"

FAKE = """#!/bin/sh
echo {version}
"""


@pytest.fixture
def other(script, monkeypatch, tmp_path):
    """The script, where no Python is but those that a test puts there, and nothing is run with them."""
    module = script("other_python")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setattr(module, "ran", [], raising=False)
    monkeypatch.setattr(module, "run_tests", lambda *given: module.ran.append(given) or 7)
    return module


@pytest.fixture
def put(tmp_path):
    """Put a Python somewhere; `says` is the version that it tells."""

    def putting(place, says):
        path = tmp_path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(FAKE.format(version=says))
        path.chmod(0o755)
        return str(path)

    return putting


def asked(other, monkeypatch, *words):
    monkeypatch.setattr(sys, "argv", ["other_python.py", *words])
    return other.main()


def test_all_distributions_promise_the_same_versions(other):
    promised = other.supported()
    assert promised == sorted(promised, key=lambda version: [*map(int, version.split("."))])
    assert OWN in promised
    for path in sorted(ROOT.glob("packages/*/pyproject.toml")):
        project = tomllib.loads(path.read_text(encoding="utf-8"))["project"]
        wanted = [f"Programming Language :: Python :: {version}" for version in promised]
        assert [name for name in project["classifiers"] if ":: 3." in name] == wanted, path
        assert project["requires-python"] == f">={promised[0]}"


def test_a_python_is_found_on_the_path(other, put, monkeypatch):
    put("bin/python3.13", "3.13")
    assert asked(other, monkeypatch, "3.13", "packages", "-k x") == 7
    assert other.ran == [("python3.13", ["packages", "-k x"])]


def test_a_python_of_pyenv_is_found_behind_its_shim(other, put, monkeypatch):
    put("bin/python3.13", "")  # a shim that says that no such version is chosen
    real = put("pyenv/versions/3.13.0/bin/python3.13", "3.13")
    assert asked(other, monkeypatch, "3.13") == 7
    assert other.ran == [(real, [])]


def test_the_newest_that_is_not_this_one(other, put, monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 11, 7))
    for version in ("3.11", "3.12", "3.13"):
        put(f"bin/python{version}", version)
    assert asked(other, monkeypatch, "newest") == 7
    assert other.ran == [("python3.13", [])]


@pytest.mark.parametrize(("wanted", "code"), [("newest", 0), ("3.13", 1)])
def test_where_there_is_none_it_says_so(other, monkeypatch, capsys, wanted, code):
    assert asked(other, monkeypatch, wanted) == code
    assert f"so none but {OWN} is tested" in capsys.readouterr().err
    assert other.ran == []


def test_without_a_version_it_tells_how_it_is_used(other, monkeypatch, capsys):
    assert asked(other, monkeypatch) == 2
    assert "newest" in capsys.readouterr().err
