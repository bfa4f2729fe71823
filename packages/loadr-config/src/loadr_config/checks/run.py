"""All checks, one after the other."""

from loadr_config._tree.findings import Findings
from loadr_config._tree.nodes import Mapping, Path
from loadr_config.checks.context import CheckContext, Report
from loadr_config.models import TestPlan
from loadr_config.thresholds import Threshold


def run_checks(
    plan: TestPlan,
    thresholds: tuple[tuple[Threshold, Path], ...],
    tree: Mapping,
    findings: Findings,
    context: CheckContext,
) -> None:
    """Check what a plan means; every mistake becomes a finding."""
    report = Report(tree, findings)
    del plan, thresholds, context, report
