"""Names that nothing can use, or that mean something else already."""

import re
from collections.abc import Iterator
from typing import Final

from loadr_config._tree.nodes import Path
from loadr_config.checks._walk import models_in
from loadr_config.checks.context import Report
from loadr_config.metrics import BUILT_IN_METRICS
from loadr_config.models import (
    ChainExtractor,
    CsvOutput,
    During,
    ExtractorBase,
    Foreach,
    JsonOutput,
    ParquetOutput,
    Repeat,
    TestPlan,
)

_VARIABLE: Final = re.compile(r"[^\W\d][\w-]*")
_METRIC: Final = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)
_WORDS: Final = frozenset({"vu", "iteration", "scenario", "env", "vars", "secrets", "data", "js", "python"})
"""Words of templates: a variable of such a name is there for scripts alone."""


def check_names(plan: TestPlan, report: Report) -> None:
    """Report names that cannot be used, are taken, or stand twice."""
    for path, name in _set_names(plan):
        if name in _WORDS:
            message = f'a template cannot read the variable "{name}": "${{{name}}}" means something else'
            report.warning(path, message, suggestion="choose another name")
        elif not _VARIABLE.fullmatch(name):
            message = f'a template cannot read the variable "{name}"'
            report.warning(path, message, suggestion="a name has letters, digits, _ and -")
    for name in plan.data:
        if "." in name:
            message = f'no template can read the data source "{name}": the dot would end its name'
            report.warning(("data", name), message, on_key=True, suggestion=f'"{name.replace(".", "_")}"')
    _check_metrics(plan, report)
    _check_plugins(plan, report)
    _check_outputs(plan, report)
    _check_observations(plan, report)


def _set_names(plan: TestPlan) -> Iterator[tuple[Path, str]]:
    """Yield the variables that steps set, with where they are named."""
    for path, model in models_in(plan):
        match model:
            case ExtractorBase():
                yield (*path, "name"), model.name
            case ChainExtractor():
                yield (*path, "chain"), model.chain
            case Repeat() | During():
                yield (*path, "counter"), model.counter
            case Foreach():
                yield (*path, "var"), model.var
                yield (*path, "index"), model.index
            case _:
                pass


def _check_metrics(plan: TestPlan, report: Report) -> None:
    for name, metric in plan.metrics.items():
        path: Path = ("metrics", name)
        own = BUILT_IN_METRICS.get(name)
        if own is not None and (own.kind, own.time) != (metric.kind, metric.time):
            what = f"a {own.kind} of times" if own.time else f"a {own.kind}"
            message = f'"{name}" is a metric of loadr itself, {what}'
            report.error(path, message, on_key=True, suggestion="choose another name")
        elif not _METRIC.fullmatch(name):
            hint = "a metric's name has letters, digits, _, - and ., and begins with a letter or _"
            report.error(path, f'"{name}" is no name of a metric', on_key=True, suggestion=hint, sure=True)
        if metric.time and metric.kind != "trend" and report.is_known((*path, "kind")):
            message = f"a {metric.kind} has no times: only a trend has"
            report.warning((*path, "time"), message, on_key=True)


def _check_plugins(plan: TestPlan, report: Report) -> None:
    seen: set[str] = set()
    for index, plugin in enumerate(plan.plugins):
        path: Path = ("plugins", index)
        if plugin.path is not None and not plugin.path.lower().endswith(".wasm"):
            hint = "a plugin in Python is installed, and found by its name"
            report.error((*path, "path"), f'"{plugin.path}" is no .wasm file', suggestion=hint)
        if plugin.enabled and plugin.name in seen:
            report.error((*path, "name"), f'the plugin "{plugin.name}" is listed twice')
        if plugin.enabled:
            seen.add(plugin.name)


def _check_outputs(plan: TestPlan, report: Report) -> None:
    seen: set[str] = set()
    for index, output in enumerate(plan.outputs):
        if isinstance(output, JsonOutput | CsvOutput | ParquetOutput):
            if output.path in seen:
                report.error(("outputs", index, "path"), f'two outputs write to "{output.path}"')
            seen.add(output.path)


def _check_observations(plan: TestPlan, report: Report) -> None:
    seen: set[str] = set()
    for index, observation in enumerate(plan.observe):
        key = next(
            key for key in ("as", "name", "query") if getattr(observation, "as_" if key == "as" else key)
        )
        name = observation.metric
        hint = None if key == "as" else "give it a name with `as`"
        if name in BUILT_IN_METRICS or name in plan.metrics:
            message = f'"{name}" is a metric that the run itself records'
            report.error(("observe", index, key), message, suggestion=hint or "choose another name")
        elif name in seen:
            message = f'two observed metrics are called "{name}"'
            report.error(("observe", index, key), message, suggestion=hint or "choose another name")
        seen.add(name)
