import pytest
from click.testing import CliRunner

from loadr_cli.commands.init import _TEMPLATES
from loadr_cli.main import cli


@pytest.fixture
def loadr(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(cli, words)


@pytest.mark.parametrize("template", _TEMPLATES)
def test_every_template_passes_validate(template, loadr, tmp_path):
    written = loadr("init", "--template", template, "-o", "sub/first.yaml")
    assert written.exit_code == 0, written.output
    assert (tmp_path / "sub" / "first.yaml").read_text(encoding="utf-8").startswith("#")
    checked = loadr("validate", "sub/first.yaml", "-e", "BASE_URL=http://127.0.0.1:1")
    assert checked.exit_code == 0, checked.output


@pytest.mark.parametrize("template", ["api", "browser-journey"])
def test_what_this_version_can_run_needs_no_warning(template, loadr):
    loadr("init", "--template", template)
    checked = loadr("validate", "plan.yaml", "-e", "BASE_URL=http://127.0.0.1:1")
    assert checked.stdout == "1 plan checked: nothing wrong\n"


def test_nothing_is_overwritten_without_force(loadr, tmp_path):
    (tmp_path / "users.csv").write_text("mine")
    refused = loadr("init", "--template", "data-driven")
    assert refused.exit_code == 1
    assert "users.csv would be overwritten" in refused.stderr
    assert not (tmp_path / "plan.yaml").exists()
    forced = loadr("init", "--template", "data-driven", "--force")
    assert forced.exit_code == 0
    assert (tmp_path / "users.csv").read_text(encoding="utf-8").startswith("name,password")
