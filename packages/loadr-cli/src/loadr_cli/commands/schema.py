"""`loadr schema`."""

import json
from pathlib import Path
from typing import Final

import click

from loadr_cli.files import write
from loadr_config import json_schema

_HELP: Final = """Print the plan language as JSON Schema (draft 2020-12), for editors.

\b
loadr schema -o loadr.schema.json
and as the first line of a plan:
# yaml-language-server: $schema=loadr.schema.json
"""


@click.command(help=_HELP)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Where it goes; by default to standard output.",
)
def schema(output: Path | None) -> None:
    """Print the schema."""
    text = json.dumps(json_schema(), indent=2)
    if output is None:
        click.echo(text)
    else:
        write(output, f"{text}\n".encode())
