import os
import stat
from pathlib import Path

import pytest

from loadr_core.control import Port, RuntimeFolder
from loadr_core.control.places import Entry, default_folder
from loadr_core.errors import ControlError


def test_the_folder_is_the_users_alone(folder):
    folder.make()
    folder.make()
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700


def open_to_others(path):
    path.mkdir()
    path.chmod(0o755)


def a_link(path):
    (path.parent / "elsewhere").mkdir(mode=0o700)
    path.symlink_to(path.parent / "elsewhere")


@pytest.mark.parametrize(
    ("made", "problem"),
    [
        (open_to_others, "is open to other users: chmod 700 it"),
        (a_link, "is no folder"),
        (Path.touch, "cannot be made"),
    ],
    ids=["open to others", "a link", "a file"],
)
def test_a_folder_that_others_can_look_into_is_refused(folder, made, problem):
    made(folder.path)
    with pytest.raises(ControlError, match=problem):
        folder.make()


def test_the_folder_of_another_user_is_refused(folder, monkeypatch):
    folder.make()
    monkeypatch.setattr(os, "getuid", lambda: folder.path.stat().st_uid + 1)
    with pytest.raises(ControlError, match="belongs to another user"):
        list(folder.entries())


def test_only_entries_are_listed(folder):
    assert list(folder.entries()) == []
    folder.make()
    for name in (".hidden.sock", "note.txt", "b.tcp", "a.sock"):
        (folder.path / name).touch()
    assert [entry.run_id for entry in folder.entries()] == ["a", "b"]


def test_word_of_a_port(folder):
    folder.make()
    port = Port("::1", 4711, "hunter2")
    entry = folder.announce("run", port)
    assert entry.address() == port
    assert "hunter2" not in repr(port)
    entry.remove()
    entry.remove()


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"host": "h", "port": "x", "token": "t"}', "null"])
def test_a_file_that_cannot_be_read(folder, content):
    folder.make()
    path = folder.path / "run.tcp"
    path.write_text(content)
    with pytest.raises(ControlError, match="cannot be read"):
        Entry("run", path).address()


def test_where_the_folder_is(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert default_folder() == tmp_path / "loadr"
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "missing"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert default_folder() == tmp_path / f"loadr-{os.getuid()}"


def test_a_socket_path_has_a_limit(tmp_path):
    assert RuntimeFolder(tmp_path / "s").socket_path("x" * 200) is None
