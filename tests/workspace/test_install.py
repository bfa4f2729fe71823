"""`scripts/install.py`: what it decides, and one real installation into a fresh folder."""

import json
import os
import subprocess
import sys

import pytest

MAIN = [sys.executable, "scripts/install.py"]


@pytest.fixture
def install(script, workspace):
    """The copy's script as a module, with a `.venv` that seems to be there."""
    module = script("install", workspace)
    module.PYTHON.parent.mkdir(parents=True)
    module.PYTHON.touch()
    return module


def test_nothing_is_installed_at_first(install):
    assert not install.is_installed(set())


def test_a_stamp_counts_for_its_groups_and_fewer(install):
    install.Stamp(install.fingerprint(), frozenset({"lint", "test"})).write()
    assert install.is_installed(set())
    assert install.is_installed({"lint"})
    assert install.is_installed({"lint", "test"})
    assert not install.is_installed({"lint", "docs"})


@pytest.mark.parametrize("file", ["uv.lock", "pyproject.toml", "packages/loadr-core/pyproject.toml"])
def test_a_changed_file_makes_a_stamp_old(install, workspace, file):
    install.Stamp(install.fingerprint()).write()
    with (workspace / file).open("a", encoding="utf-8") as handle:
        handle.write("\n# changed\n")
    assert not install.is_installed(set())


def test_another_python_version_makes_a_stamp_old(install, monkeypatch):
    install.Stamp(install.fingerprint()).write()
    monkeypatch.setattr(sys, "version_info", (3, 99, 0))
    assert not install.is_installed(set())


def test_a_venv_whose_python_is_gone_counts_for_nothing(install):
    install.Stamp(install.fingerprint()).write()
    install.PYTHON.unlink()
    assert not install.is_installed(set())


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "{}", '{"fingerprint": 1}', '{"fingerprint": "", "groups": 3}']
)
def test_a_damaged_stamp_is_no_stamp(install, content):
    install.STAMP.write_text(content, encoding="utf-8")
    assert install.Stamp.read() == install.Stamp()


def test_uv_comes_with_the_hashes_of_the_lock(install):
    requirement, *hashes = install.locked_uv().split(" ")
    assert requirement.startswith("uv==")
    assert len(hashes) > 1
    assert all(word.startswith("--hash=sha256:") for word in hashes)


def test_an_old_python_is_told_so(install, monkeypatch, capsys):
    monkeypatch.setattr(sys, "version_info", (3, 10, 2))
    assert install.main() == 1
    assert "Python 3.11 or later" in capsys.readouterr().err


@pytest.mark.process
def test_a_real_installation(workspace):
    """One test for the whole story, because an installation takes seconds.

    From nothing, a second call, a group more, and a `.venv` that was left half made.
    """
    first = run(workspace)
    assert "Making .venv" in first
    assert "Installing from uv.lock: loadr[all]\n" in first
    assert installed(workspace, "loadr_core")
    assert not installed(workspace, "sphinx")
    assert not installed(workspace, "ruff")

    assert run(workspace) == ""

    assert run(workspace, "lint") == "Installing from uv.lock: loadr[all], lint\n"
    assert installed(workspace, "ruff")

    # An interrupted call leaves no stamp; here the interpreter is broken as well.
    python = workspace / ".venv/bin/python"
    python.unlink()
    (workspace / ".venv/.loadr-installed.json").unlink()
    assert "Making .venv" in run(workspace)
    assert installed(workspace, "loadr_core")

    stamp = json.loads((workspace / ".venv/.loadr-installed.json").read_text(encoding="utf-8"))
    assert stamp["groups"] == []


def run(workspace, *groups):
    done = subprocess.run([*MAIN, *groups], cwd=workspace, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stderr


def installed(workspace, module):
    command = [workspace / ".venv/bin/python", "-c", f"import {module}"]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return (
        subprocess.run(command, cwd=workspace, env=environment, capture_output=True, check=False).returncode
        == 0
    )
