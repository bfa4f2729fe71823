"""A tree becomes a plan, or findings."""

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from loadr_config._tree.findings import Findings
from loadr_config._tree.limits import MAX_DIAGNOSTICS
from loadr_config._tree.nodes import Mapping, Path
from loadr_config._tree.values import to_plain
from loadr_config._validation.messages import Mistake, mistake_of, path_of
from loadr_config._validation.thresholds import read_thresholds
from loadr_config.diagnostics import Severity
from loadr_config.models import TestPlan
from loadr_config.thresholds import Threshold


@dataclass(frozen=True, slots=True)
class Validated:
    """A plan, with where its thresholds stand.

    Attributes:
        plan: The plan; None where it cannot be made. It exists beside errors that leave the rest whole.
        thresholds: The thresholds with the paths of their expressions.
    """

    plan: TestPlan | None
    thresholds: tuple[tuple[Threshold, Path], ...]


def validate(root: Mapping, findings: Findings) -> Validated:
    """Make a plan of a tree.

    Keys that are unknown or of no use are reported and dropped, and the rest is validated again, so that
    one of them hides no other mistake.
    """
    thresholds: list[tuple[Threshold, Path]] = []
    data = to_plain(root, findings)
    if (entry := root.entries.get("thresholds")) is not None:
        thresholds = read_thresholds(entry.value, findings)
        data["thresholds"] = tuple(threshold for threshold, _ in thresholds)
    plan, errors = _attempt(data)
    dropped = [error for error in errors if error["type"] == "extra_forbidden"]
    mistyped: set[Path] = set()
    if dropped:
        for error in dropped[:MAX_DIAGNOSTICS]:
            mistake = mistake_of(error, root)
            _report(mistake, root, findings)
            if mistake.meant is not None:
                mistyped.add((*mistake.path[:-1], mistake.meant))
        for error in dropped:
            _drop(data, path_of(error["loc"], root))
        plan, errors = _attempt(data)
    for error in errors[:MAX_DIAGNOSTICS]:
        mistake = mistake_of(error, root)
        # What is missing stands there under a mistyped name, and that was said.
        if error["type"] != "missing" or mistake.path not in mistyped:
            _report(mistake, root, findings)
    return Validated(plan, tuple(thresholds))


def _attempt(data: Any) -> tuple[TestPlan | None, list[Any]]:
    try:
        return TestPlan.model_validate(data, by_alias=True, by_name=False), []
    except ValidationError as error:
        return None, error.errors(include_url=False)


def _report(mistake: Mistake, root: Mapping, findings: Findings) -> None:
    findings.at_path(
        root,
        mistake.path,
        mistake.message,
        on_key=mistake.on_key,
        offset=mistake.offset,
        text=mistake.text,
        suggestion=mistake.suggestion,
        severity=Severity.WARNING if mistake.is_warning else Severity.ERROR,
    )


def _drop(data: Any, path: Path) -> None:
    for part in path[:-1]:
        data = data[part]
    data.pop(path[-1], None)
