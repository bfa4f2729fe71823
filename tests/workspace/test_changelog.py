"""The fragments of `changelog.d` become the next section of the changelog."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOWNCRIER = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["towncrier"]
KINDS = [kind["directory"] for kind in TOWNCRIER["type"]]
FRAGMENT = re.compile(rf"\d+\.({'|'.join(KINDS)})(\.\d+)?\.md")


def test_every_fragment_names_an_issue_and_a_kind():
    fragments = [path.name for path in (ROOT / TOWNCRIER["directory"]).iterdir()]
    assert [name for name in fragments if not FRAGMENT.fullmatch(name)] == []


def test_every_fragment_says_something_in_sentences():
    for path in (ROOT / TOWNCRIER["directory"]).iterdir():
        text = path.read_text(encoding="utf-8")
        assert text.endswith(".\n"), path.name


def test_the_changelog_has_a_place_for_the_next_section():
    changelog = (ROOT / TOWNCRIER["filename"]).read_text(encoding="utf-8")
    assert TOWNCRIER["start_string"] in changelog
