"""Loading a plan: files → tree → models → checks, with everything that is wrong along the way."""

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field, replace
from pathlib import Path

from loadr_config._tree.composition import Composition, TooLargeError, apply_overlays, too_deep
from loadr_config._tree.findings import Findings
from loadr_config._tree.gaps import Gaps
from loadr_config._tree.limits import MAX_DEPTH
from loadr_config._tree.nodes import Mapping, Scalar, Source
from loadr_config._tree.reading import read_source, source_of_text
from loadr_config._tree.values import is_null
from loadr_config._validation.overlays import check_other_overlays
from loadr_config._validation.validation import Validated, validate
from loadr_config.checks.context import CheckContext, Report
from loadr_config.checks.run import run_checks
from loadr_config.code_places import code_places
from loadr_config.diagnostics import CodePlace, Diagnostic, Finding, Severity
from loadr_config.errors import PlanError
from loadr_config.installed import Installed
from loadr_config.models import TestPlan

__all__ = ["LoadedPlan", "load_plan"]


@dataclass(frozen=True, slots=True)
class LoadedPlan:
    """What loading a plan gave.

    Attributes:
        plan: The plan, or None when there is an error.
        diagnostics: All findings, ordered by file and position.
        path: The plan's file as it was named.
        folder: The folder to which the plan's paths are relative.
        whole: What of the plan is whole: all of it, or the plan without what is wrong in it. It is for
            looking at, never for running. None where nothing could be read.
        http_debug: What a script asks to see of its exchanges: ``head`` or ``full``; a plan asks for nothing.
    """

    plan: TestPlan | None
    diagnostics: tuple[Diagnostic, ...]
    path: Path
    folder: Path
    whole: TestPlan | None = field(default=None, repr=False, compare=False)
    http_debug: str | None = None
    _tree: Mapping | None = field(default=None, repr=False, compare=False)
    _gaps: Gaps = field(default_factory=Gaps, repr=False, compare=False)
    _files: tuple[str, ...] = field(default=(), repr=False, compare=False)

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The findings that keep the plan from running."""
        return tuple(found for found in self.diagnostics if found.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """The findings that do not keep the plan from running."""
        return tuple(found for found in self.diagnostics if found.severity is Severity.WARNING)

    def require(self) -> TestPlan:
        """Return the plan.

        Raises:
            PlanError: The plan has errors.
        """
        if self.plan is None:
            raise PlanError(self.diagnostics)
        return self.plan

    def code_places(self) -> dict[str, CodePlace]:
        """Return where the plan's code stands, by its path; nothing for a plan with errors."""
        return {} if self.plan is None or self._tree is None else code_places(self.plan, self._tree)

    def with_findings(self, found: Iterable[Finding]) -> "LoadedPlan":
        """Return the plan with more findings, each at its line; those of extensions, for instance."""
        collected = Findings()
        for diagnostic in self.diagnostics:
            collected.add(diagnostic)
        for finding in found:
            original = self._gaps.original(finding.path)
            # What is said of a place that is not whole may only be said because of that.
            if self._gaps.is_whole(original):
                collected.found(replace(finding, path=original), self._tree, str(self.path))
        plan = None if collected.has_errors else self.plan
        return replace(self, plan=plan, diagnostics=collected.sorted(self._files))


def load_plan(
    source: Path | str,
    *,
    text: str | None = None,
    overlay: str | Sequence[str] | None = None,
    environment: MappingOf[str, str] | None = None,
    check_files: bool = True,
    installed: Installed | None = None,
) -> LoadedPlan:
    """Load and check a plan.

    Args:
        source: The plan's file; with `text` only the name shown in diagnostics.
        text: The plan's text, where it does not come from a file; its folder is the current one.
        overlay: Names of overlays under ``env``, laid over the plan in this order.
        environment: Variables for ``${env.…}`` and secrets; None leaves them unchecked.
        check_files: Whether files that the plan names are looked at.
        installed: What is installed; None leaves it unchecked.

    Returns:
        The plan with all findings. Nothing is raised for a wrong plan, whatever is in it.
    """
    path = Path(source)
    folder = path.parent if text is None else Path.cwd()
    findings = Findings()
    composition = Composition(folder, path.parent if text is None else Path(), findings)
    overlays = (overlay,) if isinstance(overlay, str) else tuple(overlay or ())
    context = CheckContext(folder, environment, installed, check_files=check_files)
    tree, validated = _load(str(source), path, text, overlays, composition, context)
    files = tuple(composition.files or [str(source)])
    return LoadedPlan(
        plan=None if findings.has_errors else validated.plan,
        diagnostics=findings.sorted(files),
        path=path,
        folder=folder,
        whole=validated.plan,
        _tree=tree,
        _gaps=validated.gaps,
        _files=files,
    )


def _load(
    name: str,
    path: Path,
    text: str | None,
    overlays: tuple[str, ...],
    composition: Composition,
    context: CheckContext,
) -> tuple[Mapping | None, Validated]:
    findings = composition.findings
    nothing = Validated(None, (), Gaps())
    source = read_source(path, name, findings) if text is None else source_of_text(text, name, findings)
    if source is None:
        return None, nothing
    root = _tree(source, path if text is None else None, composition)
    # What lacks a part would only show mistakes that are none.
    if root is None or not composition.is_complete:
        return None, nothing
    tree = apply_overlays(root, overlays, findings)
    validated = validate(tree, findings)
    check_other_overlays(root, overlays, findings)
    if validated.plan is not None:
        report = Report(tree, findings, validated.gaps)
        run_checks(validated.plan, validated.thresholds, report, context)
    return tree, validated


def _tree(source: Source, path: Path | None, composition: Composition) -> Mapping | None:
    findings = composition.findings
    before = len(findings.diagnostics)
    try:
        root = composition.load(source, () if path is None else (path.resolve(),))
    except TooLargeError:
        return None
    if isinstance(root, Mapping):
        if (deep := too_deep(root)) is None:
            return root
        findings.on(deep, f"is nested more than {MAX_DEPTH} levels deep once everything is included")
        return None
    if isinstance(root, Scalar) and root.tag == "!include":
        return None  # what could not be included was said
    if root is None or is_null(root):
        if len(findings.diagnostics) == before:
            findings.at(source, 1, 1, "the plan is empty", suggestion='it needs at least "scenarios"')
    else:
        findings.on(root, "a plan is a map of keys and values")
    return None
