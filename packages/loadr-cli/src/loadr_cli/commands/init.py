"""`loadr init`."""

from importlib.resources import files
from pathlib import Path
from typing import Final

import click

from loadr_cli.failures import fail
from loadr_cli.files import write

# Each template, and the files that its plan names.
_TEMPLATES: Final = {
    "api": (),
    "browser-journey": (),
    "arrival-rate": (),
    "data-driven": ("users.csv",),
    "script": ("script.js",),
}


@click.command()
@click.option(
    "--template",
    type=click.Choice(list(_TEMPLATES)),
    default="api",
    show_default=True,
    help="What the plan shows.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("plan.yaml"),
    show_default=True,
    metavar="FILE",
    help="Where the plan goes; the files that it names go beside it.",
)
@click.option("--force", is_flag=True, help="Overwrite files that are there.")
def init(template: str, output: Path, *, force: bool) -> None:
    """Write a commented plan to start from."""
    starters = files("loadr_cli") / "starters"
    targets = {output: f"{template}.yaml", **{output.with_name(name): name for name in _TEMPLATES[template]}}
    present = [str(target) for target in targets if target.exists()]
    if present and not force:
        fail(
            f"{', '.join(present)} would be overwritten", hint="--force overwrites, -o FILE writes elsewhere"
        )
    for target, name in targets.items():
        write(target, (starters / name).read_bytes())
        click.echo(f"wrote {target}")
