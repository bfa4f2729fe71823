"""Shared by all tests of the plan language."""

import textwrap

import pytest

from loadr_config import LoadedPlan, load_plan


@pytest.fixture
def load(tmp_path):
    """Load a text as a plan file in a folder of its own; options go to `load_plan`."""

    def load_text(text: str, **options) -> LoadedPlan:
        file = tmp_path / "plan.yaml"
        file.write_text(textwrap.dedent(text), encoding="utf-8")
        return load_plan(file, **options)

    return load_text
