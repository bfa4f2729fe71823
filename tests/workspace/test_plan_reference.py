"""The reference of the plan language is what the models say."""

import runpy
from pathlib import Path

import pytest

from loadr_config import json_schema

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def script():
    return runpy.run_path(str(ROOT / "scripts" / "plan_reference.py"))


def test_the_page_is_up_to_date(script):
    page = (ROOT / "docs" / "reference" / "plan.md").read_text(encoding="utf-8")
    assert page == script["reference"](), "run scripts/plan_reference.py"


def test_every_key_has_a_line_with_its_meaning(script):
    page = script["reference"]()
    for name, definition in json_schema()["$defs"].items():
        if name.startswith("PartOf"):
            continue  # overlays have the keys of the plan
        for key, member in definition.get("properties", {}).items():
            assert f"| `{key}`" in page, (name, key)
            assert member.get("description") or "const" in member or "enum" in member, (name, key)
