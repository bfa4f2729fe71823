"""What a plan needs beside the engine: protocols, outputs, script engines, plugins."""

from collections.abc import Iterator

from loadr_config._tree.nodes import Path
from loadr_config._validation.suggestions import did_you_mean, nearest
from loadr_config.checks._walk import models_in, templates_of
from loadr_config.checks.context import CheckContext, Report
from loadr_config.extras import EXTRAS, install_line
from loadr_config.installed import Installed
from loadr_config.models import (
    Foreach,
    If,
    JsCode,
    JsCondition,
    JsModule,
    NamedOutput,
    PluginCondition,
    PluginExtractor,
    PluginOutput,
    Request,
    Retry,
    TestPlan,
    While,
)
from loadr_config.models.outputs import BUILT_IN_OUTPUTS
from loadr_config.protocols import protocol_of
from loadr_config.templates import parse


def check_extensions(plan: TestPlan, report: Report, context: CheckContext) -> None:
    """Warn of what is not installed; an output that is only mistyped is an error."""
    for index, output in enumerate(plan.outputs):
        if isinstance(output, NamedOutput):
            _check_named_output(output, ("outputs", index, "type"), report, context.installed)
    if context.installed is None:
        return
    _check_outputs(plan, report, context.installed)
    _check_protocols(plan, report, context.installed)
    _check_plugins(plan, report, context.installed)
    if not context.installed.script_engines:
        place = next(_scripts(plan), None)
        if place is not None:
            _missing(report, place, "a script engine", "js")


def _check_named_output(output: NamedOutput, path: Path, report: Report, installed: Installed | None) -> None:
    known = installed.outputs if installed else frozenset()
    if output.type in known:
        return
    near = nearest(output.type, [*BUILT_IN_OUTPUTS, *known])
    if near is not None:
        report.error(path, f'unknown output type "{output.type}"', suggestion=f'did you mean "{near}"?')
    elif installed is not None:
        report.warning(path, f'the output "{output.type}" is not installed')


def _check_outputs(plan: TestPlan, report: Report, installed: Installed) -> None:
    for index, output in enumerate(plan.outputs):
        if isinstance(output, PluginOutput):
            if output.name not in installed.outputs:
                hint = did_you_mean(output.name, installed.outputs)
                message = f'the output "{output.name}" is not installed'
                report.warning(("outputs", index, "name"), message, suggestion=hint)
        elif not isinstance(output, NamedOutput) and output.type not in installed.outputs:
            _missing(report, ("outputs", index, "type"), f'the output "{output.type}"', EXTRAS[output.type])


def _check_protocols(plan: TestPlan, report: Report, installed: Installed) -> None:
    said: set[str] = set()
    for path, model in models_in(plan):
        if isinstance(model, Request):
            protocol = protocol_of(model, plan.defaults.http.base_url, installed.schemes)
            if protocol is None or protocol in installed.protocols or protocol in said:
                continue
            said.add(protocol)
            place = (*path, "protocol") if model.protocol is not None else path
            hint = did_you_mean(protocol, installed.protocols)
            _missing(report, place, f'the protocol "{protocol}"', EXTRAS.get(protocol), hint)


def _check_plugins(plan: TestPlan, report: Report, installed: Installed) -> None:
    names = installed.names()
    for index, plugin in enumerate(plan.plugins):
        if plugin.enabled and plugin.path is None and plugin.name not in names:
            hint = did_you_mean(plugin.name, names)
            message = f'the plugin "{plugin.name}" is not installed'
            report.warning(("plugins", index, "name"), message, suggestion=hint)
    from_files = {plugin.name for plugin in plan.plugins if plugin.path is not None}
    for path, model in models_in(plan):
        if isinstance(model, PluginCondition | PluginExtractor):
            known = installed.assertions if isinstance(model, PluginCondition) else installed.extractors
            if model.plugin not in known | from_files:
                hint = did_you_mean(model.plugin, known)
                message = f'the plugin "{model.plugin}" is not installed'
                report.warning((*path, "plugin"), message, suggestion=hint)


def _missing(report: Report, path: Path, what: str, extra: str | None, hint: str | None = None) -> None:
    install = install_line(extra) if extra else None
    report.warning(path, f"{what} is not installed", suggestion=hint or install)


def _scripts(plan: TestPlan) -> Iterator[Path]:
    """Yield the places that need a script engine."""
    for path, model in models_in(plan):
        match model:
            case JsModule() | JsCode() | JsCondition():
                yield path
            case If() | While() if "${" not in model.condition:
                yield (*path, "condition")
            case Retry() if model.until is not None and "${" not in model.until:
                yield (*path, "until")
            case Foreach(items=str(items)) if "${" not in items:
                yield (*path, "items")
            case _:
                pass
        for place, text in templates_of(model, path):
            if "js:" in text and any(reference.kind == "js" for reference in parse(text).references):
                yield place
