"""`loadr completions`."""

import click
from click.shell_completion import get_completion_class


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completions(shell: str) -> None:
    r"""Print the completion script of a shell.

    \b
    bash: loadr completions bash > ~/.local/share/bash-completion/completions/loadr
    zsh:  loadr completions zsh > "${fpath[1]}/_loadr"
    fish: loadr completions fish > ~/.config/fish/completions/loadr.fish
    """
    completion = get_completion_class(shell)
    if completion is None:
        raise click.ClickException(f"no completion for {shell}")
    click.echo(completion(click.Command("loadr"), {}, "loadr", "_LOADR_COMPLETE").source())
