"""Findings of `loadr validate` as text, JSON and GitHub workflow commands. Pure."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from loadr_config import Diagnostic, Severity, render
from loadr_config.secrets import Masker


def masked(findings: Iterable[Diagnostic], masker: Masker) -> list[Diagnostic]:
    """The findings without the values of secrets."""
    return [
        replace(
            found,
            path=masker.mask(found.path),
            message=masker.mask(found.message),
            suggestion=None if found.suggestion is None else masker.mask(found.suggestion),
            source_line=None if found.source_line is None else masker.mask(found.source_line),
        )
        for found in findings
    ]


def as_text(findings: Sequence[Diagnostic], plans: int) -> str:
    """Drawn findings, errors first, and a line with the counts."""
    ordered = sorted(findings, key=lambda found: found.severity is not Severity.ERROR)
    return "\n\n".join([*map(render, ordered), _counts(findings, plans)])


def as_json(findings: Sequence[Diagnostic], plans: int) -> str:
    """One array, in the order of files and positions."""
    del plans
    return json.dumps([found.as_json() for found in findings], indent=2)


def as_github(findings: Sequence[Diagnostic], plans: int) -> str:
    """Workflow commands, which GitHub shows beside the lines of a pull request.

    Format and escapes: "Workflow commands for GitHub Actions" of GitHub's documentation, and
    `command.ts` of its toolkit.
    """
    return "\n".join([*map(_github_line, findings), _counts(findings, plans)])


FORMATS: Final[Mapping[str, Callable[[Sequence[Diagnostic], int], str]]] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
}


def _counts(findings: Sequence[Diagnostic], plans: int) -> str:
    errors = sum(found.severity is Severity.ERROR for found in findings)
    warnings = len(findings) - errors
    counts = [_count(number, word) for number, word in ((errors, "error"), (warnings, "warning")) if number]
    return f"{_count(plans, 'plan')} checked: {' and '.join(counts) or 'nothing wrong'}"


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _github_line(found: Diagnostic) -> str:
    place = {"line": str(found.line), "col": str(found.column)} if found.line else {}
    properties = {"file": found.file, **place, "title": found.path or "loadr validate"}
    written = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    message = found.message if found.suggestion is None else f"{found.message} (help: {found.suggestion})"
    return f"::{found.severity} {written}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
