"""`loadr validate`.

Budget: 400 ms for a small plan with imports, 1.5 s for one of 2,000 lines (`benchmarks/validate.py`).
That is why neither rich nor the report is imported here.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from typing import Final

import click

from loadr_cli.assignments import overlays_and_variables
from loadr_cli.broken_scripts import BrokenScriptError
from loadr_cli.findings import FORMATS, masked
from loadr_cli.loading import load, masker_of
from loadr_cli.parameters import ENVIRONMENT_OPTION
from loadr_cli.printing import put
from loadr_config import Diagnostic, Severity
from loadr_core.errors import LoadrError

_HELP: Final = """Check plans and show everything that is wrong with them, all at once.

FILE is a YAML file, or - for standard input. What is not installed here is a warning.
The exit code is 1 when there is an error, else 0.
"""


@click.command(help=_HELP)
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@ENVIRONMENT_OPTION
@click.option("--no-check-files", is_flag=True, help="Do not look at the files that the plans name.")
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    default="text",
    show_default=True,
    help="For people, for programs, or for annotations in GitHub's workflows.",
)
def validate(
    files: tuple[str, ...], environment: tuple[str, ...], form: str, *, no_check_files: bool
) -> None:
    """Check plans."""
    overlays, variables = overlays_and_variables(environment)
    everything = {**os.environ, **variables}
    findings: list[Diagnostic] = []
    for name in files:
        findings += _findings(name, overlays, everything, check_files=not no_check_files)
    put(FORMATS[form](findings, len(files)))
    sys.exit(int(any(found.severity is Severity.ERROR for found in findings)))


def _findings(
    name: str, overlays: Sequence[str], environment: Mapping[str, str], *, check_files: bool
) -> list[Diagnostic]:
    try:
        loaded = load(name, overlays, environment, check_files=check_files)
    except BrokenScriptError as error:
        return [error.diagnostic]
    except LoadrError as error:  # the script's engine is not installed, or broken
        return [Diagnostic(name, Severity.ERROR, 0, 0, "", str(error))]
    return masked(loaded.diagnostics, masker_of(loaded, environment))
