"""The plans of the benchmark `validate` are what it says they are."""

import pytest
from benchmarks import run, validate

from loadr_config import load_plan


@pytest.mark.parametrize(("lines", "most"), [(1, 30), (validate.LINES, validate.LINES + 10)])
def test_a_plan_is_right_and_as_long_as_asked(lines, most):
    text = validate.plan(lines)
    assert lines - 10 <= len(text.splitlines()) <= most
    assert load_plan("plan.yaml", text=text).diagnostics == ()


def test_it_is_offered():
    assert "validate" in run.names()
    assert set(validate.LIMITS_MS) == {"small", "2,000 lines"}
