"""What a plan needs beside the engine: protocols, outputs, script engines, extractors, plugins.

What is not installed is named once, at its first use: its own rules cannot be checked.
"""

from typing import Final

from loadr_config._validation.suggestions import did_you_mean, nearest
from loadr_config.checks.context import CheckContext, Report
from loadr_config.extras import EXTRAS, install_line
from loadr_config.installed import Installed
from loadr_config.models import NamedOutput, PluginCondition, PluginExtractor, PluginOutput, TestPlan
from loadr_config.models.outputs import BUILT_IN_OUTPUTS
from loadr_config.parts import PlanPart, PlanPath, parts_of

_WHAT: Final = {
    "protocols": 'the protocol "{}"',
    "extractors": 'the extractor "{}"',
    "assertions": 'the plugin "{}"',
    "outputs": 'the output "{}"',
    "script_engines": 'the script engine "{}"',
    "plugins": 'the plugin "{}"',
}
_IN_THE_ENGINE: Final = frozenset({"jsonpath", "jmespath", "regex"})
"""Extractors that no extra brings."""


def check_extensions(plan: TestPlan, report: Report, context: CheckContext) -> None:
    """Warn of what is not installed; an output that is only mistyped is an error."""
    installed = context.installed
    from_files = {plugin.name for plugin in plan.plugins if plugin.path is not None}
    said: set[str] = set()
    for part in parts_of(plan, installed.schemes if installed else {}):
        known = _names(part, installed)
        if part.name in known | from_files or part.name in said:
            continue
        said.add(part.name)
        place = _place(part)
        if isinstance(part.value, NamedOutput) and (near := nearest(part.name, [*BUILT_IN_OUTPUTS, *known])):
            message = f'unknown output type "{part.name}"'
            report.error(place, message, suggestion=f'did you mean "{near}"?', sure=True)
        elif installed is not None and not (part.kind == "extractors" and part.name in _IN_THE_ENGINE):
            what = _WHAT["plugins" if isinstance(part.value, PluginExtractor) else part.kind]
            message = f"{what.format(part.name)} is not installed: what belongs to it is not checked"
            report.warning(place, message, suggestion=_way_out(part.name, known), sure=True)


def _names(part: PlanPart, installed: Installed | None) -> frozenset[str]:
    if installed is None:
        return frozenset()
    if part.kind == "plugins":
        return installed.names()
    names: frozenset[str] = getattr(installed, part.kind)
    return names


def _place(part: PlanPart) -> PlanPath:
    match part.value:
        case PluginCondition() | PluginExtractor():
            return (*part.path, "plugin")
        case PluginOutput():
            return (*part.path, "name")
    if part.kind == "protocols" and part.value.protocol is not None:
        return (*part.path, "protocol")
    below = {"outputs": ("type",), "plugins": ("name",)}.get(part.kind, ())
    return (*part.path, *below)


def _way_out(name: str, known: frozenset[str]) -> str | None:
    extra = EXTRAS.get(name)
    return did_you_mean(name, known) or (install_line(extra) if extra else None)
