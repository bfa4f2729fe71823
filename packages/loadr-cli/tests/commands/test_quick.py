import os
from pathlib import Path

from loadr_cli.commands.quick import _found_from


def test_a_saved_plan_names_a_file_from_its_own_folder(tmp_path):
    (tmp_path / "plans").mkdir()
    found = _found_from(tmp_path / "plans", str(tmp_path / "bodies" / "a.txt"))
    assert found == "../bodies/a.txt"


def test_a_file_on_another_drive_has_its_whole_path(tmp_path, monkeypatch):
    def refuse(path, start):
        raise ValueError(f"path is on mount {path!r}, start on mount {start!r}")

    monkeypatch.setattr(os.path, "relpath", refuse)
    monkeypatch.chdir(tmp_path)
    assert _found_from(Path("plans"), "a.txt") == (tmp_path / "a.txt").as_posix()
