"""All checks, one after the other."""

from loadr_config._tree.nodes import Path
from loadr_config.checks.context import CheckContext, Report
from loadr_config.checks.expressions import check_expressions
from loadr_config.checks.extensions import check_extensions
from loadr_config.checks.files import check_files
from loadr_config.checks.flow import check_flow
from loadr_config.checks.names import check_names
from loadr_config.checks.references import check_references
from loadr_config.checks.requests import check_requests
from loadr_config.checks.schedules import check_schedules
from loadr_config.checks.thresholds import check_thresholds
from loadr_config.models import TestPlan
from loadr_config.thresholds import Threshold


def run_checks(
    plan: TestPlan,
    thresholds: tuple[tuple[Threshold, Path], ...],
    report: Report,
    context: CheckContext,
) -> None:
    """Check what a plan means; every mistake becomes a finding."""
    check_schedules(plan, report)
    check_requests(plan, report, context)
    check_names(plan, report)
    check_references(plan, report, context)
    check_expressions(plan, report)
    check_flow(plan, report)
    check_thresholds(plan, thresholds, report, context)
    check_files(plan, report, context)
    check_extensions(plan, report, context)
