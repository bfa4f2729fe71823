"""The command's root: a group whose commands are imported when they are used.

`loadr --help` must answer within 150 ms, so the table below holds what it prints.
"""

import os
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final, NamedTuple

import click

from loadr_cli.collector import look_rarely

_INTERRUPTED: Final = 130


class LazyCommand(NamedTuple):
    """Where a command is, and what `--help` says about it."""

    target: str
    help: str


COMMANDS: Final[Mapping[str, LazyCommand]] = {
    "run": LazyCommand("loadr_cli.commands.run:run", "Run a plan."),
    "quick": LazyCommand(
        "loadr_cli.commands.quick:quick", "Load one URL without a plan: requests, rate, latency."
    ),
    "ctl": LazyCommand("loadr_cli.commands.ctl:ctl", "Steer a run that goes on: pause, resume, scale, stop."),
    "validate": LazyCommand(
        "loadr_cli.commands.validate:validate", "Check plans and show everything that is wrong."
    ),
    "explain": LazyCommand("loadr_cli.commands.explain:explain", "Say what a plan will do."),
    "inspect": LazyCommand("loadr_cli.commands.inspect:inspect", "Print the resolved plan as data."),
    "init": LazyCommand("loadr_cli.commands.init:init", "Write a plan to start from."),
    "schema": LazyCommand("loadr_cli.commands.schema:schema", "Print the plan language as JSON Schema."),
    "report": LazyCommand(
        "loadr_cli.commands.report:report", "Render a summary as HTML, Markdown, JUnit XML or text."
    ),
    "runs": LazyCommand("loadr_cli.commands.runs:runs", "Look at and remove the runs that are kept."),
    "compare": LazyCommand(
        "loadr_cli.commands.compare:compare", "Compare runs: what changed, and how sure that is."
    ),
    "demo": LazyCommand("loadr_cli.commands.demo:demo", "Run a bundled example against a target of its own."),
    "demo-target": LazyCommand("loadr_cli.commands.demo:demo_target", "Serve the demo target alone."),
    "selftest": LazyCommand(
        "loadr_cli.commands.selftest:selftest", "Measure this machine's timing error and its trusted rate."
    ),
    "version": LazyCommand("loadr_cli.commands.version:version", "Show what is installed."),
    "completions": LazyCommand(
        "loadr_cli.commands.completions:completions", "Print a shell's completion script."
    ),
}


class LazyGroup(click.Group):
    """Imports a command's module when the command is asked for.

    Further commands come from the entry-point group `loadr.commands`.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        del ctx
        return [*COMMANDS, *sorted(_plugin_commands())]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name; imports it."""
        del ctx
        if cmd_name in COMMANDS:
            module, _, attribute = COMMANDS[cmd_name].target.partition(":")
            command: click.Command = getattr(import_module(module), attribute)
            return command
        extension = _plugin_commands().get(cmd_name)
        return None if extension is None else extension.load()

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        del ctx
        rows = [(name, command.help) for name, command in COMMANDS.items()]
        rows.extend(
            (name, f"From {extension.dist.name}.")
            for name, extension in _plugin_commands().items()
            if extension.dist
        )
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def _plugin_commands() -> dict[str, Any]:
    from importlib.metadata import entry_points  # noqa: PLC0415 - 20 ms that `loadr run` need not wait for

    return {entry.name: entry for entry in entry_points(group="loadr.commands")}


@click.group(
    cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
def cli() -> None:
    """loadr: load testing that says when not to trust the number."""


def main() -> None:
    """The entry point of the `loadr` script."""
    look_rarely()
    # Before anything imports numpy: its linear algebra is not used, its threads would only cost memory.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        code = cli.main(prog_name="loadr", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:  # click's word for Ctrl-C; its own exit code, 1, would say that something failed
        click.echo("interrupted", err=True)
        sys.exit(_INTERRUPTED)
    sys.exit(code if isinstance(code, int) else 0)  # an int is what `ctx.exit` was given


if __name__ == "__main__":
    main()
