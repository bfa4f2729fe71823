"""Extensions look at what is their own in a plan, before anything runs.

The plan language knows which parts belong to whom; here the extensions are found and asked, and what
they say gets its line. One that cannot be loaded, or that fails while it checks, is named with its
distribution: a warning, because only a run knows whether it can do without it.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from loadr_config import templates
from loadr_config.diagnostics import Finding, Severity
from loadr_config.extras import EXTRAS, install_line
from loadr_config.loader import LoadedPlan
from loadr_config.models import ScriptModule, TestPlan
from loadr_config.parts import PlanPart, parts_of, unknown_functions
from loadr_config.templates import Literal
from loadr_core.errors import ExtensionError
from loadr_core.plugins import Catalog, Extension
from loadr_core.spi.checks import Checks, PlanContext, TellsExports
from loadr_core.spi.script import ScriptEngine

_KINDS: Final = ("protocols", "extractors", "assertions", "outputs", "script_engines", "services")


def check_extensions(
    loaded: LoadedPlan, catalog: Catalog, environment: Mapping[str, str], *, check_files: bool = True
) -> LoadedPlan:
    """Ask every installed extension that a plan uses.

    Args:
        loaded: the plan, with what the language itself has found; of a wrong one, what is whole is checked.
        catalog: what is installed.
        environment: `${env.X}`.
        check_files: whether files that the plan names may be looked at.

    Returns:
        The plan with the findings of the extensions among the others.
    """
    plan = loaded.whole
    if plan is None:
        return loaded
    known = _Known(plan, environment)
    found: list[Finding] = []
    exports: dict[str, Collection[str] | None] = dict.fromkeys(plan.script_modules)
    for (kind, name), parts in _by_extension(plan, catalog).items():
        extension = catalog.find(kind, name)
        if extension is None:
            continue  # named as not installed already
        extension = catalog.find("checks", f"{kind}.{name}") or extension
        context = PlanContext(
            defaults=plan.defaults.http,
            folder=loaded.folder,
            config=plan.plugin_config(name),
            check_files=check_files,
            known=known.text,
        )
        found += _ask(extension, parts, context, exports, environment)
    found += unknown_functions(plan, exports)
    # An extension with several names is asked under each, and finds the same wrong with the defaults.
    return loaded.with_findings(list(dict.fromkeys(found)))


def _by_extension(plan: TestPlan, catalog: Catalog) -> dict[tuple[str, str], list[PlanPart]]:
    """The parts of each extension, in the order of the plan."""
    grouped: dict[tuple[str, str], list[PlanPart]] = {}
    for part in parts_of(plan, catalog.schemes):
        kinds = _KINDS if part.kind == "plugins" else (part.kind,)
        for kind in kinds:
            grouped.setdefault((kind, part.name), []).append(part)
    return grouped


def _ask(
    extension: Extension,
    parts: Sequence[PlanPart],
    context: PlanContext,
    exports: dict[str, Collection[str] | None],
    environment: Mapping[str, str],
) -> list[Finding]:
    """What one extension says about its parts; notes the functions that a script engine's module has."""
    try:
        loaded = extension.load()
        return [*_answers(loaded, parts, context), *_exports(loaded, parts, context, exports, environment)]
    except ExtensionError as error:
        return [_not_loaded(extension, error, parts[0])]
    except Exception as error:  # noqa: BLE001 - it is somebody else's code, and must not hide what others found
        problem = f"{type(error).__name__}: {error}"
        message = f"{extension.group} {extension.name!r} of {extension.distribution} failed while it checked the plan"
        return [parts[0].finding(f"{message}: {problem}", severity=Severity.WARNING)]


def _answers(loaded: Any, parts: Sequence[PlanPart], context: PlanContext) -> Iterator[Finding]:
    if isinstance(loaded, Checks):
        for finding in loaded.check(parts, context):
            if not isinstance(finding, Finding):
                raise TypeError(f"check gives {type(finding).__name__}, not Finding")
            yield finding


def _exports(
    loaded: Any,
    parts: Sequence[PlanPart],
    context: PlanContext,
    exports: dict[str, Collection[str] | None],
    environment: Mapping[str, str],
) -> Iterator[Finding]:
    """Note the functions that a module exports, or yield why it cannot be loaded."""
    for part in parts:
        if not isinstance(part.value, ScriptModule):
            continue
        if isinstance(loaded, TellsExports):
            exports[part.name] = loaded.exports(part, context)
        elif isinstance(loaded, type) and issubclass(loaded, ScriptEngine):
            from loadr_core.script_checks import exports_by_loading  # noqa: PLC0415 - for plans with a script

            told = exports_by_loading(loaded, part, context, environment)
            if isinstance(told, Finding):
                yield told
            else:
                exports[part.name] = told


def _not_loaded(extension: Extension, error: ExtensionError, part: PlanPart) -> Finding:
    extra = EXTRAS.get(extension.name)
    lacks = error.__cause__
    if extra is not None and isinstance(lacks, ModuleNotFoundError):
        message = f'"{extension.name}" lacks the module {lacks.name}: what belongs to it is not checked'
        return part.finding(message, suggestion=install_line(extra), severity=Severity.WARNING)
    return part.finding(f"{error}; what belongs to it is not checked", severity=Severity.WARNING)


class _Known:
    """Texts that are known before the run: those of the environment and the plan's variables."""

    def __init__(self, plan: TestPlan, environment: Mapping[str, str]) -> None:
        self._constants: dict[str, Mapping[str, str]] = {"env": environment}
        variables = {name: self.text(source) for name, source in plan.variables.items()}
        self._constants["vars"] = {name: text for name, text in variables.items() if text is not None}

    def text(self, template: str) -> str | None:
        """The text of a template; `None` where it waits for the run, or has a secret in it."""
        pieces = []
        for part in templates.parse(template).parts:
            piece = (
                part.text
                if isinstance(part, Literal)
                else self._constants.get(part.kind, {}).get(".".join(part.path))
            )
            if piece is None:
                return None
            pieces.append(piece)
        return "".join(pieces)
