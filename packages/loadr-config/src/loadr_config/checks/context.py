"""What checks may look at, and how they report."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from loadr_config._tree.findings import Findings
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


@dataclass(frozen=True, slots=True)
class Report:
    """Reports by path in the plan."""

    tree: Tree
    findings: Findings

    def error(
        self,
        path: PlanPath,
        message: str,
        *,
        suggestion: str | None = None,
        on_key: bool = False,
        offset: int | None = None,
        text: str | None = None,
    ) -> None:
        """Report what keeps the plan from running."""
        self.findings.at_path(
            self.tree, path, message, suggestion=suggestion, on_key=on_key, offset=offset, text=text
        )

    def warning(
        self,
        path: PlanPath,
        message: str,
        *,
        suggestion: str | None = None,
        on_key: bool = False,
        offset: int | None = None,
        text: str | None = None,
    ) -> None:
        """Report what does not keep the plan from running."""
        self.findings.at_path(
            self.tree,
            path,
            message,
            suggestion=suggestion,
            on_key=on_key,
            offset=offset,
            text=text,
            severity=Severity.WARNING,
        )
