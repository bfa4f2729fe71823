"""The meta package brings the command along."""

import subprocess
import sys
from importlib.metadata import requires, version

import pytest

pytestmark = pytest.mark.process


def test_python_dash_m_is_the_command():
    command = [sys.executable, "-m", "loadr", "version"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert f"loadr {version('loadr')}" in done.stdout
    assert "http (loadr-protocols" in done.stdout


def test_it_brings_the_command_and_the_protocols():
    needed = {requirement.split("==")[0] for requirement in requires("loadr") if "extra" not in requirement}
    assert needed == {"loadr-cli", "loadr-protocols"}
