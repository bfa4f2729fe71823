"""The wheel of every member holds all of its source: data files and types too."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = sorted(path.parent for path in ROOT.glob("packages/*/pyproject.toml"))

pytestmark = pytest.mark.process


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_wheel_is_complete(folder, tmp_path):
    command = [
        sys.executable,
        "-m",
        "uv",
        "--quiet",
        "build",
        "--wheel",
        "--out-dir",
        str(tmp_path),
        str(folder),
    ]
    subprocess.run(command, check=True, capture_output=True)
    [wheel] = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name and not name.endswith("/")}
    source = folder / "src"
    files = {path.relative_to(source) for path in source.rglob("*") if path.is_file()}
    assert packed == {path.as_posix() for path in files if "__pycache__" not in path.parts}
