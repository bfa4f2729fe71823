"""Reading the plan that the command line names."""

import sys
from collections.abc import Mapping, Sequence

import click

from loadr_config import Installed, LoadedPlan, load_plan, render_all
from loadr_core import plugins


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
    text = sys.stdin.read() if name == "-" else None
    loaded = load_plan(
        "<stdin>" if name == "-" else name,
        text=text,
        overlay=overlays,
        environment=environment,
        installed=installed(),
    )
    loaded.require()
    if loaded.warnings:
        click.echo(render_all(loaded.warnings), err=True)
    return loaded
