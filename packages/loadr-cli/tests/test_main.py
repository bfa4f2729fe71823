import subprocess
import sys

import pytest
from click.testing import CliRunner

from loadr_cli.main import COMMANDS, LazyGroup, cli


def test_help_lists_every_command():
    done = CliRunner().invoke(cli, ["--help"])
    assert done.exit_code == 0
    for name, command in COMMANDS.items():
        assert name in done.stdout
        assert command.help in " ".join(done.stdout.split())


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_of_the_table_exists_and_helps(name):
    assert isinstance(cli, LazyGroup)
    done = CliRunner().invoke(cli, [name, "--help"])
    assert done.exit_code == 0, done.output
    assert "\\b" not in done.stdout


def test_an_unknown_command_is_a_usage_error():
    done = CliRunner().invoke(cli, ["walk"])
    assert done.exit_code == 2
    assert "No such command 'walk'" in done.stderr


@pytest.mark.process
def test_help_imports_nothing_heavy():
    program = (
        "import sys\nfrom loadr_cli.main import cli\n"
        "try:\n    cli(['--help'])\nexcept SystemExit:\n    pass\nprint(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert {"numpy", "pydantic", "rich", "ruamel", "asyncio", "loadr_core", "loadr_config"}.isdisjoint(
        done.stderr.split()
    )


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_name_the_command(shell):
    done = CliRunner().invoke(cli, ["completions", shell])
    assert done.exit_code == 0
    assert "_LOADR_COMPLETE" in done.stdout


def test_version_names_distributions_and_protocols():
    done = CliRunner().invoke(cli, ["version"])
    assert done.exit_code == 0
    for part in ("loadr-core 0.1.0", "event loop: ", "http (loadr-protocols 0.1.0)"):
        assert part in done.stdout
