"""Reading the plan that the command line names."""

import logging
import sys
from collections.abc import Mapping, Sequence
from typing import Final

import click

from loadr_config import Diagnostic, Installed, LoadedPlan, PlanError, Severity, load_plan, render_all
from loadr_core import plugins

_LOG = logging.getLogger(__name__)
_STDIN: Final = "<stdin>"


def installed() -> Installed:
    """What the plan may use here; entry points are read, nothing is imported."""
    return Installed(
        protocols=frozenset(plugins.extensions(plugins.PROTOCOLS)),
        schemes=plugins.schemes(),
        outputs=frozenset(plugins.extensions(plugins.OUTPUTS)),
        script_engines=frozenset(plugins.extensions("loadr.script_engines")),
        extractors=frozenset(plugins.extensions("loadr.extractors")),
        assertions=frozenset(plugins.extensions("loadr.assertions")),
        services=frozenset(plugins.extensions("loadr.services")),
    )


def read_plan(name: str, overlays: Sequence[str], environment: Mapping[str, str]) -> LoadedPlan:
    """Load a plan and show its warnings; `-` is standard input.

    Raises:
        PlanError: it has errors.
    """
    from_stdin = name == "-"
    shown = _STDIN if from_stdin else name
    _LOG.info("reading the plan from %s", shown)
    loaded = load_plan(
        shown,
        text=_standard_input() if from_stdin else None,
        overlay=overlays,
        environment=environment,
        installed=installed(),
    )
    loaded.require()
    if loaded.warnings:
        click.echo(render_all(loaded.warnings), err=True)
    return loaded


def _standard_input() -> str:
    """Everything that stands there, as bytes: the locale of a terminal says nothing about a plan."""
    # None: Python was started with its standard input closed.
    content = b"" if sys.stdin is None else sys.stdin.buffer.read()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8", "replace")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        message = f"byte 0x{content[error.start]:02X} is not UTF-8"
        raise PlanError(
            (Diagnostic(_STDIN, Severity.ERROR, line, column, "", message, "save the plan as UTF-8"),)
        ) from None
