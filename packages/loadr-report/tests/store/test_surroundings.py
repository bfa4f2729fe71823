import os
import subprocess

import pytest

from loadr_report.store import machine, revision_of

pytestmark = pytest.mark.process


@pytest.fixture
def git(tmp_path, monkeypatch):
    # Neither the user's configuration nor a repository around may have a say.
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))

    def asking(*arguments):
        identity = ("-c", "user.name=t", "-c", "user.email=t@example.com")
        done = subprocess.run(
            ["git", *identity, *arguments], cwd=tmp_path, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    return asking


def test_outside_of_a_repository_there_is_no_revision(git, tmp_path):
    assert revision_of(tmp_path) is None
    assert revision_of(tmp_path / "missing") is None


def test_a_revision_is_commit_branch_and_whether_files_were_changed(git, tmp_path):
    git("init", "--quiet", "--initial-branch=trunk")
    assert revision_of(tmp_path) is None, "no commit yet"
    plan = tmp_path / "plan.yaml"
    plan.write_text("a: 1\n")
    git("add", ".")
    git("commit", "--quiet", "-m", "first")
    (tmp_path / "results.json").write_text("not tracked")
    (tmp_path / "below").mkdir()
    found = revision_of(tmp_path / "below")
    assert (found.commit, found.branch, found.is_dirty) == (git("rev-parse", "HEAD"), "trunk", False)
    plan.write_text("a: 2\n")
    git("checkout", "--quiet", "--detach")
    found = revision_of(tmp_path)
    assert (found.branch, found.is_dirty) == ("", True)


def test_without_git_there_is_no_revision(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert revision_of(tmp_path) is None


def test_the_machine_is_named():
    found = machine()
    assert found.cores >= 1
    assert found.system
    assert found.python.count(".") == 2
