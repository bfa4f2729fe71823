"""Collecting diagnostics: by place in a source, or by path in the tree."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from loadr_config._tree.columns import place_in
from loadr_config._tree.limits import MAX_DIAGNOSTICS
from loadr_config._tree.nodes import Mapping, Node, Path, Scalar, Source, find, written_path
from loadr_config.diagnostics import Diagnostic, Finding, Place, Severity


@dataclass(slots=True)
class Findings:
    """What was found so far, in the order of finding; of each severity no more than the limit."""

    diagnostics: list[Diagnostic] = field(default_factory=list)
    _counts: Counter[Severity] = field(default_factory=Counter)

    @property
    def has_errors(self) -> bool:
        """Whether one of them is an error."""
        return self._counts[Severity.ERROR] > 0

    def is_full(self, severity: Severity) -> bool:
        """Tell whether no more of a severity is kept."""
        return self._counts[severity] >= MAX_DIAGNOSTICS

    def add(self, diagnostic: Diagnostic) -> None:
        """Add a finding, unless there are enough of its severity."""
        if not self.is_full(diagnostic.severity):
            self._counts[diagnostic.severity] += 1
            self.diagnostics.append(diagnostic)

    def at(
        self,
        source: Source,
        line: int,
        column: int,
        message: str,
        *,
        path: Path = (),
        suggestion: str | None = None,
        severity: Severity = Severity.ERROR,
    ) -> None:
        """Add a finding at a place of a file."""
        self.add(
            Diagnostic(
                file=source.name,
                severity=severity,
                line=line,
                column=column,
                path=written_path(path),
                message=message,
                suggestion=suggestion,
                source_line=source.line(line),
            )
        )

    def on(
        self,
        node: Node,
        message: str,
        *,
        path: Path = (),
        suggestion: str | None = None,
        severity: Severity = Severity.ERROR,
    ) -> None:
        """Add a finding at a node."""
        self.at(
            node.source, node.line, node.column, message, path=path, suggestion=suggestion, severity=severity
        )

    def at_path(
        self,
        root: Node,
        path: Path,
        message: str,
        *,
        on_key: bool = False,
        offset: int | None = None,
        text: str | None = None,
        suggestion: str | None = None,
        severity: Severity = Severity.ERROR,
    ) -> None:
        """Add a finding at a path of the tree.

        Args:
            root: The plan's tree.
            path: The place; it may go on below the tree, for a key that is missing.
            message: What is wrong.
            on_key: Point at the key instead of the value.
            offset: Characters from the start of a scalar's text to the mistake.
            text: The text that `offset` counts in, where it is not the scalar's own.
            suggestion: What to do about it.
            severity: Error or warning.
        """
        if self.is_full(severity):
            return
        node, key, followed = find(root, path)
        if isinstance(node, Scalar):
            path = followed  # a short form: what is a map for the models is written as one value
        target: Node = node
        if key is not None and (on_key or followed != path or _is_below(node, key)):
            target = key
        line, column = target.line, target.column
        if offset is not None and isinstance(node, Scalar) and text in {None, node.value}:
            line, column = place_in(node, offset)
        self.at(target.source, line, column, message, path=path, suggestion=suggestion, severity=severity)

    def found(self, finding: Finding, root: Node | None, file: str) -> None:
        """Add a finding that somebody else has made.

        Args:
            finding: The finding.
            root: The plan's tree; without it the finding has no place.
            file: The plan's file.
        """
        if root is not None and finding.place is None:
            self.at_path(
                root,
                finding.path,
                finding.message,
                on_key=finding.on_key,
                offset=finding.offset,
                text=finding.text,
                suggestion=finding.suggestion,
                severity=finding.severity,
            )
            return
        place = finding.place or Place(file, 0, 0)
        self.add(
            Diagnostic(
                place.file,
                finding.severity,
                place.line,
                place.column,
                written_path(finding.path),
                finding.message,
                finding.suggestion,
                place.source_line,
            )
        )

    def sorted(self, files: Iterable[str]) -> tuple[Diagnostic, ...]:
        """Return the findings by file (in the given order), line and column, each once."""
        order = {name: number for number, name in enumerate(files)}
        unique = dict.fromkeys(self.diagnostics)
        return tuple(
            sorted(unique, key=lambda found: (order.get(found.file, len(order)), found.line, found.column))
        )


def _is_below(node: Node, key: Scalar) -> bool:
    """Tell whether a block collection is shown better by its key: its own place is its first entry."""
    return isinstance(node, Mapping) and node.source is key.source and node.line > key.line
