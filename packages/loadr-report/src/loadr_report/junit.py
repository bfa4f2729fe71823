"""JUnit XML: the form in which CI systems show test results.

One suite for thresholds, one for checks, one for the run itself; a case fails with what was observed.
Source: the schema that Jenkins' JUnit plugin and GitLab read (`testsuites/testsuite/testcase/failure`).
"""

from xml.etree import ElementTree as ET

from loadr_config.summary import NO_ITERATION, CheckSummary, Summary, ThresholdSummary
from loadr_report.arrangement import group_path
from loadr_report.observations import MetricKinds, observed_text
from loadr_report.quantities import percentage, plural
from loadr_report.text import visible
from loadr_report.verdict import judge


def render_junit(summary: Summary) -> str:
    """The whole document."""
    root = ET.Element("testsuites", name=visible(summary.name), time=f"{summary.duration_secs:.3f}")
    _run_suite(root, summary)
    _thresholds_suite(root, summary)
    _checks_suite(root, summary)
    for total in ("tests", "failures", "skipped"):
        root.set(total, str(sum(int(suite.get(total, "0")) for suite in root)))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _run_suite(root: ET.Element, summary: Summary) -> None:
    suite = _suite(root, "run", summary)
    case = _case(suite, "run", "completes")
    if summary.aborted is not None:
        _fail(case, f"stopped early: {summary.aborted}", "\n".join(judge(summary).reasons))
    elif summary.failed_by:
        _fail(case, summary.failed_by[0], "\n".join(summary.failed_by))
    elif not any(scenario.iterations for scenario in summary.scenarios):
        _fail(case, NO_ITERATION, "")
    case = _case(suite, "run", "generator is to be trusted")
    if summary.health.verdict != "trusted":
        # The numbers may be wrong: no failure of the target, and nothing to overlook either.
        ET.SubElement(case, "skipped", message=visible("suspect: " + "; ".join(summary.health.reasons)))
    _count(suite)


def _thresholds_suite(root: ET.Element, summary: Summary) -> None:
    if not summary.thresholds:
        return
    suite, kinds = _suite(root, "thresholds", summary), MetricKinds(summary.metrics)
    for threshold in summary.thresholds:
        case = _case(suite, threshold.metric, threshold.expression)
        if not threshold.passed:
            _fail(case, *_shortfall(threshold, kinds))
        elif threshold.no_samples:
            ET.SubElement(case, "skipped", message="no samples")
    _count(suite)


def _checks_suite(root: ET.Element, summary: Summary) -> None:
    if not summary.checks:
        return
    suite = _suite(root, "checks", summary)
    for check in summary.checks:
        case = _case(suite, group_path(check.group) or "checks", check.name)
        if check.fails:
            _fail(case, _failures(check), "")
    _count(suite)


def _shortfall(threshold: ThresholdSummary, kinds: MetricKinds) -> tuple[str, str]:
    observed = observed_text(threshold, kinds)
    aborted = "; it ended the run" if threshold.aborted else ""
    return f"{observed}, wanted {threshold.expression}{aborted}", f"{threshold.metric}: {observed}"


def _failures(check: CheckSummary) -> str:
    total = check.passes + check.fails
    return f"failed {check.fails:,} of {plural(total, 'time')} ({percentage(check.fails / total)})"


def _suite(root: ET.Element, name: str, summary: Summary) -> ET.Element:
    return ET.SubElement(root, "testsuite", name=name, time=f"{summary.duration_secs:.3f}")


def _case(suite: ET.Element, class_name: str, name: str) -> ET.Element:
    return ET.SubElement(suite, "testcase", classname=visible(class_name), name=visible(name), time="0")


def _fail(case: ET.Element, message: str, text: str) -> None:
    failure = ET.SubElement(case, "failure", message=visible(message), type="loadr")
    failure.text = "\n".join(visible(line) for line in text.splitlines()) or None


def _count(suite: ET.Element) -> None:
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(len(suite.findall("testcase/failure"))))
    suite.set("skipped", str(len(suite.findall("testcase/skipped"))))
