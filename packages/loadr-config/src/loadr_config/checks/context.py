"""What checks may look at, and how they report."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict, Unpack

from loadr_config._tree.findings import Findings
from loadr_config._tree.gaps import Gaps
from loadr_config._tree.nodes import Mapping as Tree
from loadr_config._tree.nodes import Path as PlanPath
from loadr_config.diagnostics import Severity
from loadr_config.installed import Installed


@dataclass(frozen=True, slots=True)
class CheckContext:
    """The surroundings of a plan.

    Attributes:
        folder: The plan's folder.
        environment: The environment's variables, or None when they are not known.
        installed: What is installed, or None when it is not known.
        check_files: Whether files may be looked at.
    """

    folder: Path
    environment: Mapping[str, str] | None
    installed: Installed | None
    check_files: bool


class _More(TypedDict, total=False):
    """What a report can say beside the message.

    Attributes:
        suggestion: What to do about it.
        on_key: The key is meant, not its value.
        offset: Characters from the start of the text to the mistake.
        text: The text that `offset` counts in.
        sure: It is true, whatever was taken out below the place.
    """

    suggestion: str | None
    on_key: bool
    offset: int | None
    text: str | None
    sure: bool


@dataclass(frozen=True, slots=True)
class Report:
    """Reports by path in the plan.

    A plan with mistakes is checked without them. What a check says of a place that is not whole is dropped,
    unless it is sure. A check that finds something missing asks first whether the place where it would
    stand is whole.
    """

    tree: Tree
    findings: Findings
    gaps: Gaps

    def is_whole(self, path: PlanPath) -> bool:
        """Tell whether nothing of a place was taken out: what is missing there may only be broken."""
        return self.gaps.is_whole(self.gaps.original(path))

    def is_known(self, path: PlanPath) -> bool:
        """Tell whether a place was not taken out; something below it may have been."""
        return not self.gaps.covers(self.gaps.original(path))

    def error(self, path: PlanPath, message: str, **more: Unpack[_More]) -> None:
        """Report what keeps the plan from running."""
        self._add(path, message, Severity.ERROR, **more)

    def warning(self, path: PlanPath, message: str, **more: Unpack[_More]) -> None:
        """Report what does not keep the plan from running."""
        self._add(path, message, Severity.WARNING, **more)

    def _add(
        self,
        path: PlanPath,
        message: str,
        severity: Severity,
        *,
        suggestion: str | None = None,
        on_key: bool = False,
        offset: int | None = None,
        text: str | None = None,
        sure: bool = False,
    ) -> None:
        original = self.gaps.original(path)
        if self.gaps.covers(original) or not (sure or self.gaps.is_whole(original)):
            return
        self.findings.at_path(
            self.tree,
            original,
            message,
            suggestion=suggestion,
            on_key=on_key,
            offset=offset,
            text=text,
            severity=severity,
        )
