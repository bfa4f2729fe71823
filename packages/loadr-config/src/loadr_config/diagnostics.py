"""What is wrong with a plan, and where: values for machines and a rendering for people."""

from dataclasses import dataclass
from enum import StrEnum

from loadr_config.errors import PlanError

__all__ = [
    "CodePlace",
    "Diagnostic",
    "Finding",
    "Place",
    "PlanError",
    "Severity",
    "offset_of",
    "render",
    "render_all",
]


class Severity(StrEnum):
    """Whether a plan can still run."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding in a plan.

    Attributes:
        file: The file as the user named it; an included file by its own name.
        severity: An error keeps the plan from running, a warning does not.
        line: Counted from 1; 0 when the finding has no place in the file.
        column: Counted from 1, in characters; 0 when the finding has no place in the file.
        path: The place in the plan, such as ``scenarios.api.flow[0].request.url``.
        message: What is wrong, without a full stop.
        suggestion: What to write instead, or what to do.
        source_line: The text of the line, for `render`; it is no part of the JSON form.
    """

    file: str
    severity: Severity
    line: int
    column: int
    path: str
    message: str
    suggestion: str | None = None
    source_line: str | None = None

    def as_json(self) -> dict[str, str | int | None]:
        """Return the members of the JSON form, in their documented order."""
        return {
            "file": self.file,
            "severity": self.severity.value,
            "line": self.line,
            "column": self.column,
            "path": self.path,
            "message": self.message,
            "suggestion": self.suggestion,
        }


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file that is no part of the plan, such as a script or a proto.

    Attributes:
        file: The file, as people know it.
        line: Counted from 1.
        column: Counted from 1, in characters.
        source_line: The text of the line, if it is at hand.
    """

    file: str
    line: int
    column: int = 1
    source_line: str | None = None


@dataclass(frozen=True, slots=True)
class CodePlace:
    """The place in a plan's file of a text of code that stands there.

    Attributes:
        file: The file, as the user named it; an included file by its own name.
        lines: For each line of the code its line in the file, and what to add to a column.
    """

    file: str
    lines: tuple[tuple[int, int], ...]

    def at(self, line: int, column: int = 0) -> str:
        """Write the place of a mistake, as in ``plan.yaml:12:9``.

        Args:
            line: From 1, in the code; what lies outside is told at the nearest line.
            column: From 1; 0 where it is not known.
        """
        number, shift = self.lines[min(max(line, 1), len(self.lines)) - 1]
        return f"{self.file}:{number}:{column + shift}" if column else f"{self.file}:{number}"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong in a plan, told by its path; a loaded plan knows where in the file that is.

    Attributes:
        path: The place in the plan: keys, and indices of lists.
        message: What is wrong, without a full stop.
        suggestion: What to write instead, or what to do.
        severity: An error keeps the plan from running, a warning does not.
        on_key: The key at the end of the path is meant, not its value.
        offset: Characters from the start of the text at the path to the mistake.
        text: The text that `offset` counts in.
        place: The place in another file, where the mistake is there.
    """

    path: tuple[str | int, ...]
    message: str
    suggestion: str | None = None
    severity: Severity = Severity.ERROR
    on_key: bool = False
    offset: int | None = None
    text: str | None = None
    place: Place | None = None


def offset_of(text: str, line: int, column: int) -> int:
    """Return the characters from the start of a text to a place in it, as an engine's parser tells it.

    Args:
        text: The text; its lines end with line feeds.
        line: From 1.
        column: From 1; it may lie outside of the line, and then the offset outside of the text.
    """
    return sum(len(above) + 1 for above in text.split("\n")[: line - 1]) + column - 1


def render(diagnostic: Diagnostic, source_line: str | None = None) -> str:
    """Draw one diagnostic in the manner of rustc: headline, place, source line with a caret, help.

    Args:
        diagnostic: What to draw.
        source_line: The text of the diagnostic's line; by default the one it carries.

    Returns:
        Several lines without a trailing line break.
    """
    lines = [f"{diagnostic.severity}: {diagnostic.message}"]
    number = str(diagnostic.line)
    gutter = " " * len(number)
    if diagnostic.line:
        lines.append(f"{gutter}--> {diagnostic.file}:{diagnostic.line}:{diagnostic.column}")
    else:
        lines.append(f"{gutter}--> {diagnostic.file}")
    text = diagnostic.source_line if source_line is None else source_line
    if diagnostic.line and text is not None:
        shown, caret = _cut(text.rstrip("\r\n"), diagnostic.column - 1)
        lines += [f"{gutter} |", f"{number} | {shown}", f"{gutter} | {caret}^"]
    if diagnostic.path:
        lines.append(f"{gutter} = in: {diagnostic.path}")
    if diagnostic.suggestion:
        lines.append(f"{gutter} = help: {diagnostic.suggestion}")
    return "\n".join(lines)


def render_all(diagnostics: tuple[Diagnostic, ...]) -> str:
    """Draw all diagnostics, one blank line between two, and end with the count."""
    errors = sum(diagnostic.severity is Severity.ERROR for diagnostic in diagnostics)
    warnings = len(diagnostics) - errors
    counts = [
        f"{count} {word}{'' if count == 1 else 's'}"
        for count, word in ((errors, "error"), (warnings, "warning"))
        if count
    ]
    return "\n\n".join([*map(render, diagnostics), " and ".join(counts)])


_WIDTH = 160
"""Longer source lines are cut around the caret: a minified JSON body is one line of a megabyte."""


def _cut(text: str, offset: int) -> tuple[str, str]:
    """Return the part of a line to show, and the white space that brings a caret under `offset`."""
    start = 0
    if len(text) > _WIDTH:
        start = max(0, min(offset - _WIDTH // 2, len(text) - _WIDTH))
        offset -= start
    # Control characters would move the caret or the terminal.
    part = "".join(
        character if character == "\t" or character.isprintable() else "\N{REPLACEMENT CHARACTER}"
        for character in text[start : start + _WIDTH]
    )
    padding = "".join("\t" if character == "\t" else " " for character in part[:offset])
    return part, padding.ljust(offset)
