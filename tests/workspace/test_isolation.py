"""The isolation check notices what the workspace's own environment hides."""

import pytest

pytestmark = pytest.mark.process


@pytest.fixture
def config(workspace, script):
    """The member without any dependency of ours, in the copy."""
    return next(m for m in script("check_isolation").members(workspace) if m.name == "loadr-config")


@pytest.fixture
def check(workspace, script):
    return lambda member: script("check_isolation").check(member, workspace)


def test_all_modules_of_a_member_are_imported(config, script):
    assert "loadr_config" in config.modules()
    assert "loadr_config.summary" in config.modules()
    names = {member.name for member in script("check_isolation").members()}
    assert {"loadr", "loadr-core", "loadr-config"} <= names


def test_an_undeclared_import_is_named_with_its_place(check, config):
    # Present in this environment, and no dependency of loadr-config.
    (config.folder / "src/loadr_config/undeclared.py").write_text("\nimport rich\n", encoding="utf-8")
    outcome = check(config)
    assert not outcome.passed
    assert "No module named 'rich'" in outcome.text
    assert "undeclared.py:2" in outcome.text
    assert "import loadr_config.undeclared" in outcome.text


def test_an_entry_point_that_leads_nowhere_is_named(check, config):
    file = config.folder / "pyproject.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(f'{text}\n[project.scripts]\nnowhere = "loadr_config.nowhere:main"\n', encoding="utf-8")
    outcome = check(config)
    assert not outcome.passed
    assert "load console_scripts: nowhere" in outcome.text
