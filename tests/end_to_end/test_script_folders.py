"""A project's scripts: in folders, with modules and files that they share."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.process

FILES = {
    "helpers/auth.js": "export const token = open('../data/token.txt').trim();\n",
    "data/token.txt": "t0ken\n",
    "k6/load/script.js": """
import {token} from '../../helpers/auth.js';
import {check} from 'k6';
const again = open('../../data/token.txt');
export const options = {iterations: 1};
export default function () {
  console.log(token, again.length);
  if (__ENV.FAILS) null.there;
}
""",
}


@pytest.fixture
def project(loadr):
    for name, text in FILES.items():
        file = loadr.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return loadr.folder


@pytest.mark.usefixtures("project")
def test_a_script_shares_modules_and_files_with_others(loadr):
    done = loadr("run", "k6/load/script.js", "--quiet")
    assert done.code == 0, done
    assert "script: t0ken 6" in done.stderr
    assert loadr("validate", "k6/load/script.js").code == 0


@pytest.mark.usefixtures("project")
def test_an_exception_is_told_by_the_script_s_path(loadr):
    done = loadr("run", "k6/load/script.js", "--quiet", "-e", "FAILS=1")
    assert "at default (k6/load/script.js:" in done.stderr


def test_what_lies_outside_is_not_read(project):
    command = [sys.executable, "-m", "loadr_cli", "run", "script.js"]
    done = subprocess.run(
        command, cwd=project / "k6" / "load", capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 107
    assert "run a script in a folder that holds all its files" in done.stderr


def test_a_script_elsewhere_lies_in_its_own_folder(loadr, project, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    for name in ("script.js", "beside.js"):
        (elsewhere / name).write_text("import './beside.js'; export default function () {}", encoding="utf-8")
    (elsewhere / "beside.js").write_text("console.log('beside')", encoding="utf-8")
    assert "script: beside" in loadr("run", str(elsewhere / "script.js"), "--quiet").stderr
    (project / "link.js").symlink_to(elsewhere / "script.js")
    (project / "beside.js").write_text("console.log('of the project')", encoding="utf-8")
    assert "script: of the project" in loadr("run", "link.js", "--quiet").stderr
