"""`loadr version`."""

import platform
from importlib.metadata import distributions

import click

from loadr_core import plugins
from loadr_core.errors import ExtensionError
from loadr_core.worker.tuning import loop_factory


@click.command()
def version() -> None:
    """Show what is installed: distributions, extensions, event loop."""
    click.echo(f"Python {platform.python_version()} on {platform.system()} {platform.machine()}")
    click.echo(f"event loop: {loop_factory().__module__.partition('.')[0]}")
    click.echo("\ndistributions:")
    for name, number in sorted(_own_distributions().items()):
        click.echo(f"  {name} {number}")
    for group in plugins.GROUPS:
        found = plugins.extensions(group)
        if not found:
            continue
        click.echo(f"\n{group.removeprefix('loadr.').replace('_', ' ')}:")
        for name, extension in sorted(found.items()):
            try:
                extension.load()
            except ExtensionError as error:
                click.echo(f"  {name} ({extension.distribution}) is broken: {error}")
            else:
                click.echo(f"  {name} ({extension.distribution})")


def _own_distributions() -> dict[str, str]:
    found = {}
    for distribution in distributions():
        name = distribution.metadata["Name"]
        if name == "loadr" or name.startswith("loadr-"):
            found[name] = distribution.version
    return found
