"""Running a script directly, by k6's rules: its options become a plan, its `handleSummary` the output."""

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from loadr_config.diagnostics import Diagnostic, Severity
from loadr_config.summary import Summary
from loadr_core.clock import SystemClock
from loadr_core.spi import ScriptContext as CoreContext
from loadr_core.spi import ScriptError, ScriptPlan, ScriptSource
from loadr_js.errors import ScriptStopped
from loadr_js.hosts.concluding import ConcludingHost
from loadr_js.module import JsModule
from loadr_js.options import ConvertedOptions, OptionNote, OptionPlaces, convert_options
from loadr_js.raising import script_error
from loadr_js.summary_data import k6_data, loadr_data

SUMMARY: Final = "handleSummary"

# As in k6: one of these on the command line replaces all of what the script says of its load but `vus`.
_REPLACING: Final = frozenset({"duration", "iterations", "stages"})
_REPLACED: Final = frozenset({*_REPLACING, "scenarios"})


def read_script(file: Path) -> str:
    """The script's text.

    Raises:
        ScriptError: it cannot be read.
    """
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise ScriptError("Error", f"the script cannot be read: {reason}", str(file)) from error


def plan_of_script(
    file: Path, folder: Path, environment: Mapping[str, str], options: Mapping[str, Any]
) -> ScriptPlan:
    """The plan of a script; see `loadr_core.spi.RunsScripts`."""
    module = _loaded(file, folder, environment)
    asked = dict(module.options)
    if _REPLACING & options.keys():
        asked = {key: value for key, value in asked.items() if key not in _REPLACED}
    asked |= options
    converted = convert_options(asked, name=file.name)
    diagnostics = _diagnostics(converted.notes, module, file)
    for name, scenario in converted.plan["scenarios"].items():
        function = scenario["exec"]
        if function not in module.exports:
            known = ", ".join(sorted(module.exports)) or "nothing"
            message = f'scenario "{name}" runs {function}, but the script exports {known}'
            diagnostics.append(Diagnostic(str(file), Severity.ERROR, 0, 0, f"scenarios.{name}", message))
    return ScriptPlan(_document(converted, module), tuple(diagnostics), converted.http_debug)


def _loaded(file: Path, folder: Path, environment: Mapping[str, str]) -> JsModule:
    context = CoreContext(SystemClock(), folder, environment, config={"as_script": True})
    # Not resolved: a link is known by its own name.
    name = Path(os.path.relpath(file, folder)).as_posix()
    with script_error(name):
        return JsModule(context, ScriptSource(read_script(file), name))


def _document(converted: ConvertedOptions, module: JsModule) -> dict[str, Any]:
    metrics = {name: {"kind": kind, "time": name in module.times} for name, kind in module.kinds.items()}
    settings = json.loads(json.dumps(asdict(converted.settings)))
    plan = {
        **converted.plan,
        "js": {"file": module.main, "timeout": 86_400.0, "memory_limit_mb": 1024},
        "plugins": [{"name": "js", "config": {"as_script": True, "settings": settings}}],
    }
    if metrics:
        plan["metrics"] = metrics
    return plan


def _diagnostics(notes: tuple[OptionNote, ...], module: JsModule, file: Path) -> list[Diagnostic]:
    if not notes:
        return []
    source = module.folder.load(module.main)
    places, lines = OptionPlaces(source, str(file)), source.splitlines()
    found = []
    for note in notes:
        place = places.place(note.path)
        line, column = (place.line, place.column) if place is not None else (0, 0)
        found.append(
            Diagnostic(
                str(file),
                Severity.ERROR if note.is_error else Severity.WARNING,
                line,
                column,
                ".".join(["options", *map(str, note.path)]),
                f"options: {note.path[-1]} {note.message}",
                source_line=lines[line - 1] if line else None,
            )
        )
    return found


def summary_of_script(
    source: ScriptSource,
    folder: Path,
    environment: Mapping[str, str],
    config: Mapping[str, Any],
    summary: Summary,
    setup_data: Any = None,
) -> Mapping[str, str] | None:
    """What `handleSummary` returns; see `loadr_core.spi.RunsScripts`."""
    context = CoreContext(SystemClock(), folder, environment, config=config)
    with script_error(source.name):
        module = JsModule(context, source)
    if SUMMARY not in module.exports:
        return None
    settings = module.settings
    if module.as_script:
        terminals = (sys.stdout.isatty(), sys.stderr.isatty())
        data = k6_data(summary, settings.trend_stats, settings.time_unit, settings.submetrics, terminals)
        if setup_data is not None:
            data["setup_data"] = setup_data
    else:
        data = loadr_data(summary, settings.trend_stats)
    return asyncio.run(_handled(module, data))


async def _handled(module: JsModule, data: dict[str, Any]) -> Mapping[str, str] | None:
    host = ConcludingHost(module)
    context = module.initial_context(host.functions())
    try:
        with script_error(module.main):
            module.load_into(context)
            host.is_loaded = True
            returned = await context.summarize(SUMMARY, data)
    except ScriptStopped:
        return None
    if returned is None:
        return None
    if isinstance(returned, str):
        return {"stdout": returned}
    if not isinstance(returned, dict):
        raise ScriptError("TypeError", "handleSummary must return text, or an object of texts", module.main)
    return {
        str(target): text if isinstance(text, str) else json.dumps(text) for target, text in returned.items()
    }
