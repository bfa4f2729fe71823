"""`loadr inspect`."""

import json
import os
from typing import Any, Final

import click
from pydantic import ValidationError

from loadr_cli.assignments import overlays_and_variables
from loadr_cli.failures import reported
from loadr_cli.loading import masker_of, read_plan
from loadr_cli.parameters import ENVIRONMENT_OPTION
from loadr_cli.printing import put
from loadr_cli.resolved import masked_data, resolved
from loadr_config import to_yaml
from loadr_config.models import TestPlan

_HELP: Final = """Print the resolved PLAN: includes and overlays applied, defaults filled in.

Templates stay as they are written, and no secret's value appears. What is printed loads as the same plan
from the same folder. PLAN is a YAML file, or - for standard input.
"""


@click.command(help=_HELP)
@click.argument("plan", metavar="PLAN")
@ENVIRONMENT_OPTION
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "yaml"]),
    default="json",
    show_default=True,
    help="As what.",
)
def inspect(plan: str, environment: tuple[str, ...], form: str) -> None:
    """Print the resolved plan."""
    overlays, variables = overlays_and_variables(environment)
    everything = {**os.environ, **variables}
    with reported():
        loaded = read_plan(plan, overlays, everything)
    put(_FORMATS[form](masked_data(resolved(loaded.require()), masker_of(loaded, everything))))


def _as_json(data: dict[str, Any]) -> str:
    return json.dumps(data, indent=2)


def _as_yaml(data: dict[str, Any]) -> str:
    try:
        return to_yaml(TestPlan.model_validate(data, by_alias=True, by_name=False)).rstrip("\n")
    except ValidationError:
        # A mask stands where only other values are legal. JSON is YAML, too.
        return _as_json(data)


_FORMATS: Final = {"json": _as_json, "yaml": _as_yaml}
