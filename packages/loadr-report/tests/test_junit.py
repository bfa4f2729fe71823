from xml.etree import ElementTree as ET

import pytest

from loadr_config.summary import CheckSummary, Health, ThresholdSummary
from loadr_report import render_junit


def cases(summary):
    root = ET.fromstring(render_junit(summary))
    found = {}
    for case in root.iter("testcase"):
        outcome = next(iter(case), None)
        found[case.get("classname"), case.get("name")] = (
            None if outcome is None else (outcome.tag, outcome.get("message"))
        )
    return root, found


def test_what_held_passes(make_summary):
    summary = make_summary(
        thresholds=[ThresholdSummary(metric="checks", expression="rate>0.9", observed=1.0, passed=True)],
        checks=[CheckSummary(name="ok", passes=5, fails=0, group="::g")],
        health=Health(),
    )
    root, found = cases(summary)
    assert found == {
        ("run", "completes"): None,
        ("run", "generator is to be trusted"): None,
        ("checks", "rate>0.9"): None,
        ("g", "ok"): None,
    }
    assert (root.get("tests"), root.get("failures"), root.get("skipped")) == ("4", "0", "0")
    assert [suite.get("name") for suite in root] == ["run", "thresholds", "checks"]


@pytest.mark.parametrize(
    ("changes", "case", "outcome"),
    [
        (
            {
                "thresholds": [
                    ThresholdSummary(
                        metric="http_req_duration", expression="p(95)<2", observed=12.3456, passed=False
                    )
                ]
            },
            ("http_req_duration", "p(95)<2"),
            ("failure", "p(95)=12.346ms, wanted p(95)<2"),
        ),
        (
            {
                "thresholds": [
                    ThresholdSummary(metric="checks", expression="rate>1", passed=True, no_samples=True)
                ]
            },
            ("checks", "rate>1"),
            ("skipped", "no samples"),
        ),
        (
            {"checks": [CheckSummary(name="c", passes=3, fails=1)]},
            ("checks", "c"),
            ("failure", "failed 1 of 4 times (25.00%)"),
        ),
        ({"aborted": "by hand"}, ("run", "completes"), ("failure", "stopped early: by hand")),
        ({"scenarios": []}, ("run", "completes"), ("failure", "not one iteration completed")),
        (
            {"health": Health(verdict="suspect", reasons=["late"])},
            ("run", "generator is to be trusted"),
            ("skipped", "suspect: late"),
        ),
    ],
)
def test_what_did_not_hold_says_why(changes, case, outcome, make_summary):
    _, found = cases(make_summary(**changes))
    assert found[case] == outcome


def test_hostile_names_stay_text(make_summary, hostile):
    summary = make_summary(
        name=hostile,
        checks=[CheckSummary(name=hostile, passes=0, fails=1, group=hostile)],
        thresholds=[ThresholdSummary(metric=hostile, expression=hostile, passed=False)],
        aborted=hostile,
    )
    root, found = cases(summary)
    assert "</script>" in root.get("name")
    assert "\x1b" not in root.get("name")
    assert {outcome[0] for outcome in found.values()} == {"failure", "skipped"}
