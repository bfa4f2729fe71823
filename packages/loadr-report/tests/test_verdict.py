import pytest

from loadr_config.summary import Health
from loadr_report import judge

FINE = {"thresholds_passed": True, "health": Health()}


@pytest.mark.parametrize(
    ("changes", "passed", "reasons", "caution"),
    [
        (FINE, True, ("4 thresholds held", "99.00% of checks passed"), ""),
        (FINE | {"thresholds": [], "checks": []}, True, ("no thresholds to fail",), ""),
        ({}, False, ("1 of 4 thresholds failed",), "the generator is suspect"),
        (FINE | {"aborted": "interrupted"}, False, ("stopped early: interrupted",), ""),
        (FINE | {"failed_by": ["teardown failed: x"]}, False, ("teardown failed: x",), ""),
        (FINE | {"scenarios": []}, False, ("not one iteration completed",), ""),
        (
            {"scenarios": [], "aborted": "x", "health": Health()},
            False,
            ("1 of 4 thresholds failed", "stopped early: x", "not one iteration completed"),
            "",
        ),
    ],
    ids=[
        "passed",
        "nothing to fail",
        "thresholds",
        "aborted",
        "failed by something else",
        "no iteration",
        "all at once",
    ],
)
def test_the_verdict_says_why(make_summary, changes, passed, reasons, caution):
    verdict = judge(make_summary(**changes))
    assert (verdict.passed, verdict.reasons, verdict.caution) == (passed, reasons, caution)
    assert verdict.word == ("passed" if passed else "failed")
