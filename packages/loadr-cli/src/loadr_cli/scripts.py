"""Running a script without a plan: its engine makes the plan, and may make the summary."""

import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from loadr_cli.broken_scripts import BrokenScriptError
from loadr_cli.script_files import engine_of
from loadr_config import Diagnostic, LoadedPlan, Severity, load_plan
from loadr_config.models import ScriptModule, TestPlan
from loadr_config.summary import Summary
from loadr_core.errors import ScriptFailedError
from loadr_core.plugins import Catalog, load_script_engine
from loadr_core.spi import RunsScripts, ScriptError
from loadr_report import ReportError, write_text

_SITE: Final = re.compile(r"(?P<file>.+?):(?P<line>[1-9]\d*)(?::(?P<column>\d+))?")


def load_script(name: str, environment: Mapping[str, str], options: Mapping[str, Any]) -> LoadedPlan:
    """The plan of a script, right or wrong.

    Args:
        name: the script's file.
        environment: what the script finds as its environment.
        options: of the command line, in the script's terms.

    Raises:
        BrokenScriptError: it cannot be loaded, or its top level failed.
        LoadrError: the engine is not installed or broken.
    """
    file = Path(name)
    folder = _folder_of(file)
    try:
        script = _engine(name).plan_of(file, folder, environment, options)
    except ScriptError as error:
        raise BrokenScriptError(_told(file, folder, error)) from error
    if any(found.severity is Severity.ERROR for found in script.diagnostics):
        return LoadedPlan(None, script.diagnostics, file, folder)
    loaded = load_plan(
        name,
        text=json.dumps(script.document),
        environment=environment,
        check_files=False,
        installed=Catalog.read().installed(),
    )
    # Lines are those of a text that the user never saw.
    own = tuple(replace(found, line=0, column=0, source_line=None) for found in loaded.diagnostics)
    return replace(
        loaded, folder=folder, diagnostics=(*script.diagnostics, *own), http_debug=script.http_debug
    )


def submetrics_of(plan: TestPlan) -> tuple[str, ...]:
    """The selectors that the summaries of the plan's scripts list, beside those of its thresholds.

    Raises:
        LoadrError: an engine is not installed or broken.
    """
    engines: dict[str, Any] = {name: load_script_engine(name) for name in plan.script_modules}
    return tuple(
        selector
        for name, engine in engines.items()
        if isinstance(engine, RunsScripts)
        for selector in engine.submetrics(plan.plugin_config(name))
    )


def show_script_summary(
    plan: TestPlan,
    folder: Path,
    environment: Mapping[str, str],
    summary: Summary,
    setup_data: Mapping[str, Any],
) -> tuple[bool, list[ReportError]]:
    """Write what the plan's scripts make of the summary.

    Args:
        plan: what was run.
        folder: where its files lie.
        environment: what scripts find as their environment.
        summary: the run's.
        setup_data: what the `setup` of each script has returned, by engine.

    Returns:
        Whether any of them makes something; and what went wrong, one a file.

    Raises:
        ScriptFailedError: it failed.
        PlanRefusedError: its file is gone.
    """
    # All of them, not the first one that does.
    made = [
        _summary_of(name, module, plan, folder, environment, summary, setup_data.get(name))
        for name, module in plan.script_modules.items()
    ]
    problems = [problem for texts in made if texts is not None for problem in _written(texts)]
    return any(texts is not None for texts in made), problems


def _summary_of(
    name: str,
    module: ScriptModule,
    plan: TestPlan,
    folder: Path,
    environment: Mapping[str, str],
    summary: Summary,
    setup_data: Any,
) -> Mapping[str, str] | None:
    """What one script makes of it: texts by where they go."""
    from loadr_core.scripting.scripts import module_source  # noqa: PLC0415 - for plans with a script

    engine: Any = load_script_engine(name)
    if not isinstance(engine, RunsScripts):
        return None
    try:
        source = module_source(name, module, folder)
        texts: Mapping[str, str] | None = engine.summarize(
            source, folder, environment, plan.plugin_config(name), summary, setup_data
        )
    except ScriptError as error:
        raise ScriptFailedError(f"handleSummary: {error}") from error
    return texts


def _written(texts: Mapping[str, str]) -> Iterator[ReportError]:
    """Write texts to where they go; what went wrong."""
    for target, text in texts.items():
        if target == "stdout":
            sys.stdout.write(text)
        elif target == "stderr":
            sys.stderr.write(text)
        else:
            try:
                write_text(text, Path(target))
            except ReportError as error:
                yield error


def _folder_of(file: Path) -> Path:
    """Where a script's files lie: the current folder, as a project's scripts share modules; its own elsewhere."""
    try:
        is_here = Path(os.path.relpath(file)).parts[0] != ".."
    except ValueError:  # on another drive
        is_here = False
    return Path() if is_here else file.parent


def _told(file: Path, folder: Path, error: ScriptError) -> Diagnostic:
    """Where a script failed while it was loaded: in its own file, or in one that it imports."""
    message = f"the script cannot be loaded: {error.kind}: {error.message}"
    site = _SITE.fullmatch(error.site)
    if site is None:
        return Diagnostic(str(file), Severity.ERROR, 0, 0, "", message)
    place, line = folder / site["file"], int(site["line"])
    try:
        text = place.read_text(encoding="utf-8-sig").split("\n")[line - 1]
    except (OSError, ValueError, IndexError):
        text = None
    return Diagnostic(
        str(place), Severity.ERROR, line, int(site["column"] or 1), "", message, source_line=text
    )


def _engine(name: str) -> RunsScripts:
    engine = engine_of(name) or ""
    loaded: Any = load_script_engine(engine)
    if not isinstance(loaded, RunsScripts):
        raise ScriptFailedError(f"the script engine {engine!r} cannot run a script without a plan")
    return loaded
