"""`loadr explain`."""

import os

import click

from loadr_cli import charts
from loadr_cli.assignments import overlays_and_variables
from loadr_cli.explaining import explained
from loadr_cli.failures import reported
from loadr_cli.loading import masker_of, read_plan
from loadr_cli.parameters import ENVIRONMENT_OPTION
from loadr_cli.printing import can_show, put


@click.command()
@click.argument("plan", metavar="PLAN")
@ENVIRONMENT_OPTION
def explain(plan: str, environment: tuple[str, ...]) -> None:
    """Say in plain words what PLAN will do: schedules, iterations, VUs, data, thresholds."""
    overlays, variables = overlays_and_variables(environment)
    everything = {**os.environ, **variables}
    with reported():
        loaded = read_plan(plan, overlays, everything)
    bars = charts.BLOCKS if can_show(charts.BLOCKS) else charts.ASCII
    put(masker_of(loaded, everything).mask(explained(loaded.require(), bars)))
