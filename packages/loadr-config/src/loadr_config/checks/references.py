"""References in templates: to variables, secrets, data and the environment.

Each place has its own set of references that can be resolved there:

==========================================  =============================================
place                                       references
==========================================  =============================================
``variables``                               ``env``: they are resolved once at the start
outputs, observe, the proxy                 ``env``, ``vars``, ``secrets``: no VU is there
everything else                             all
==========================================  =============================================
"""

from collections.abc import Iterator, Mapping
from typing import Final

from loadr_config import templates
from loadr_config._tree.nodes import Path
from loadr_config._validation.suggestions import did_you_mean
from loadr_config.checks._walk import models_in, plain_texts_of, templates_of
from loadr_config.checks.context import CheckContext, Report
from loadr_config.checks.rows import columns_of
from loadr_config.diagnostics import Severity
from loadr_config.errors import TemplateError
from loadr_config.models import (
    ChainExtractor,
    CsvSource,
    During,
    ExtractorBase,
    Foreach,
    InlineSource,
    Repeat,
    Request,
    Retry,
    ScriptCode,
    TestPlan,
)
from loadr_config.models.steps import SCRIPT_ENGINES
from loadr_config.templates import Reference

_ONLY_ENV: Final = frozenset({"env"})
_NO_VU: Final = frozenset({"env", "vars", "secrets"})
_SECTION: Final = {"vars": "variables", "secrets": "secrets"}
_SETTING: Final = ("variables", *SCRIPT_ENGINES, "setup", "scenarios")
"""The sections in which variables are set."""


def check_references(plan: TestPlan, report: Report, context: CheckContext) -> None:
    """Report references to what does not exist, and those that cannot be resolved where they stand."""
    checker = _Checker(plan, report, context)
    for path, model in models_in(plan):
        for place, text in plain_texts_of(model, path):
            _check_plain(place, text, report)
        for place, text in templates_of(model, path):
            for reference in templates.parse(text).references:
                checker.check(reference, place, text)
                if reference.kind == "secrets" and isinstance(model, Request) and _is_url(place, path):
                    report.warning(
                        place,
                        f'the secret "{reference.path[0]}" is part of a URL: servers and proxies log URLs',
                        suggestion="send it in a header or in the body",
                        offset=reference.column - 1,
                        text=text,
                    )


def _check_plain(place: Path, text: str, report: Report) -> None:
    """Warn of references where nothing is replaced; a description may be about anything."""
    if place[-1] == "description":
        return
    try:
        references = templates.parse(text).references
    except TemplateError:
        return
    for reference in references:
        message = f'"{reference}" is not replaced here: this text is taken as it is'
        report.warning(place, message, offset=reference.column - 1, text=text)


def _is_url(place: Path, request: Path) -> bool:
    return place[len(request)] in {"url", "params"}


class _Checker:
    def __init__(self, plan: TestPlan, report: Report, context: CheckContext) -> None:
        self.plan = plan
        self.report = report
        self.environment = context.environment
        self.seen: set[tuple[Path, str, tuple[str, ...]]] = set()
        self.names = frozenset(_produced_names(plan)) | plan.variables.keys()
        # A script may set any variable, and so may what was taken out of the plan.
        self.may_be_set = (
            bool(plan.script_modules)
            or any(isinstance(model, ScriptCode) for _, model in models_in(plan))
            or not all(report.is_whole((section,)) for section in _SETTING)
        )
        self.columns = {name: columns_of(source, context) for name, source in plan.data.items()}

    def check(self, reference: Reference, place: Path, text: str) -> None:
        """Check one reference; the same one in the same text is looked at once."""
        key = (place, reference.kind, reference.path)
        if key in self.seen or all(map(self.report.findings.is_full, Severity)):
            return
        self.seen.add(key)
        allowed, where = _allowed(place)
        if allowed is not None and reference.kind not in allowed:
            known = " and ".join(f"${{{kind}.…}}" for kind in sorted(allowed))
            self._error(reference, place, text, f'"{reference}" cannot be used {where}, only {known}')
            return
        match reference.kind:
            case "vars":
                self._exists(reference, place, text, "variable", self.plan.variables)
            case "secrets":
                self._exists(reference, place, text, "secret", self.plan.secrets)
            case "data":
                self._data(reference, place, text)
            case "env":
                self._env(reference, place, text)
            case "name":
                self._name(reference, place, text)
            case _:
                pass

    def _exists(
        self, reference: Reference, place: Path, text: str, what: str, known: Mapping[str, object]
    ) -> None:
        name = reference.path[0]
        if name not in known and self.report.is_known((_SECTION[reference.kind], name)):
            hint = did_you_mean(name, known, f'"${{{{{reference.kind}.{{}}}}}}"')
            self._error(reference, place, text, f'there is no {what} "{name}"', hint)

    def _data(self, reference: Reference, place: Path, text: str) -> None:
        name, column = reference.path
        if not self.report.is_whole(("data", name)):
            return
        if name not in self.plan.data:
            hint = did_you_mean(name, self.plan.data)
            self._error(reference, place, text, f'there is no data source "{name}"', hint)
            return
        columns = self.columns[name]
        # A value of a JSON document may have members.
        first = column if isinstance(self.plan.data[name], CsvSource) else column.partition(".")[0]
        if columns is not None and not {first, column} & columns:
            known = ", ".join(sorted(columns)[:10])
            hint = did_you_mean(column, columns) or f"there are {known}"
            kind = "row" if isinstance(self.plan.data[name], InlineSource) else "file"
            self._error(reference, place, text, f'no {kind} of "{name}" has a column "{column}"', hint)

    def _env(self, reference: Reference, place: Path, text: str) -> None:
        name = reference.path[0]
        if self.environment is not None and name not in self.environment:
            self.report.warning(
                place,
                f"the environment variable {name} is not set",
                suggestion=f"set it, or pass -e {name}=…",
                offset=reference.column - 1,
                text=text,
            )

    def _name(self, reference: Reference, place: Path, text: str) -> None:
        name = reference.path[0]
        full = self.report.findings.is_full(Severity.WARNING)
        if name not in self.names and not self.may_be_set and not full:
            self.report.warning(
                place,
                f'nothing in the plan sets "{name}"',
                suggestion=did_you_mean(name, self.names, "${{{}}}"),
                offset=reference.column - 1,
                text=text,
            )

    def _error(
        self, reference: Reference, place: Path, text: str, message: str, suggestion: str | None = None
    ) -> None:
        self.report.error(place, message, suggestion=suggestion, offset=reference.column - 1, text=text)


def _allowed(place: Path) -> tuple[frozenset[str] | None, str]:
    match place:
        case ("variables", *_):
            return _ONLY_ENV, "in a variable, which is resolved once at the start"
        case ("outputs", *_) | ("observe", *_):
            return _NO_VU, "here, where there is no VU"
        case ("defaults", "http", "proxy", *_):
            return _NO_VU, "in the proxy's address"
        case _:
            return None, ""


def _produced_names(plan: TestPlan) -> Iterator[str]:
    """Yield the names of the variables that steps set."""
    for _, model in models_in(plan):
        match model:
            case ExtractorBase():
                yield model.name
            case ChainExtractor():
                yield model.chain
            case Repeat() | During():
                yield model.counter
            case Foreach():
                yield model.var
                yield model.index
            case Retry():
                yield "attempt"
            case _:
                pass
