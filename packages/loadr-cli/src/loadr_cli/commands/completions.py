"""`loadr completions`."""

from typing import Final

import click
from click.shell_completion import get_completion_class

# \b: drawn as it stands.
_HELP: Final = """Print the completion script of a shell.

\b
bash: loadr completions bash > ~/.local/share/bash-completion/completions/loadr
zsh:  loadr completions zsh > "${fpath[1]}/_loadr"
fish: loadr completions fish > ~/.config/fish/completions/loadr.fish
"""


@click.command(help=_HELP)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completions(shell: str) -> None:
    """Print the completion script of a shell."""
    completion = get_completion_class(shell)
    if completion is None:
        raise click.ClickException(f"no completion for {shell}")
    click.echo(completion(click.Command("loadr"), {}, "loadr", "_LOADR_COMPLETE").source())
