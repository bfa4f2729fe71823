import importlib.util
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parent.parent.parent / "scripts" / "install_system.py"


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("install_system", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def empty_path(monkeypatch, script, tmp_path):
    """A machine without any program."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(script, "SYSTEM_FOLDERS", ())
    return tmp_path


def put(folder, name, text="#!/bin/sh\n"):
    program = folder / name
    program.write_text(text)
    program.chmod(0o755)


def test_only_missing_packages_are_named(script, empty_path):
    assert script.missing_packages(script.SETS["bench"]) == [
        "hey",
        "nghttp2-client",
        "nginx-light",
        "util-linux",
        "wrk",
    ]
    put(empty_path, "wrk")
    put(empty_path, "taskset")
    put(empty_path, "h2load")
    put(empty_path, "hey")
    assert script.missing_packages(script.SETS["bench"]) == ["nginx-light"]
    assert script.missing_packages(script.SETS["test"]) == sorted(script.SETS["test"].values())


@pytest.mark.parametrize(
    ("platform", "words"),
    [("darwin", "brew"), ("win32", "WSL"), ("linux", "your distribution")],
    ids=["macOS", "Windows", "another Linux"],
)
def test_other_systems_are_told_what_to_install(script, platform, words):
    message = script.by_hand(["nginx-light", "wrk"], platform)
    assert words in message
    assert "wrk" in message


def test_without_apt_it_fails_with_words(script, empty_path, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["install_system.py", "bench"])
    assert script.main() == 1
    assert "no apt-get here" in capsys.readouterr().err


def test_checking_installs_nothing(script, empty_path, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["install_system.py", "--check", "bench"])
    assert script.main() == 1
    assert capsys.readouterr().out == "missing: hey, nghttp2-client, nginx-light, util-linux, wrk\n"


def test_without_root_and_sudo_it_names_the_command(script, empty_path, monkeypatch, capsys):
    put(empty_path, "apt-get")
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr("sys.argv", ["install_system.py", "test"])
    assert script.main() == 1
    assert (
        f"as root: apt-get install {' '.join(sorted(script.SETS['test'].values()))}"
        in capsys.readouterr().err
    )


APT = """#!/bin/sh
echo "$DEBIAN_FRONTEND $*" >> "$LOG"
[ "$1" = update ] && : > "$UPDATED"
[ -e "$UPDATED" ]
"""


def test_lists_are_refreshed_only_when_the_first_attempt_fails(script, monkeypatch, tmp_path):
    put(tmp_path, "apt-get", APT)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("LOG", str(tmp_path / "log"))
    monkeypatch.setenv("UPDATED", str(tmp_path / "updated"))
    assert script.install(["wrk"], []) == 0
    assert script.install(["wrk"], []) == 0
    install = "noninteractive install --yes --no-install-recommends wrk"
    assert (tmp_path / "log").read_text().splitlines() == [install, "noninteractive update", install, install]
