"""A tree becomes a plan, or findings."""

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from loadr_config._tree.findings import Findings
from loadr_config._tree.gaps import Gaps
from loadr_config._tree.limits import MAX_DIAGNOSTICS
from loadr_config._tree.nodes import Mapping, Node, Path, Scalar, find
from loadr_config._tree.values import to_plain
from loadr_config._validation.messages import Mistake, mistake_of, path_of
from loadr_config._validation.salvage import salvage
from loadr_config._validation.thresholds import read_thresholds
from loadr_config.diagnostics import Severity
from loadr_config.models import TestPlan
from loadr_config.thresholds import Threshold


@dataclass(frozen=True, slots=True)
class Validated:
    """A plan, with where its thresholds stand.

    Attributes:
        plan: The plan without what is wrong in it; None where nothing can be saved.
        thresholds: The thresholds with the paths of their expressions.
        gaps: What is missing in the plan.
    """

    plan: TestPlan | None
    thresholds: tuple[tuple[Threshold, Path], ...]
    gaps: Gaps


def validate(root: Mapping, findings: Findings) -> Validated:
    """Make a plan of a tree.

    Keys that are unknown or of no use are reported and dropped, and the rest is validated again, so that
    one of them hides no other mistake. What then is wrong is reported and cut out: what is left can still
    be checked for what it means.
    """
    gaps = Gaps()
    thresholds: list[tuple[Threshold, Path]] = []
    data = to_plain(root, findings)
    absent = _absent(root)
    mistyped: set[Path] = set()
    if (entry := root.entries.get("thresholds")) is not None:
        thresholds = read_thresholds(entry.value, findings)
        data["thresholds"] = tuple(threshold for threshold, _ in thresholds)
    plan, errors = _attempt(data)
    dropped = [error for error in errors if error["type"] == "extra_forbidden"]
    if dropped:
        for error in dropped[:MAX_DIAGNOSTICS]:
            mistake = mistake_of(error, root)
            _report(mistake, root, findings)
            if mistake.meant is not None:
                mistyped.add((*mistake.path[:-1], mistake.meant))
        for error in dropped:
            _drop(data, path_of(error["loc"], root))
        plan, errors = _attempt(data)
    for error in [error for error in errors if not _is_consequence(error)][:MAX_DIAGNOSTICS]:
        mistake = mistake_of(error, root)
        # What is missing stands there under a mistyped name, or in a file that could not be included.
        if mistake.path not in mistyped | absent:
            _report(mistake, root, findings)
    if errors:
        plan = salvage(data, errors, gaps, _attempt)
    for path in absent | {path for path in mistyped if find(root, path)[2] != path}:
        gaps.take(path)
    return Validated(plan, tuple(thresholds), gaps)


def _is_consequence(error: ErrorDetails) -> bool:
    """Tell whether a list is only too short because its entries are wrong, each of which is told."""
    entries = error["input"]
    least = error.get("ctx", {}).get("min_length", 0)
    return error["type"] == "too_short" and isinstance(entries, list | dict) and len(entries) >= least


def _absent(root: Mapping) -> set[Path]:
    """Return the places of includes that could not be resolved."""
    found: set[Path] = set()
    stack: list[tuple[Node, Path]] = [(root, ())]
    while stack:
        node, path = stack.pop()
        if isinstance(node, Scalar):
            if node.tag == "!include":
                found.add(path)
        elif isinstance(node, Mapping):
            stack.extend((entry.value, (*path, name)) for name, entry in node.entries.items())
        else:
            stack.extend((item, (*path, index)) for index, item in enumerate(node.items))
    return found


def _attempt(data: Any) -> tuple[TestPlan | None, list[ErrorDetails]]:
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
